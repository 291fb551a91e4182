/** A lane's side of a thread or a process: what it says to main, and what it hears. */
import { isMainThread, parentPort } from 'node:worker_threads';
import type { Answer, Ask, Message, Question } from '../../protocol/asks.ts';
import { runJob } from './api.ts';
import { serve } from './hub.ts';
import { known, setup } from './setup.ts';

export type ToLane = { run: number } | { size: number } | { answer: Answer } | 'end';
export type ToMain = { done: number } | { ask: Ask };

const asked: ((message: Message | null) => void)[] = [];

/** Resolves when it is the question's turn, with what a `get` got; after a release never, for it has no answer. */
export function ask(question: Question): Promise<Message | null> {
  return new Promise((resolve) => {
    const one: Ask = { id: asked.push(resolve) - 1, ...question };
    if (setup) tell({ ask: one });
    else serve(one, answered);
  });
}

function answered({ id, message }: Answer): void {
  asked[id]?.(message);
}

function tell(message: ToMain): void {
  if (isMainThread) process.send?.(message);
  else parentPort?.postMessage(message);
}

async function hear(message: ToLane): Promise<void> {
  if (message === 'end') process.exit(); // of a thread, it ends only this
  if ('size' in message) known.queueSize = message.size;
  if ('answer' in message) answered(message.answer);
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
