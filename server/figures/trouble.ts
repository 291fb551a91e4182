/** What went wrong in a run, so that it can be found again in other runs of the same person. */
import type { RunTimeline } from '../timeline/model.ts';

/** Most characters of an error that are compared. */
const MOST = 200;

/**
 * Returns what went wrong in a run that has ended: its first error, without what differs from run to run, such as numbers
 * of jobs. Also that of a job, after which a run goes on. Null if nothing did, or if somebody stopped the run.
 */
export function troubleOf({ status, error, passes }: RunTimeline): string | null {
  if (status === null || status === 'cancelled' || status === 'interrupted') return null;
  const errors = passes.flatMap(({ jobs, deadlock, ended }) => [
    ...(deadlock === null ? [] : ['deadlock']),
    ...[...jobs.values()].flatMap((job) => (job.status === 'failed' ? [job.error || 'failed'] : [])),
    ended?.error ?? null,
  ]);
  const first = [...errors, error].find((one) => one !== null && one !== '');
  return (first ?? (status === 'completed' ? null : status))?.slice(0, MOST).replace(/\d+/g, '#') ?? null;
}
