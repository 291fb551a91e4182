/**
 * Draws in a worker thread of its own: the server continues, and the memory is freed when the thread ends.
 */
import { Worker } from 'node:worker_threads';
import { nextTurn } from '../launch/turn.ts';
import { type DrawTask, mapRuns, runsOf } from './draw.ts';

/** Timeout of a drawing, in ms. */
const TIMEOUT_MS = 20_000;
/** How many lines are handed over at once: the server copies them, 10,000 long ones for 60 ms. */
const PIECE = 1000;

/** What a thread is sent: its task, then the lines of its runs in pieces, and at the end that they are complete. */
export type Sent = { task: DrawTask } | { run: number; lines: readonly string[] } | 'complete';

/** Executes `task`: see `draw`. Rejects if it fails or takes too long. */
export async function drawInThread(task: DrawTask): Promise<string | Uint8Array<ArrayBuffer>> {
  const worker = new Worker(new URL('./draw-thread.ts', import.meta.url));
  let timer: NodeJS.Timeout | undefined;
  try {
    const drawn = await new Promise<string | Uint8Array>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`The drawing thread ended with ${code}.`)));
      timer = setTimeout(() => reject(new Error('A drawing took too long.')), TIMEOUT_MS);
      handOver(task, (sent) => worker.postMessage(sent)).catch(reject);
    });
    return typeof drawn === 'string' ? drawn : new Uint8Array(drawn);
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

async function handOver(task: DrawTask, send: (sent: Sent) => void): Promise<void> {
  send({ task: mapRuns(task, (run) => ({ ...run, lines: [] })) });
  for (const [run, { lines }] of runsOf(task).entries()) {
    for (let from = 0; from < lines.length; from += PIECE) {
      await nextTurn();
      send({ run, lines: lines.slice(from, from + PIECE) });
    }
  }
  send('complete');
}
