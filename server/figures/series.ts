/** What a pass does and uses over time: running jobs, memory, processor. */
import type { PassTimeline } from '../timeline/model.ts';

/** From `atMs[i]` on, `jobs[i]` jobs run. */
export type Steps = { atMs: number[]; jobs: number[] };

/**
 * Returns how many jobs run at each moment, that is, have started and not ended. Starts with none at 0; times increase.
 * Known until the log was cut, if it was.
 */
export function runningJobs({ jobs }: PassTimeline): Steps {
  const changes = [...jobs.values()].flatMap(({ startMs, endMs }) => [
    { atMs: startMs, change: 1 },
    ...(endMs === null ? [] : [{ atMs: endMs, change: -1 }]),
  ]);
  changes.sort((a, b) => a.atMs - b.atMs);
  const steps: Steps = { atMs: [0], jobs: [0] };
  let count = 0;
  for (const { atMs, change } of changes) {
    count += change;
    const isLater = atMs > (steps.atMs.at(-1) ?? 0);
    if (isLater) steps.atMs.push(atMs);
    if (isLater) steps.jobs.push(count);
    else steps.jobs[steps.jobs.length - 1] = count;
  }
  return steps;
}

/** Returns the resident memory of all processes of the pass, at each sample. */
export function memory({ samples }: PassTimeline): { atMs: number[]; rssBytes: number[] } {
  return {
    atMs: samples.map(({ atMs }) => atMs),
    rssBytes: samples.map(({ rssBytes }) => rssBytes),
  };
}

/**
 * The shortest interval from which to compute busy cores, in ms. The system counts each process's time in ticks of 10
 * ms; over a shorter interval, one tick would be more than a tenth of a core. Two samples can be very close together.
 */
const MIN_INTERVAL_MS = 100;
/** How long before an interval the time counted in it may have been used, in ms: twice the pause between samples. */
const MAX_LAG_MS = 500;
/** The rounding error of figures with one decimal, in cores. */
const ROUNDING = 0.05;

/** The processor time of all processes in an interval that ends at `toMs`. */
type Interval = { ms: number; toMs: number; cpuMs: number };

/**
 * Returns how many cores were busy in each interval between samples, at its end; nothing is known before the first
 * sample. Processes are not all read at the same moment, and the rest of a process's usage is counted when it ends, so
 * an interval may include time of its neighbours. If an interval comes to more than `cores`, it is merged with them. If
 * it is still too much, it is shown only if late counting cannot explain it: a server may see fewer cores than there
 * are.
 */
export function cpu({ samples, cores }: Pick<PassTimeline, 'samples' | 'cores'>): {
  atMs: number[];
  cores: number[];
} {
  const exceedsCores = ({ ms, cpuMs }: Interval) => cpuMs / ms >= cores + ROUNDING;
  const intervals: Interval[] = [];
  let [from, ...others] = samples;
  for (const sample of others) {
    const ms = sample.atMs - (from?.atMs ?? 0);
    if (!from || ms < MIN_INTERVAL_MS) continue;
    let last: Interval = { ms, toMs: sample.atMs, cpuMs: Math.max(0, sample.cpuMs - from.cpuMs) };
    from = sample;
    for (let before = intervals.at(-1); before; before = intervals.at(-1)) {
      if (!exceedsCores(last) && !exceedsCores(before)) break;
      last = { ms: before.ms + last.ms, toMs: last.toMs, cpuMs: before.cpuMs + last.cpuMs };
      intervals.pop();
    }
    intervals.push(last);
  }
  const shown = intervals.filter(
    (interval) => !exceedsCores(interval) || interval.cpuMs > cores * (interval.ms + MAX_LAG_MS),
  );
  return { atMs: shown.map(({ toMs }) => toMs), cores: shown.map(({ ms, cpuMs }) => cpuMs / ms) };
}
