/** The thread that draws: executes its task, and ends. See `Sent` for what it is sent. */
import { parentPort } from 'node:worker_threads';
import { type DrawTask, draw, mapRuns, runsOf } from './draw.ts';
import type { Sent } from './draw-in-thread.ts';

let task: DrawTask | null = null;
const lines: string[][] = [];

parentPort?.on('message', async (sent: Sent) => {
  if (sent === 'complete') {
    let run = 0;
    const whole = task && mapRuns(task, (one) => ({ ...one, lines: lines[run++] ?? [] }));
    parentPort?.postMessage(whole && (await draw(whole)));
  } else if ('task' in sent) {
    task = sent.task;
    lines.push(...runsOf(task).map(() => []));
  } else {
    lines[sent.run]?.push(...sent.lines);
  }
});
