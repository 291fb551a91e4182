/** What a pass does and uses over time: jobs that run, memory, processor. */
import type { PassTimeline } from '../timeline/model.ts';

/** From `atMs[i]` on, `jobs[i]` jobs run. */
export type Steps = { atMs: number[]; jobs: number[] };

/** How many jobs run at each moment: have started and not ended. Begins with none at 0; times rise. */
export function runningJobs({ jobs }: PassTimeline): Steps {
  const changes = [...jobs.values()].flatMap(({ startMs, endMs }) => [
    { atMs: startMs, more: 1 },
    ...(endMs === null ? [] : [{ atMs: endMs, more: -1 }]),
  ]);
  changes.sort((one, other) => one.atMs - other.atMs);
  const steps: Steps = { atMs: [0], jobs: [0] };
  let count = 0;
  for (const { atMs, more } of changes) {
    count += more;
    const isLater = atMs > (steps.atMs.at(-1) ?? 0);
    if (isLater) steps.atMs.push(atMs);
    if (isLater) steps.jobs.push(count);
    else steps.jobs[steps.jobs.length - 1] = count;
  }
  return steps;
}

/** Resident memory of all processes of the pass, at each sample. */
export function memory({ samples }: PassTimeline): { atMs: number[]; rssBytes: number[] } {
  return {
    atMs: samples.map(({ atMs }) => atMs),
    rssBytes: samples.map(({ rssBytes }) => rssBytes),
  };
}

/**
 * The shortest stretch that tells how many cores were busy, in ms: the system counts the time of each process in ticks
 * of 10 ms, which over a shorter one would be more than a tenth of a core. Two samples can come almost together.
 */
const STRETCH_MS = 100;
/** How long before a stretch what is counted in it may have been used, in ms: twice the pause between samples. */
const LATE_MS = 500;
/** What figures of one decimal do not show, in cores. */
const ROUNDED = 0.05;

/** The processor time of all processes in a stretch that ends at `toMs`. */
type Stretch = { ms: number; toMs: number; cpuMs: number };

/**
 * Cores that were busy in each stretch between samples, at its end; before the first sample, nothing is known. A
 * process is read a moment before or after the others, and of one that ends, what it used is told as it ends: a stretch
 * that would come to more than `cores` holds time of its neighbours, and is taken together with them. What is more than
 * there are even so is shown only where no late count explains it: a server can be told of fewer cores than there are.
 */
export function cpu({ samples, cores }: Pick<PassTimeline, 'samples' | 'cores'>): {
  atMs: number[];
  cores: number[];
} {
  const isTooMuch = ({ ms, cpuMs }: Stretch) => cpuMs / ms >= cores + ROUNDED;
  const stretches: Stretch[] = [];
  let [from, ...others] = samples;
  for (const sample of others) {
    const ms = sample.atMs - (from?.atMs ?? 0);
    if (!from || ms < STRETCH_MS) continue;
    let last: Stretch = { ms, toMs: sample.atMs, cpuMs: Math.max(0, sample.cpuMs - from.cpuMs) };
    from = sample;
    for (let before = stretches.at(-1); before; before = stretches.at(-1)) {
      if (!isTooMuch(last) && !isTooMuch(before)) break;
      last = { ms: before.ms + last.ms, toMs: last.toMs, cpuMs: before.cpuMs + last.cpuMs };
      stretches.pop();
    }
    stretches.push(last);
  }
  const shown = stretches.filter((one) => !isTooMuch(one) || one.cpuMs > cores * (one.ms + LATE_MS));
  return { atMs: shown.map(({ toMs }) => toMs), cores: shown.map(({ ms, cpuMs }) => cpuMs / ms) };
}
