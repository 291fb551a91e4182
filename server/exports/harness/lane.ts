/** A lane's side of a thread or a process: what it says to main, and what it is told. */
import { isMainThread, parentPort } from 'node:worker_threads';
import { runJob } from './api.ts';
import { type Answer, type Ask, serve } from './hub.ts';
import { known, setup } from './setup.ts';

// ----- A lane's side: what it says to main, and hears

export type ToLane = { run: number } | { size: number } | { id: number; answer?: Answer } | 'end';
export type ToMain = { done: number } | { id: number; ask: Ask };

const asked: ((answer: Answer) => void)[] = [];

export function ask(question: Ask): Promise<Answer> {
  if (!setup) return serve(question);
  return new Promise((resolve) => {
    const id = asked.push(resolve) - 1;
    tell({ id, ask: question });
  });
}

function tell(message: ToMain): void {
  if (isMainThread) process.send?.(message);
  else parentPort?.postMessage(message);
}

async function hear(message: ToLane): Promise<void> {
  if (message === 'end') process.exit(); // of a thread, it ends only this
  if ('size' in message) known.queueSize = message.size;
  if ('id' in message) asked[message.id]?.(message.answer);
  if ('run' in message) {
    await runJob(message.run);
    tell({ done: message.run });
  }
}

/** Runs whatever jobs main sends. */
export function serveMain(): void {
  if (isMainThread) process.on('message', hear).on('disconnect', () => process.exit());
  else parentPort?.on('message', hear);
}
