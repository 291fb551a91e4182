/** Results of a lesson's pass: its model, shared state at the end, the spans of its jobs, and main's output. */
import { hasWorkers, MODE_TRAITS, MODES } from '../../server/spec/modes.ts';
import type { PassTimeline } from '../../server/timeline/model.ts';
import type { LostUpdate, PassState } from '../../server/timeline/state-model.ts';
import { lostUpdates } from '../../server/timeline/updates.ts';
import type { Of, Played } from '../contract/play.ts';
import type { Span } from '../contract/spans.ts';
import { timelineOf } from '../timeline/made-events.ts';

/** The modes in which jobs can overlap. */
export const BESIDE_SEQUENTIAL = MODES.filter((mode) => MODE_TRAITS[mode].overlaps);
/** The modes in which jobs have lanes of their own, apart from main's. */
export const BESIDE_MAIN = MODES.filter(hasWorkers);

/** Returns the page's model of a pass. */
export function modelOf(pass: Played): PassTimeline {
  const [timeline] = timelineOf(pass.events).passes;
  if (!timeline) throw new Error('There is no pass.');
  return timeline;
}

/** Returns the shared state of a pass at its end. */
export function stateOf(
  pass: Played,
): Omit<PassState, 'queue'> & { queue: string[]; lostUpdates: readonly LostUpdate[] } {
  const { state } = modelOf(pass);
  return { ...state, queue: [...state.queue], lostUpdates: lostUpdates(state) };
}

/** Returns the span of each job, from start to end, by number. */
export function jobSpans(pass: Played): Span[] {
  return pass
    .of('job-started')
    .map(({ lane, job, atMs: from }) => {
      const to = pass.of('job-ended').find((ended) => ended.job === job)?.atMs ?? Number.POSITIVE_INFINITY;
      return { lane, job, on: '', from, to };
    })
    .toSorted((a, b) => (a.job ?? 0) - (b.job ?? 0));
}

/** Returns the length of a span, in ms. */
export const lengthOf = ({ from, to }: { from: number; to: number }) => to - from;
export const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

/** Returns the span from the first start to the last end. */
export const whole = (spans: Span[]): Span => ({
  lane: 0,
  job: null,
  on: '',
  from: Math.min(...spans.map(({ from }) => from)),
  to: Math.max(...spans.map(({ to }) => to)),
});

export function endOf(pass: Played, job: number): Of<'job-ended'> {
  const ended = pass.of('job-ended').find((fact) => fact.job === job);
  if (!ended) throw new Error(`Job ${job} did not end.`);
  return ended;
}

/** Returns the lane that ran a job. */
export const laneOf = (pass: Played, job: number) =>
  pass.of('lane-started').find(({ lane }) => lane === pass.laneOf(job));

/** Returns main's output, without errors. */
export const mainLines = (pass: Played) =>
  pass.of('log').flatMap((one) => (one.job === null && one.stream === 'stdout' ? [one.text] : []));
