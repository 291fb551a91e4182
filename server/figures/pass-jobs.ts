/** What the jobs of a pass came to, as the figures and the sentences need it. Pure. */
import { hasWorkers } from '../spec/modes.ts';
import { criticalPath } from '../timeline/critical-path.ts';
import type { JobTimes, PassTimeline } from '../timeline/model.ts';
import { runningJobs } from './series.ts';

/** Jobs that got less than this share of the processor time that they could have used were held up by something else. */
const HELD_UP = 0.75;

/** Numbers of the jobs that ended so. */
export function jobsThat(pass: PassTimeline, status: JobTimes['status']): number[] {
  return [...pass.jobs.values()].filter((job) => job.status === status).map((job) => job.job);
}

/** Jobs that wait for a worker and have not begun. */
export function neverBegan({ waiting, jobs }: PassTimeline): number[] {
  return [...waiting].filter((job) => !jobs.has(job));
}

/** The share of their time that the jobs of a pass waited for each other: for the queue, or for a lock. */
export function waitingShare({ jobStateMs }: PassTimeline): number {
  const all = Object.values(jobStateMs).reduce((sum, ms) => sum + ms, 0);
  return all > 0 ? (jobStateMs.queue + jobStateMs.lock) / all : 0;
}

/** Most jobs that ran at one time. */
export function atOnce(pass: PassTimeline): number {
  return runningJobs(pass).jobs.reduce((most, jobs) => Math.max(most, jobs), 0);
}

/** The cores that jobs had while some of them computed, where it was much less than they could have used; else null. */
export function coresGot(pass: PassTimeline): number | null {
  const cores = hasWorkers(pass.mode) ? pass.cores : 1;
  const steps = pass.rows
    .flatMap(({ bars }) => bars.filter(({ state, job }) => state === 'computing' && job !== null))
    .flatMap(({ startMs, endMs }) => [
      { ms: startMs, by: 1 },
      { ms: endMs ?? startMs, by: -1 },
    ])
    .sort((a, b) => a.ms - b.ms);
  let [computing, askedMs, lastedMs, sinceMs] = [0, 0, 0, 0];
  for (const { ms, by } of steps) {
    askedMs += Math.min(computing, cores) * (ms - sinceMs);
    lastedMs += computing > 0 ? ms - sinceMs : 0;
    computing += by;
    sinceMs = ms;
  }
  const cpuMs = pass.ended?.cpuMs ?? askedMs;
  return cpuMs < HELD_UP * askedMs ? cpuMs / lastedMs : null;
}

/** Time of a pass in which threads and processes started and nothing else could go on that it had to wait for, in ms. */
export function startingMs(pass: PassTimeline): number {
  return criticalPath(pass).reduce((sum, { lane, state, fromMs, toMs }) => {
    return sum + (lane !== 0 && state === 'starting' ? toMs - fromMs : 0);
  }, 0);
}
