/**
 * Draws in a worker thread of its own: the server continues, and the memory is freed when the thread ends.
 */
import { Worker } from 'node:worker_threads';
import type { DrawTask } from './draw.ts';

/** Timeout of a drawing, in ms. */
const TIMEOUT_MS = 20_000;

/** Executes `task`: see `draw`. Rejects if it fails or takes too long. */
export async function drawInThread(task: DrawTask): Promise<string | Uint8Array<ArrayBuffer>> {
  const worker = new Worker(new URL('./draw-thread.ts', import.meta.url), { workerData: task });
  let timer: NodeJS.Timeout | undefined;
  try {
    const drawn = await new Promise<string | Uint8Array>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`The drawing thread ended with ${code}.`)));
      timer = setTimeout(() => reject(new Error('A drawing took too long.')), TIMEOUT_MS);
    });
    return typeof drawn === 'string' ? drawn : new Uint8Array(drawn);
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
