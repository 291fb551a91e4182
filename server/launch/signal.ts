/** Sends signals to processes that the server has started. */
import type { Spawned } from './spawned.ts';

/** Sends a signal. Has no effect on a process that has ended. */
export function sendSignal(process: Pick<Spawned, 'kill'>, signal: NodeJS.Signals): void {
  // Deno sends no second signal once this is set, although the process may have ignored the first.
  Reflect.set(process, 'killed', false);
  process.kill(signal);
}
