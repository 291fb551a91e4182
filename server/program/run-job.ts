/** Runs one job on the thread it is called on, and tells how it went. A job that throws fails alone. */
import { jobApi, type Program } from './api.ts';
import { currentJob } from './console.ts';
import { emit } from './emit.ts';
import type { JobOutcome, PassSettings } from './protocol.ts';

/** Loads the program's module. Throws if it has no function `job`. */
export async function loadProgram(address: string): Promise<Program> {
  const program: Partial<Program> = await import(address);
  if (typeof program.job !== 'function') throw new TypeError('The program exports no function "job".');
  if (program.main !== undefined && typeof program.main !== 'function') {
    throw new TypeError('The program exports a "main" that is not a function.');
  }
  return { job: program.job, ...(program.main && { main: program.main }) };
}

/** Runs job `n` on `lane` to its end. Never rejects: a failure is an outcome. */
export async function runJob(
  program: Program,
  n: number,
  lane: number,
  settings: PassSettings,
): Promise<JobOutcome> {
  emit({ type: 'job-started', lane, job: n });
  let outcome: JobOutcome = { status: 'done', error: null };
  try {
    await currentJob.run(n, () => program.job(n, jobApi(n, lane, settings)));
  } catch (error) {
    outcome = { status: 'failed', error: describe(error) };
  }
  emit({ type: 'job-ended', lane, job: n, ...outcome });
  return outcome;
}

/** What was thrown, in a line: `TypeError: x is not a function`. Anything can be thrown, and its getters can throw too. */
export function describe(error: unknown): string {
  try {
    return String(error).slice(0, 1000);
  } catch {
    return 'something that cannot be shown';
  }
}
