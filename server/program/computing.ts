/** Reports that a job computes, before it keeps the thread busy, without filling the log with short calls. */
import { emit, latestReport } from './emit.ts';

/** Calls that compute for less are short, and are skipped within SHORT_EVERY_MS of the last call considered. */
const SHORT_SECONDS = 0.001;
const SHORT_EVERY_MS = 10;

let consideredAtMs = Number.NEGATIVE_INFINITY;

/**
 * Reports that `job` (null: main) begins to compute for `seconds`, unless the latest report of this thread says that it
 * computes at the same line. `lineOf` looks up the line of the program, which takes longer than a short call.
 */
export function reportComputing(
  lane: number,
  job: number | null,
  seconds: number,
  lineOf: () => number | undefined,
): void {
  const nowMs = performance.now();
  if (seconds < SHORT_SECONDS && nowMs - consideredAtMs < SHORT_EVERY_MS) return;
  consideredAtMs = nowMs;
  const line = lineOf();
  const latest = latestReport();
  if (latest?.type === 'compute-started' && latest.job === job && latest.line === line) return;
  emit({ type: 'compute-started', lane, job, line });
}
