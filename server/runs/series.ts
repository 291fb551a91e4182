/** What a pass does and uses over time: jobs that run, memory, processor. */
import type { PassTimeline } from './timeline.ts';

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

/** Cores that were busy from the sample before up to each sample; of the first, none is before. */
export function cpu({ samples }: PassTimeline): { atMs: number[]; cores: number[] } {
  const series: { atMs: number[]; cores: number[] } = { atMs: [], cores: [] };
  samples.forEach(({ atMs, cpuMs }, i) => {
    const before = samples[i - 1];
    if (!before || atMs <= before.atMs) return;
    series.atMs.push(atMs);
    series.cores.push(Math.max(0, cpuMs - before.cpuMs) / (atMs - before.atMs));
  });
  return series;
}
