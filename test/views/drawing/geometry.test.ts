/** The measures of a timeline, which the style sheets repeat. */
import fs from 'node:fs';
import { expect, it } from 'vitest';
import { LABEL_WIDTH, RIGHT_WIDTH } from '../../../views/drawing/geometry.ts';

it('geometry: the style sheets reserve the space that the drawings take', () => {
  const css = fs.readFileSync(new URL('../../../static/chart/timeline.css', import.meta.url), 'utf8');
  expect(css).toContain(`--label-width: ${LABEL_WIDTH}px;`);
  expect(css).toContain(`--right-width: ${RIGHT_WIDTH}px;`);
});
