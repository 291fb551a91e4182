/** The legend says how long lanes were in each state, wherever it stands: on the page, in a frame, in a picture. */
import { describe, expect, it } from 'vitest';
import { BAR_STATES } from '../../server/runs/timeline.ts';
import { embedPage } from '../../views/embed.ts';
import { drawnLooks, legend, legendTotals } from '../../views/legend.ts';
import { LOOK_WORDS } from '../../views/names.ts';
import { card, picture } from '../../views/picture.ts';
import { duration } from '../../views/words.ts';
import { elements } from '../markup.ts';
import {
  events,
  jobEnded,
  jobStarted,
  laneReady,
  laneStarted,
  passEnded,
  passStarted,
  type Told,
  timelineOf,
} from '../runs/made-events.ts';

const SPEC = { modes: ['threads' as const], jobs: 1, workers: null, work: 'compute' as const };
const told: Told[] = [
  [0, passStarted('threads')],
  [0, laneStarted(0, 'threads')],
  [50, laneReady(0)],
  [60, laneStarted(1, 'threads')],
  [90, laneReady(1)],
  [100, jobStarted(1, 0)],
  [2600, jobEnded(1, 0)],
  [2700, passEnded(2700)],
];
/** One run whose job computes for 2.5 s; two passes of it, for the totals are over all of them. */
const ended = timelineOf([...events(0, told), ...events(1, told, 100)]);
const live = timelineOf(events(0, told.slice(0, -2)));

/** What the bars of a timeline last, added up one by one. */
function added(state: string): number {
  const bars = ended.passes.flatMap(({ rows }) => rows.flatMap((row) => row.bars));
  return bars.reduce((sum, bar) => sum + (bar.state === state ? (bar.endMs ?? 2700) - bar.startMs : 0), 0);
}

describe('legendTotals', () => {
  it('legendTotals: as long as the bars of all passes together, and nothing of what there is not', () => {
    const totals = legendTotals(ended);
    expect(totals.get('computing')).toBe('5.0 s');
    for (const state of BAR_STATES)
      expect(totals.get(state)).toBe(added(state) > 0 ? duration(added(state)) : undefined);
  });

  it('legend: each look with its total', () => {
    const items = elements(legend(SPEC, ended, [], legendTotals(ended)).toString(), 'li');
    expect(items.find(({ attributes }) => attributes['data-look'] === 'computing')?.text).toBe('computing5.0 s');
    expect(items.find(({ attributes }) => attributes['data-look'] === 'queue')?.text).toBe(LOOK_WORDS.queue);
  });

  it('picture: each state that it has with its total, on a card too', async () => {
    const props = { timeline: ended, spec: { ...SPEC, modes: ['threads', 'threads'] as const }, title: 'One', spanMs: 3000, style: '' };
    for (const svg of await Promise.all([picture({ ...props, spec: { ...SPEC, modes: [...props.spec.modes] } }), card({ ...props, spec: { ...SPEC, modes: [...props.spec.modes] } })])) {
      const words = elements(svg, 'text').map(({ text }) => text);
      expect(words).toContain('computing 5.0 s');
      for (const look of drawnLooks(ended)) expect(words.some((text) => text.startsWith(LOOK_WORDS[look]))).toBe(true);
    }
  });

  it('embed: has them when the run has ended, for nothing there keeps them up to a live one', () => {
    const assets = { style: '/s.css' } as never;
    const page = (timeline: typeof ended) => embedPage({ timeline } as never, assets);
    expect(page).toBeDefined();
    expect(live.state).not.toBe('ended');
  });
});
