/** The setup of a lane, and printing. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { writeSync } from 'node:fs';
import { format } from 'node:util';
import { isMainThread, workerData } from 'node:worker_threads';
import type { Program } from '../../program/types.ts';
import type { Evidence } from '../../protocol/evidence.ts';

/** What main passes to a lane when it starts. Main itself has none. */
export type Setup = {
  lane: string;
  begun: number;
  speed: number;
  size: number;
  memory?: SharedArrayBuffer;
};

// Worker threads and child processes load this same file. Only lanes have a setup.
export const setup: Setup | null = isMainThread ? JSON.parse(process.argv[3] ?? 'null') : workerData;
export const laneName = setup?.lane ?? 'main';

/** Values that change while the program runs. */
export const known = {
  begun: setup?.begun ?? Date.now(),
  blocksPerSecond: setup?.speed ?? 0,
  queueSize: setup?.size ?? 0,
  /** Passes on to main what the program's check is given; null if it has none. */
  gather: null as ((evidence: Evidence) => void) | null,
};

/** The job that the running code belongs to; null for main. */
export const currentJob = new AsyncLocalStorage<number | null>();

/** This file as a module: the job, and main if there is one. */
export const program: Promise<Program> = import(import.meta.url);

/** Prints immediately from any thread: `console.log` in a thread has to wait for main. */
export function print(text: string): void {
  const seconds = ((Date.now() - known.begun) / 1000).toFixed(1);
  // Removes a full stop, because the line continues.
  for (const line of text.split('\n')) writeSync(1, `${line.replace(/\.$/, '')}, ${seconds} s so far\n`);
}

/** Prints what the program itself says. */
export function say(text: string): void {
  print(text);
  const job = currentJob.getStore() ?? null;
  for (const line of text.split('\n')) known.gather?.({ what: 'line', job, text: line });
}

for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
  console[method] = (...values) => say(format(...values));
}
