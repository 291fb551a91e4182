/**
 * Measures how much `compute` does in a second, once for each runtime, in a separate process like those that run jobs.
 */
import type { Runtime } from '../spec/runtimes.ts';
import type { Ready } from './ready.ts';

/**
 * Longest calibration, in ms. It takes a third of a second, more on a busy machine; after this long its process is
 * stuck.
 */
const LIMIT_MS = 10_000;

/**
 * Returns a function that measures how many blocks of `compute` an idle core does in a second on a runtime. It rejects
 * if the measurement fails, and as soon as `ready` closes.
 */
export function calibration(ready: Ready): (runtime: Runtime) => Promise<number> {
  const byRuntime = new Map<Runtime, Promise<number>>();
  // One after the other: two at once would compete for the processor.
  let last: Promise<unknown> = Promise.resolve();
  return (runtime) => {
    const found = byRuntime.get(runtime) ?? last.then(() => measure(runtime));
    byRuntime.set(runtime, found);
    // A failure rejects for this caller; the next call tries again.
    last = found.catch(() => byRuntime.delete(runtime));
    return found;
  };

  async function measure(runtime: Runtime): Promise<number> {
    const { child } = await ready.take({ runtime, isSandboxed: false });
    const result = Promise.withResolvers<number>();
    child.listener = {
      report: ({ report }) => report.type === 'calibrated' && result.resolve(report.blocksPerSecond),
      stderr: (line) => console.error(`calibration on ${runtime}: ${line}`),
    };
    child.send({ type: 'calibrate' });
    const stop = () => void child.stop();
    const timer = setTimeout(stop, LIMIT_MS);
    ready.closing.addEventListener('abort', stop);
    if (ready.closing.aborted) stop();
    const gone = child.ended.then(() => {
      clearTimeout(timer);
      ready.closing.removeEventListener('abort', stop);
      throw new Error(`The calibration on ${runtime} ended without a result.`);
    });
    const blocksPerSecond = await Promise.race([result.promise, gone]);
    await gone.catch(() => {});
    return blocksPerSecond;
  }
}
