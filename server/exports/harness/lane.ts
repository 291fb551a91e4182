/** A lane's side of a thread or a process: the messages that it sends to main and receives. */
import { isMainThread, parentPort } from 'node:worker_threads';
import type { Answer, Ask, Message, Question } from '../../protocol/asks.ts';
import type { Evidence } from '../../protocol/evidence.ts';
import { runJob } from './api.ts';
import { serve } from './hub.ts';
import { known, setup } from './setup.ts';

export type ToLane = { run: number } | { size: number } | { answer: Answer } | 'end';
export type ToMain = { done: number } | { ask: Ask } | { evidence: Evidence };

const receivers: ((answer: Answer) => void)[] = [];

/** Resolves when the question's turn comes, with the message for a `get`. A release or a notify is never answered. */
export function ask(question: Question): Promise<Message | null> {
  return new Promise((resolve, reject) => {
    const receiver = ({ message, error }: Answer) =>
      error === undefined ? resolve(message) : reject(new RangeError(error));
    const request: Ask = { id: receivers.push(receiver) - 1, ...question };
    if (setup) sendToMain({ ask: request });
    else serve(request, settle);
  });
}

function settle(answer: Answer): void {
  receivers[answer.id]?.(answer);
}

export function sendToMain(message: ToMain): void {
  if (isMainThread) process.send?.(message);
  else parentPort?.postMessage(message);
}

async function receive(message: ToLane): Promise<void> {
  if (message === 'end') process.exit(); // in a thread, this ends only the thread
  if ('size' in message) known.queueSize = message.size;
  if ('answer' in message) settle(message.answer);
  if ('run' in message) {
    await runJob(message.run);
    sendToMain({ done: message.run });
  }
}

/** Runs the jobs that main sends. */
export function serveMain(): void {
  if (isMainThread) process.on('message', receive).on('disconnect', () => process.exit());
  else parentPort?.on('message', receive);
}
