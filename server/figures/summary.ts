/** The figures of a run's table, from its timeline. Pure. */
import type { Pauses, Status } from '../protocol/facts.ts';
import { toMicrosecond } from '../protocol/times.ts';
import type { MemoryPool } from '../spec/lanes.ts';
import { MODE_TRAITS, type Mode } from '../spec/modes.ts';
import { countsSteps, type PassTimeline, type RunTimeline } from '../timeline/model.ts';
import { coresGot, neverBegan, shareOf, unknownJobs, waitingShare } from './pass-jobs.ts';

/** The figures of one pass. Times are rounded to the microsecond, as in events. */
export type PassSummary = {
  mode: Mode;
  /** Null while the pass runs. If the run ended before the pass did, the run's status. */
  status: Status | null;
  /** Why the pass failed; null if it did not. */
  error: string | null;
  /** Null until the pass has ended, or if its end was not recorded. */
  wallMs: number | null;
  /** Sum of the jobs' times from job-started to job-ended, or to now. */
  jobMs: number;
  /**
   * How many times as fast as the sequential pass of this run, or, if there is none in which all jobs were done, as the
   * sum of this pass's job times. Null for the sequential pass itself, for a pass in which not all jobs were done, and
   * for one that was held up from outside.
   * Against the sum it is also null if jobs waited for each other, or computed and got few of the cores, because their
   * times then include others'; and if main slept while no job ran. Where more jobs computed than there are cores, the
   * sum has the processor time in place of theirs.
   */
  speedUp: { factor: number; against: 'sequential' | 'sum' } | null;
  startupMs: number;
  /** Number of lanes that started; those that could not be opened are not counted. */
  lanes: number;
  done: number;
  failed: number;
  cutOff: number;
  /** Jobs that never began: the pass ended while they waited, or their lane could not be opened. */
  neverBegan: number;
  /** Lanes of the pool that the jobs shared because the server's memory was short; left out if it was not. */
  pool?: MemoryPool;
  /** Jobs of which it is unknown how they ended, because the log was cut; more may have begun after that. */
  unknown: number;
  /**
   * When the log was cut, in ms since the pass began; 0 if that was before it. Job times, start-up, lanes and jobs are
   * those before it. Null if the pass is whole.
   */
  cutMs: number | null;
  cpuMs: number | null;
  peakRssBytes: number | null;
  /**
   * What a scheduler of ours executed: an order's steps, and how often it took the turn from a lane
   * that could have gone on. There are then
   * no times. Left out if the operating system scheduled.
   */
  order?: { schedule: string | null; steps: number; switches: number };
  /** What held up the pass from outside, which its times include; left out if nothing did. */
  paused?: Pauses;
};

/** If jobs waited for each other for at least this share of their time, their sum is no basis for a speed-up. */
const WAITING_SHARE = 0.05;
/** From this share of their time, jobs that computed and got few cores are no basis for a speed-up. */
const COMPUTING_SHARE = 0.5;

/** Returns the figures of each pass, in the order in which the passes ran. */
export function summarize(timeline: RunTimeline): PassSummary[] {
  const sequential = timeline.passes.find((pass) => !MODE_TRAITS[pass.mode].overlaps);
  const sequentialMs = sequential ? doneMs(sequential) : null;
  return timeline.passes.map((pass) => {
    const jobs = [...pass.jobs.values()];
    const count = (status: string) => jobs.filter((job) => job.status === status).length;
    const jobMs = jobs.reduce(
      (sum, { startMs, endMs }) => sum + (endMs ?? pass.cutMs ?? pass.latestMs) - startMs,
      0,
    );
    return {
      mode: pass.mode,
      status: pass.ended?.status ?? timeline.status,
      error: pass.ended?.error ?? null,
      wallMs: toMicrosecond(pass.ended?.wallMs),
      jobMs: toMicrosecond(jobMs),
      speedUp: speedUp(pass, doneMs(pass), sequentialMs, jobMs),
      startupMs: toMicrosecond(pass.startupMs),
      lanes: [...pass.lanes.values()].filter(({ failed, ready }) => ready || !failed).length,
      done: count('done'),
      failed: count('failed'),
      cutOff: count('cut-off'),
      unknown: unknownJobs(pass).length,
      cutMs: toMicrosecond(pass.cutMs),
      neverBegan: pass.ended ? neverBegan(pass).length : 0,
      ...(pass.pool && { pool: pass.pool }),
      cpuMs: toMicrosecond(pass.ended?.cpuMs),
      peakRssBytes: pass.ended?.peakRssBytes ?? null,
      ...(countsSteps(pass) && {
        order: { schedule: pass.schedule, steps: pass.steps.length, switches: pass.switches },
      }),
      ...(pass.ended?.paused && { paused: pass.ended.paused }),
    };
  });
}

/**
 * Returns how long a pass took in which all jobs are known to have been done; null for any other pass, or if its time
 * is zero.
 */
function doneMs(pass: PassTimeline): number | null {
  const jobs = [...pass.jobs.values()];
  const isDone =
    pass.cutMs === null && jobs.every(({ status }) => status === 'done') && neverBegan(pass).length === 0;
  const { ended } = pass;
  if (!isDone || ended?.status !== 'completed' || isHeldUp(pass.mode, ended)) return null;
  return ended.wallMs > 0 ? ended.wallMs : null;
}

/** Below this share of a pass's time, a pause changes none of its figures notably. */
const NOTABLE = 0.05;

/**
 * Reports whether a pass took longer because it was held up from outside. While the server alone stands still, the
 * lanes of a single process go on, and their times are their own. One that had to share cores counts as held up.
 */
export function isHeldUp(
  mode: Mode,
  { wallMs, paused }: { wallMs: number | null; paused?: Pauses | undefined },
): boolean {
  if (!paused || wallMs === null) return false;
  const { server = 0, machine = 0, program = 0, sharedWith = 0 } = paused;
  if (sharedWith > 0) return true;
  const ownServer = MODE_TRAITS[mode].lane === 'process' ? server : 0;
  return Math.max(ownServer, machine, program) > NOTABLE * wallMs;
}

function speedUp(
  pass: PassTimeline,
  wallMs: number | null,
  sequentialMs: number | null,
  jobMs: number,
): PassSummary['speedUp'] {
  if (!MODE_TRAITS[pass.mode].overlaps || wallMs === null || countsSteps(pass)) return null;
  if (sequentialMs !== null) return { factor: sequentialMs / wallMs, against: 'sequential' };
  const sumMs = hasKnownSum(pass) ? aloneMs(pass, jobMs) : 0;
  return sumMs > 0 ? { factor: sumMs / wallMs, against: 'sum' } : null;
}

/** Whether job times of a pass are what the jobs would have taken one after another, but for sharing all its cores. */
function hasKnownSum(pass: PassTimeline): boolean {
  return waitingShare(pass) < WAITING_SHARE && !gotFewCores(pass) && !sleptAlone(pass);
}

/** Whether the jobs of a pass seem to have computed, and used much less than the cores that they could have. */
function gotFewCores(pass: PassTimeline): boolean {
  return shareOf(pass, 'computing') > COMPUTING_SHARE && coresGot(pass) !== null;
}

/** Reports whether a pass can be compared with others only, because its jobs got few cores. */
export function isTimedOnly(pass: PassTimeline): boolean {
  const isTimed = MODE_TRAITS[pass.mode].overlaps && doneMs(pass) !== null && !countsSteps(pass);
  return isTimed && waitingShare(pass) < WAITING_SHARE && gotFewCores(pass);
}

/** Whether main slept before the first job or after the last, as in a script that has its tasks run one by one, too. */
function sleptAlone({ rows, jobs, latestMs }: PassTimeline): boolean {
  const all = [...jobs.values()];
  const firstMs = Math.min(...all.map(({ startMs }) => startMs));
  const lastMs = Math.max(...all.map(({ endMs }) => endMs ?? latestMs));
  const sleptMs = (rows[0]?.bars ?? [])
    .filter(({ state, job }) => state === 'sleep' && job === null)
    .map(({ startMs, endMs }) => ({ startMs, endMs: endMs ?? latestMs }))
    .filter(({ startMs, endMs }) => endMs <= firstMs || startMs >= lastMs)
    .reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  return sleptMs > WAITING_SHARE * latestMs;
}

/** Returns the sum of the jobs' times without what they waited for a core, in ms. */
function aloneMs({ jobStateMs: { computing }, ended }: PassTimeline, jobMs: number): number {
  return jobMs - Math.max(0, computing - (ended?.cpuMs ?? computing));
}
