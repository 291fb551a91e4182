/** Runs one job on the calling thread and reports how it ended. A job that throws fails alone. */
import type { JobOutcome } from '../protocol/orders.ts';
import { apiFor, type LaneContext } from './api.ts';
import { currentJob, writeLog } from './console.ts';
import { emit } from './emit.ts';
import { resultOf } from './gathered.ts';
import { describe } from './shown.ts';
import { redirectTimerImports } from './timer-imports.ts';
import type { Program } from './types.ts';

/** Loads the program's module. Throws if it exports no function `job`. */
export async function loadProgram(address: string): Promise<Program> {
  redirectTimerImports(address);
  const program: Partial<Program> = await import(address);
  if (typeof program.job !== 'function') throw new TypeError('The program exports no function "job".');
  if (program.main !== undefined && typeof program.main !== 'function') {
    throw new TypeError('The program exports a "main" that is not a function.');
  }
  if (program.check !== undefined && typeof program.check !== 'function') {
    throw new TypeError('The program exports a "check" that is not a function.');
  }
  const { job, main, check } = program;
  return { job, ...(main && { main }), ...(check && { check }) };
}

/** Runs job `n` on the lane to its end. Never rejects: a failure becomes an outcome, and a line in the console. */
export async function runJob(n: number, context: LaneContext): Promise<JobOutcome> {
  const { lane, program, lines, running } = context;
  emit({ type: 'job-started', lane, job: n });
  running.add(n);
  let outcome: JobOutcome = { status: 'done', error: null };
  let line: number | undefined;
  try {
    const returned = await currentJob.run(n, () => program.job(n, apiFor(n, context)));
    if (context.gather) currentJob.run(n, passOnResult, n, returned, context);
  } catch (error) {
    outcome = { status: 'failed', error: describe(error) };
    line = lines.of(error);
    writeLog(lane, n, 'stderr', `Job ${n} failed: ${outcome.error}`, line);
  }
  running.delete(n);
  emit({ type: 'job-ended', lane, job: n, ...outcome, line });
  return outcome;
}

/** Passes on what job `n` returned to the program's check. If that cannot be, the console says so. */
function passOnResult(n: number, returned: unknown, { lane, gather }: LaneContext): void {
  try {
    const result = resultOf(n, returned);
    if (result) gather?.(result);
  } catch (error) {
    writeLog(lane, n, 'stderr', `check is not given what job ${n} returned: ${describe(error)}`, undefined);
  }
}
