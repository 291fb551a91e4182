/** How long a family of runs takes, in words: before it starts, while it runs, and after it. Pure. */
import type { Family } from '../figures/family.ts';
import { type PlannedTimes, sum } from '../figures/planned.ts';
import type { Remaining } from '../figures/remaining.ts';
import type { FamilyPlan } from '../spec/spec.ts';
import { capital, ordinal } from './english.ts';

/** What to expect of a family that has not been submitted; `passSeconds` is the limit of a pass. */
export function plannedSentence(
  { kind, count }: FamilyPlan,
  { runsMs, isCut }: PlannedTimes,
  passSeconds: number,
) {
  const [first = 0, last = 0] = [runsMs[0], runsMs.at(-1)];
  const [least, most] = [Math.min(...runsMs), Math.max(...runsMs)].map(roughly);
  const each =
    kind === 'sweep'
      ? `${roughly(first)} with 1 worker, ${roughly(last)} with ${count}`
      : `${least === most ? most : `${least} to ${most}`} each`;
  const cut = isCut ? ` Where a mode would take longer than ${passSeconds} s, it is cut off there.` : '';
  const what = kind === 'runtimes' ? 'runtimes' : 'runs';
  return `${count} ${what}, one after another: about ${each}, ${roughly(sum(runsMs))} in total.${cut}`;
}

/** What is known of a family whose program has not run yet. */
export function countSentence({ kind, count }: FamilyPlan): string {
  return `${count} ${kind === 'runtimes' ? 'runtimes' : 'runs'}, one after another.`;
}

/** What to expect of a search for orders in that many modes; `passSeconds` is the limit of each. */
export function exploredSentence(modes: number, passSeconds: number): string {
  return `A search for orders: at most ${passSeconds} s${modes > 1 ? ' per mode' : ''}, as many orders as fit.`;
}

/** How long a running family still takes; what cannot be known is called unknown. */
export function remainingSentence({
  number,
  present,
  queued,
  presentMs,
  restMs,
  isMeasured,
  isPlanned,
}: Remaining): string {
  const all = `about ${inWholeSeconds(presentMs + restMs)}`;
  switch (present) {
    case 'unplanned':
      return `Run ${number} is running. How long the others take is unknown until it has ended.`;
    case 'as-expected':
      return `${capital(all)} left, ${isMeasured ? 'going by the runs so far' : 'if all goes as planned'}.`;
    case 'queued':
      return `Run ${number} is waiting, ${ordinal(queued ?? 1)} in line; how long is unknown.${isPlanned ? ` After that, ${all}.` : ''}`;
    case 'no-room':
      return `Run ${number} is waiting for room in the queue; how long is unknown.${isPlanned ? ` After that, ${all}.` : ''}`;
    case 'late': {
      const rest = restMs > 0 ? ` After that, about ${inWholeSeconds(restMs)}.` : '';
      return `Run ${number} is taking longer than expected; how much longer is unknown.${rest}`;
    }
  }
}

/** How long a completed family took; empty if it ended in another way, or if that is not known. */
export function tookSentence({ status, runs }: Family): string {
  const [first, last] = [runs[0], runs.at(-1)];
  if (status !== 'completed' || !first || !last || last.result.endedMs === null) return '';
  return `Took ${roughly(last.createdAt + last.result.endedMs - first.createdAt)} in total.`;
}

/** Rounds up to a second: the page updates the remaining time every second. */
function inWholeSeconds(ms: number): string {
  return roughly(Math.max(1, Math.ceil(ms / 1000)) * 1000);
}

/** A duration as finely as an estimate deserves: `4.2 s`, `14 s`, `3 min 20 s`, `25 min`, `1 h 40 min`. */
export function roughly(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  if (seconds < 595) return twoUnits(10 * Math.round(seconds / 10), 'min', 's');
  const minutes = seconds / 60;
  return minutes < 59.5 ? `${Math.round(minutes)} min` : twoUnits(10 * Math.round(minutes / 10), 'h', 'min');
}

/** Of `small` units sixty make a large one. */
function twoUnits(small: number, largeUnit: string, smallUnit: string): string {
  const rest = small % 60;
  return `${Math.floor(small / 60)} ${largeUnit}${rest === 0 ? '' : ` ${rest} ${smallUnit}`}`;
}
