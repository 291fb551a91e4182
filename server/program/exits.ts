/**
 * Reports a program that ends its own process or thread, with `process.exit` or `Deno.exit`: writes the job and line to
 * the console before it exits.
 */
import type { LaneContext } from './api.ts';
import { isMainThread, process } from './builtins.ts';
import { currentJob, jobOf, nameOf, writeLog } from './console.ts';
import { emit } from './emit.ts';

/**
 * Watches the lane. An end from outside, or after the lane's last job, is not reported. `left`: called with the code, also
 * then; on Deno, maybe twice.
 */
export function watchExit(
  { lane, running, lines }: Pick<LaneContext, 'lane' | 'running' | 'lines'>,
  left: (code: unknown) => void = () => {},
): void {
  // On Deno, one of the two calls the other.
  let isReported = false;
  const report = (code: unknown, how: string) => {
    if (isReported) return;
    isReported = true;
    const owner = currentJob.getStore() ?? null;
    const job = jobOf(owner);
    // The caller of `exit` is still on the stack. When the lane ends in order, no frame is the program's.
    const line = lines.of(new Error());
    if (job === null ? lane !== 0 || line === undefined : !running.has(job)) return;
    const error = `It called ${how}: its ${isMainThread ? 'process' : 'thread'} exited with code ${code}.`;
    writeLog(lane, job, 'stderr', `${nameOf(owner)} failed: ${error}`, line);
    // A job in a lane of its own ends with that lane: joins are released when the lane ends.
    if (lane === 0 && job !== null && running.delete(job))
      emit({ type: 'job-ended', lane, job, status: 'failed', error, line });
  };
  const leave = (code: unknown, how: string) => {
    report(code, how);
    left(code);
  };
  process.on('exit', (code) => leave(code, 'process.exit'));
  beforeDenoExit((code) => leave(code, 'Deno.exit'));
}

/** Calls `before` when the program calls `Deno.exit`, of which `process` hears nothing. Does nothing on Node. */
function beforeDenoExit(before: (code: unknown) => void): void {
  const deno: unknown = Reflect.get(globalThis, 'Deno');
  if (typeof deno !== 'object' || deno === null) return;
  const exit: unknown = Reflect.get(deno, 'exit');
  if (typeof exit !== 'function') return;
  Reflect.set(deno, 'exit', (code: unknown = process.exitCode ?? 0) => {
    before(code);
    return Reflect.apply(exit, deno, [code]);
  });
}
