/** What a lane knows when it begins, and how anybody prints a line. */
import { writeSync } from 'node:fs';
import { format } from 'node:util';
import { isMainThread, workerData } from 'node:worker_threads';
import type { Program } from '../../program/types.ts';

/** What a lane is given when it begins. Main, which gives it, has none. */
export type Setup = {
  lane: number;
  begun: number;
  speed: number;
  size: number;
  memory?: SharedArrayBuffer;
};

// Worker threads and child processes load this same file: by their setup they know that they are lanes.
export const setup: Setup | null = isMainThread ? JSON.parse(process.argv[3] ?? 'null') : workerData;
export const laneName = setup ? `#${setup.lane}` : 'main';

/** What changes while the program runs. */
export const known = {
  begun: setup?.begun ?? Date.now(),
  blocksPerSecond: setup?.speed ?? 0,
  queueSize: setup?.size ?? 0,
};

/** This very file: its job, and its main if it has one. */
export const program: Promise<Program> = import(import.meta.url);

/** Prints at once, whoever else prints: `console.log` of a thread has to wait for main. */
export function print(text: string): void {
  const seconds = ((Date.now() - known.begun) / 1000).toFixed(1);
  // The line goes on, so a full stop at its end would be in the way.
  for (const line of text.split('\n')) writeSync(1, `${line.replace(/\.$/, '')}, ${seconds} s so far\n`);
}

for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
  console[method] = (...values) => print(format(...values));
}
