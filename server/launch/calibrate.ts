/** Finds out how much `compute` does in a second, once for each runtime: in a process of its own, as jobs run. */
import type { Runtime } from '../spec/runtimes.ts';
import type { Ready } from './ready.ts';

/** Longest calibration, in ms: it takes a third of a second, more on a busy machine. Past that its process is stuck. */
const LIMIT_MS = 10_000;

/**
 * Returns a function that gives the blocks of `compute` that an idle core does in a second on a runtime. It
 * rejects when that cannot be found out, and as soon as `ready` closes.
 */
export function calibration(ready: Ready): (runtime: Runtime) => Promise<number> {
  const known = new Map<Runtime, Promise<number>>();
  // One after the other: two at once would each take the other's time for the work's.
  let last: Promise<unknown> = Promise.resolve();
  return (runtime) => {
    const found = known.get(runtime) ?? last.then(() => measure(runtime));
    known.set(runtime, found);
    // A failure is told to who asked, and the next one tries again.
    last = found.catch(() => known.delete(runtime));
    return found;
  };

  async function measure(runtime: Runtime): Promise<number> {
    const { child } = await ready.take(runtime);
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
