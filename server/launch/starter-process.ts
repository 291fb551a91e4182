/**
 * A process on Node that starts others for the server, which speaks with them by itself: see beside.ts. It is small, so
 * that a start copies little; it ends with the server, and all that it started end with it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import net, { type Socket } from 'node:net';
import process from 'node:process';
import readline from 'node:readline';
import type { KillOrder, StarterNews, StartOrder } from './beside.ts';
import { optionsFor } from './spawned.ts';

/** Only the user that runs the server may connect. */
const MASK = 0o177;
/** Pipes of a process. */
const PIPES = 3;

/** Connections and orders that still wait for each other, oldest first. */
const connected: Socket[] = [];
const orders: StartOrder[] = [];
/** What runs, by number. */
const running = new Map<number, ChildProcess>();

// A Ctrl-C is meant for the server.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
process.stdout.on('error', () => process.exit());
readline
  .createInterface({ input: process.stdin })
  .on('line', (line) => {
    const order: StartOrder | KillOrder = JSON.parse(line);
    if ('signal' in order) running.get(order.id)?.kill(order.signal);
    else orders.push(order);
    startAll();
  })
  .on('close', () => process.exit());

const [file = ''] = process.argv.slice(2);
// One that was killed has left it.
fs.rmSync(file, { force: true });
const umask = process.umask(MASK);
net
  .createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => {
    connected.push(socket);
    startAll();
  })
  .listen(file, () => {
    process.umask(umask);
    say({ is: 'ready' });
  });

function startAll(): void {
  while (orders.length > 0 && connected.length >= PIPES) {
    const order = orders.shift();
    if (order) start(order, connected.splice(0, PIPES));
  }
}

function start({ id, file, args, ...options }: StartOrder, pipes: Socket[]): void {
  const began = performance.now();
  const child = spawn(file, args, { ...optionsFor(options), stdio: pipes });
  const tookMs = performance.now() - began;
  // The process has its own.
  for (const pipe of pipes) pipe.destroy();
  const { pid } = child;
  child.once('error', (error) => {
    if (pid === undefined) say({ id, is: 'failed', error: error.message });
  });
  if (pid === undefined) return;
  running.set(id, child);
  child.once('exit', (exitCode, signal) => {
    running.delete(id);
    say({ id, is: 'exited', exitCode, signal });
  });
  say({ id, is: 'started', pid, tookMs });
}

function say(news: StarterNews): void {
  process.stdout.write(`${JSON.stringify(news)}\n`);
}
