/**
 * The speed-up of groups of jobs that share the same work, from a pass of the lesson `computing`: job 0 does the work
 * alone, jobs 1 and 2 share the same work, then four jobs, then eight. Pure.
 */
import type { Mode } from '../spec/modes.ts';
import type { JobTimes, PassTimeline } from '../timeline/model.ts';

/** The speed-ups measured in one pass; `factor` is relative to one worker. */
export type SpeedUps = {
  mode: Mode;
  cores: number;
  /** The serial share: the part of the first job's time in which it did not compute; null until it has ended. */
  serial: number | null;
  points: { workers: number; factor: number }[];
};

/** Returns the speed-ups of the groups that have ended. */
export function speedUpsOf(pass: PassTimeline): SpeedUps {
  const points: SpeedUps['points'] = [];
  let aloneMs = 0;
  let previousEndMs = 0;
  for (let workers = 1; ; workers *= 2) {
    const jobs = Array.from({ length: workers }, (_, i) => pass.jobs.get(workers - 1 + i));
    if (!jobs.every((job): job is Ended => job?.status === 'done' && job.endMs !== null)) break;
    const startMs = Math.max(previousEndMs, Math.min(...jobs.map((job) => requestedMs(pass, job))));
    const endMs = Math.max(...jobs.map((job) => job.endMs));
    const ms = endMs - startMs;
    if (!(ms > 0)) break;
    if (workers === 1) aloneMs = ms;
    points.push({ workers, factor: aloneMs / ms });
    previousEndMs = endMs;
  }
  const serial = aloneMs > 0 ? Math.min(1, Math.max(0, 1 - computedMs(pass, 0) / aloneMs)) : null;
  return { mode: pass.mode, cores: pass.cores, serial, points };
}

type Ended = JobTimes & { endMs: number };

/** Returns when a job was requested. If a lane was started for it, the time to start the lane is included. */
function requestedMs(pass: PassTimeline, job: JobTimes): number {
  const row = pass.rows.find(({ lane, slot, kind }) => lane === job.lane && slot === null && kind !== 'main');
  return row?.bars[0]?.startMs ?? job.startMs;
}

function computedMs({ rows }: PassTimeline, job: number): number {
  const bars = rows.flatMap((row) =>
    row.bars.filter((bar) => bar.job === job && bar.state === 'computing' && bar.endMs !== null),
  );
  return bars.reduce((sum, { startMs, endMs }) => sum + ((endMs ?? startMs) - startMs), 0);
}

/** Amdahl's law: returns the speed-up with `workers` workers if the share `serial` of the time is serial. */
export function amdahl(serial: number, workers: number): number {
  return 1 / (serial + (1 - serial) / workers);
}
