/** The style sheets match the table of looks, and every list of states is complete. */
import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BAR_STATES } from '../../../server/timeline/model.ts';
import { STATE_LOOKS } from '../../../server/words/looks.ts';
import { STACK } from '../../../views/drawing/columns.ts';
import { LOOKS } from '../../../views/drawing/legend.ts';

const sheet = (name: string) =>
  fs.readFileSync(new URL(`../../../static/${name}.css`, import.meta.url), 'utf8');
const colours = sheet('page/colours');
const drawing = sheet('chart/drawing');

describe('STATE_LOOKS', () => {
  it.each(BAR_STATES)('STATE_LOOKS: the style sheets have the colours and rules of “%s”', (state) => {
    const look = STATE_LOOKS[state];
    // An idle lane shows the track that all rows have.
    const names = look.fill === 'line' ? ['track'] : [state];
    if (look.text === 'on-fill') names.push(`on-${state}`);
    if (look.fill === 'solid' && look.hasEdge) names.push(`${state}-edge`);
    if (look.fill === 'hatched' && look.hatch.hasGround) names.push(`${state}-ground`);
    const rules = [`.bar.${state}`];
    if (look.fill === 'hatched') rules.push(`.hatch.${state}`);
    if (look.fill === 'hatched' && look.hatch.hasGround) rules.push(`.ground.${state}`);
    if (look.fill === 'solid' || look.fill === 'dashed') rules.push(`.column.${state}`);
    if (look.text !== 'muted') rules.push(`.drawing .on-${state}`);
    const light = colours.slice(0, colours.indexOf('@media'));
    const dark = colours.slice(colours.indexOf('@media'));
    for (const name of names) {
      expect(light).toContain(`  --${name}:`);
      expect(dark).toContain(`  --${name}:`);
    }
    for (const rule of rules)
      expect(drawing).toMatch(new RegExp(`^${rule.replaceAll('.', '\\.')}[, {]`, 'm'));
  });

  it('STATE_LOOKS: columns and the legend include every visible state', () => {
    expect(STACK.toSorted()).toEqual(BAR_STATES.toSorted());
    const seen = BAR_STATES.filter((state) => STATE_LOOKS[state].fill !== 'line');
    expect(LOOKS).toEqual(expect.arrayContaining(seen));
  });
});
