/** Facts about the jobs of a pass that figures and sentences need. Pure. */
import { hasWorkers } from '../spec/modes.ts';
import { criticalPath } from '../timeline/critical-path.ts';
import type { JobTimes, PassTimeline } from '../timeline/model.ts';
import { runningJobs } from './series.ts';

/** If jobs got less than this share of the processor time they could have used, something else held them up. */
const HELD_UP = 0.75;

/** Returns the numbers of the jobs that ended with `status`. */
export function jobsThat(pass: PassTimeline, status: JobTimes['status']): number[] {
  return [...pass.jobs.values()].filter((job) => job.status === status).map((job) => job.job);
}

/**
 * Returns the jobs that main has started but that have not begun: they wait for a worker, or for their lane. If the log
 * was cut, only those that are known never to begin.
 */
export function neverBegan({ asked, jobs, lost, cutMs }: PassTimeline): number[] {
  return [...(cutMs === null ? asked : lost.keys())].filter((job) => !jobs.has(job));
}

/** Returns the jobs of a pass that were under way, or had not begun, when its log was cut; none if it was not. */
export function unknownJobs({ asked, jobs, lost, cutMs }: PassTimeline): number[] {
  if (cutMs === null) return [];
  return [...new Set([...asked, ...jobs.keys()])].filter(
    (job) => !lost.has(job) && (jobs.get(job)?.status ?? null) === null,
  );
}

/** Returns the share of the jobs' time spent in any of `states`; 0 if they took no time. */
export function shareOf(
  { jobStateMs }: PassTimeline,
  ...states: readonly (keyof PassTimeline['jobStateMs'])[]
): number {
  const all = Object.values(jobStateMs).reduce((sum, ms) => sum + ms, 0);
  return all > 0 ? states.reduce((sum, state) => sum + jobStateMs[state], 0) / all : 0;
}

/** Returns the share of the jobs' time spent waiting for each other: for the queue, a lock and the like. */
export function waitingShare(pass: PassTimeline): number {
  return shareOf(pass, 'queue', 'lock', 'semaphore', 'condition');
}

/** Returns the highest number of jobs that ran at once. */
export function atOnce(pass: PassTimeline): number {
  return runningJobs(pass).jobs.reduce((most, jobs) => Math.max(most, jobs), 0);
}

/**
 * Returns how many cores the jobs got on average while any of them computed, if that was much less than they could have
 * used; otherwise null.
 */
export function coresGot(pass: PassTimeline): number | null {
  const { usableMs, busyMs } = computingOf(pass);
  const cpuMs = pass.ended?.cpuMs ?? usableMs;
  return cpuMs < HELD_UP * usableMs ? cpuMs / busyMs : null;
}

/** How long any job computed, by the bars, and how much processor time the jobs could have used meanwhile. */
function computingOf(pass: PassTimeline): { usableMs: number; busyMs: number } {
  const cores = hasWorkers(pass.mode) ? pass.cores : 1;
  const steps = pass.rows
    .flatMap(({ bars }) => bars.filter(({ state, job }) => state === 'computing' && job !== null))
    .flatMap(({ startMs, endMs }) => [
      { ms: startMs, change: 1 },
      { ms: endMs ?? startMs, change: -1 },
    ])
    .sort((a, b) => a.ms - b.ms);
  let [computing, usableMs, busyMs, sinceMs] = [0, 0, 0, 0];
  for (const { ms, change } of steps) {
    usableMs += Math.min(computing, cores) * (ms - sinceMs);
    busyMs += computing > 0 ? ms - sinceMs : 0;
    computing += change;
    sinceMs = ms;
  }
  return { usableMs, busyMs };
}

/** A part of the time on cores that jobs which compute get even beside many others. */
const RESTED = 0.1;
/** Most processor time that starting a lane takes, in ms. */
const START_CPU_MS = 100;

/**
 * Reports whether the jobs used little of the time on cores that they could have had: then what looks like computing may
 * have been waiting for something that is not seen, such as a call of the system or a timer of the program's own, or the
 * machine was very busy.
 */
export function hasRested(pass: PassTimeline): boolean {
  const { jobs, cores, ended, startupMs, lanes } = pass;
  if (ended === null || ended.cpuMs === null || coresGot(pass) === null) return false;
  const lastedMs = [...jobs.values()].reduce(
    (sum, { startMs, endMs }) => sum + ((endMs ?? startMs) - startMs),
    0,
  );
  const usedMs = ended.cpuMs - Math.min(startupMs, START_CPU_MS * lanes.size);
  return usedMs < RESTED * Math.min(lastedMs, cores * ended.wallMs);
}

/**
 * Returns how long the pass was held up by starting threads and processes, in ms: the `starting` part of its critical
 * path.
 */
export function startingMs(pass: PassTimeline): number {
  return criticalPath(pass).reduce((sum, { lane, state, fromMs, toMs }) => {
    return sum + (lane !== 0 && state === 'starting' ? toMs - fromMs : 0);
  }, 0);
}
