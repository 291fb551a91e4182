/** The legend has how long lanes were in each state, on the page, in an embed and in a picture. */
import { describe, expect, it } from 'vitest';
import { card, picture } from '../../../server/exports/picture.ts';
import type { Spec } from '../../../server/spec/spec.ts';
import { BAR_STATES } from '../../../server/timeline/model.ts';
import { LOOK_WORDS } from '../../../server/words/looks.ts';
import { duration } from '../../../server/words/units.ts';
import { drawnLooks, LOOKS, legend, legendTotals } from '../../../views/drawing/legend.ts';
import { embedPage } from '../../../views/run/embed.ts';
import { elements } from '../../markup.ts';
import {
  events,
  jobEnded,
  jobStarted,
  laneReady,
  laneStarted,
  passEnded,
  passStarted,
  type TimedFact,
  timelineOf,
} from '../../timeline/made-events.ts';

const SPEC: Spec = {
  lesson: 'one-by-one',
  code: '',
  modes: ['threads'],
  runtime: 'node',
  jobs: 1,
  workers: null,
  minSeconds: 1,
  maxSeconds: 3,
  work: 'compute',
  seed: 1,
};
const facts: TimedFact[] = [
  [0, passStarted('threads')],
  [0, laneStarted(0, 'threads')],
  [50, laneReady(0)],
  [60, laneStarted(1, 'threads')],
  [90, laneReady(1)],
  [100, jobStarted(1, 0)],
  [2600, jobEnded(1, 0)],
  [2700, passEnded(2700)],
];
const RUN_ENDED = { type: 'run-ended', status: 'completed', error: null } as const;
/** A run with a job that computes for 2.5 s; in two passes, because totals are over all of them. */
const ended = timelineOf([
  ...events(0, facts),
  ...events(1, facts, 100),
  ...events(null, [[6000, RUN_ENDED]], 200),
]);
const live = timelineOf(events(0, facts.slice(0, -1)));

/** Returns the total length of a timeline's bars in a state, added up one by one. */
function added(state: string): number {
  const bars = ended.passes.flatMap(({ rows }) => rows.flatMap((row) => row.bars));
  return bars.reduce((sum, bar) => sum + (bar.state === state ? (bar.endMs ?? 2700) - bar.startMs : 0), 0);
}

describe('legendTotals', () => {
  it('legendTotals: the length of the bars of all passes, without states that do not occur', () => {
    const totals = legendTotals(ended);
    expect(totals.get('computing')).toBe('5.0 s');
    for (const state of BAR_STATES)
      expect(totals.get(state)).toBe(added(state) > 0 ? duration(added(state)) : undefined);
  });

  it('legend: each look has its total', () => {
    const items = elements(legend(SPEC, ended, [], legendTotals(ended)).toString(), 'li');
    expect(items.find(({ attributes }) => attributes['data-look'] === 'computing')?.text).toBe(
      'computing5.0 s',
    );
    expect(items.find(({ attributes }) => attributes['data-look'] === 'queue')?.text).toBe(LOOK_WORDS.queue);
  });

  it('picture: has each look that occurs, states with their totals, also on a card', async () => {
    const spec: Spec = { ...SPEC, modes: ['threads', 'threads'] };
    const props = { timeline: ended, spec, title: 'One', claim: null, spanMs: 3000, style: '' };
    for (const svg of await Promise.all([picture(props), card(props)])) {
      const words = elements(svg, 'text').map(({ text }) => text);
      expect(words).toContain('computing 5.0 s');
      const totals = legendTotals(ended);
      for (const look of LOOKS.filter((one) => drawnLooks(ended).has(one)))
        expect(words).toContain([LOOK_WORDS[look], totals.get(look)].filter(Boolean).join(' '));
    }
  });

  it('embed: has totals once the run has ended, because nothing updates them for a live run', async () => {
    const assets = { script: '', style: '', parts: [], timelines: [] };
    const run = {
      id: 'r',
      spec: SPEC,
      lesson: null,
      claimAddress: null,
      spanMs: 3000,
      mine: false,
      guess: null,
      pools: {},
      whyFixed: { ts: null, py: null },
      isFixed: false,
      member: null,
      late: null,
      base: '',
    };
    const shown = async (timeline: typeof ended) => {
      const spans = elements((await embedPage({ ...run, timeline }, assets)).toString(), 'span');
      return spans.flatMap(({ attributes, text }) => (attributes.class === 'total' ? [text] : []));
    };
    expect(await shown(ended)).toContain('5.0 s');
    expect((await shown(live)).join('')).toBe('');
  });
});
