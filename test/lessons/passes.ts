/** What a pass of a lesson comes to: its model, what its lanes hold at the end, where its jobs stand, what main said. */
import { MODES } from '../../server/spec/modes.ts';
import type { LostUpdate, PassState, PassTimeline } from '../../server/timeline/model.ts';
import { lostUpdates } from '../../server/timeline/updates.ts';
import type { Of, Played } from '../contract/play.ts';
import type { Span } from '../contract/spans.ts';
import { timelineOf } from '../timeline/made-events.ts';

/** The modes in which jobs can go on at one time. */
export const BESIDE_SEQUENTIAL = MODES.slice(1);
/** The modes in which jobs have lanes of their own. */
export const BESIDE_MAIN = MODES.slice(2);

/** The page's model of a pass. */
export function modelOf(pass: Played): PassTimeline {
  const [timeline] = timelineOf(pass.events).passes;
  if (!timeline) throw new Error('There is no pass.');
  return timeline;
}

/** What the lanes of a pass hold at its end. */
export function stateOf(
  pass: Played,
): Omit<PassState, 'queue'> & { queue: string[]; lostUpdates: readonly LostUpdate[] } {
  const { state } = modelOf(pass);
  return { ...state, queue: [...state.queue], lostUpdates: lostUpdates(state) };
}

/** From where each job started to where it ended, by number. */
export function jobSpans(pass: Played): Span[] {
  return pass
    .of('job-started')
    .map(({ lane, job, atMs: from }) => {
      const to = pass.of('job-ended').find((ended) => ended.job === job)?.atMs ?? Number.POSITIVE_INFINITY;
      return { lane, job, on: '', from, to };
    })
    .toSorted((a, b) => (a.job ?? 0) - (b.job ?? 0));
}

/** How long a span is, in ms. */
export const lengthOf = ({ from, to }: { from: number; to: number }) => to - from;
export const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);

/** From the first start of a job to the last end of one. */
export const whole = (spans: Span[]): Span => ({
  lane: 0,
  job: null,
  on: '',
  from: Math.min(...spans.map(({ from }) => from)),
  to: Math.max(...spans.map(({ to }) => to)),
});

/** How a job ended. */
export function endOf(pass: Played, job: number): Of<'job-ended'> {
  const ended = pass.of('job-ended').find((one) => one.job === job);
  if (!ended) throw new Error(`Job ${job} did not end.`);
  return ended;
}

/** The lane that ran a job. */
export const laneOf = (pass: Played, job: number) =>
  pass.of('lane-started').find(({ lane }) => lane === pass.laneOf(job));

/** What main logged, without complaints. */
export const mainLines = (pass: Played) =>
  pass.of('log').flatMap((one) => (one.job === null && one.stream === 'stdout' ? [one.text] : []));
