/**
 * Loaded into the server under test before its main module. On SIGUSR2 it collects garbage and prints what only the
 * process itself knows, as a line of JSON.
 */
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';

/** `heapBytes`: what its objects and buffers take; `resources`: what keeps its event loop alive, by type. */
export type Inside = { heapBytes: number; resources: string[] };

process.on('SIGUSR2', async () => {
  // Finalizers run between two collections, and may free more.
  for (let times = 0; times < 4; times++) {
    globalThis.gc?.();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  // What is due at once is on its way to its end. Processes are counted from outside: some are started by the server,
  // others by the process beside it.
  const passing = ['Immediate', 'ProcessWrap'];
  const resources = process.getActiveResourcesInfo().filter((type) => !passing.includes(type));
  console.log(JSON.stringify({ heapBytes: heapUsed + external, resources } satisfies Inside));
});
