/**
 * A process that starts others for the server, and hands it their pipes: see starter.ts. It is small, so that a start
 * copies little; it ends with the server, and all that it started end with it.
 */
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import process from 'node:process';
import { optionsFor } from './spawned.ts';
import type { StarterNews, StartOrder } from './starter.ts';

process.on('message', start);
process.on('disconnect', () => process.exit());
// A Ctrl-C is meant for the server.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
say({ is: 'ready' });

function start({ id, file, args, ...options }: StartOrder): void {
  const began = performance.now();
  const child = spawn(file, args, optionsFor(options));
  const tookMs = performance.now() - began;
  const { pid } = child;
  child.once('error', (error) => {
    if (pid === undefined) say({ id, is: 'failed', error: error.message });
  });
  if (pid === undefined) return;
  child.once('exit', (exitCode, signal) => say({ id, is: 'exited', exitCode, signal }));
  const { stdin, stdout, stderr } = child;
  // They are the server's from now on: when the process ends, Node would close one here, and read the others to their end.
  Reflect.set(child, 'stdin', null);
  child.stdio.fill(null);
  for (const pipe of [stdin, stdout, stderr]) stopReading(pipe);
  say({ id, is: 'stdin', pid, tookMs }, stdin);
  say({ id, is: 'stdout' }, stdout);
  say({ id, is: 'stderr' }, stderr);
}

/** Leaves everything in a pipe to the server: Node begins to read from it at once. */
function stopReading(pipe: object): void {
  const handle: unknown = Reflect.get(pipe, '_handle');
  if (
    typeof handle === 'object' &&
    handle !== null &&
    'readStop' in handle &&
    typeof handle.readStop === 'function'
  )
    handle.readStop();
}

function say(news: StarterNews, pipe?: unknown): void {
  if (process.connected) process.send?.(news, pipe as Socket | undefined);
}
