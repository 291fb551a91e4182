/** Starts program processes: the only place that starts job code. */
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GoneError } from './beside.ts';
import { Child, type Listener } from './child.ts';
import { now } from './clock.ts';
import type { Guard } from './guard.ts';
import type { Command } from './runtimes.ts';
import type { Spawned } from './spawned.ts';

/**
 * Files that this process opens to start another: both ends of three pipes, and of one that tells of a failed start.
 */
const SPAWN_FILES = 8;
/** A file that the server may read on Deno too. */
const SELF = fileURLToPath(import.meta.url);

/** Starts a process without the server's environment. Throws if the executable cannot be started. */
export async function launch(command: Command, guard: Guard, listener: Listener): Promise<Child> {
  await guard.turns.next();
  checkExists(command.file);
  checkFiles(command.file);
  const launchedAt = now();
  const { spawned, parentPid } = await start(command, guard).catch((cause) => {
    throw new Error(`Cannot start ${command.file}`, { cause });
  });
  const child = new Child(spawned, { parentPid, launchedAt }, guard, listener, command);
  await child.started();
  if (command.isJailed) guard.yieldInJail(child.pid, command);
  return child;
}

/** Starts a process: if what starts others has just ended, the server does it itself. */
async function start(command: Command, guard: Guard): Promise<{ spawned: Spawned; parentPid: number }> {
  const { spawner } = guard.starter;
  const { pid: parentPid } = spawner;
  try {
    return { spawned: await spawner.spawn(guard.command(command, parentPid)), parentPid };
  } catch (error) {
    if (!(error instanceof GoneError)) throw error;
    return start(command, guard);
  }
}

/** Throws if the executable does not exist: the program that starts it would report that as a failure of its own. */
function checkExists(file: string): void {
  try {
    fs.accessSync(file);
  } catch (cause) {
    // On Deno, the server may not look for all that it may run.
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
      throw new Error(`Cannot start ${file}`, { cause });
  }
}

/**
 * Throws if there are not enough files left to start a process. Node would keep the pipes of one that it gave up half
 * way open for ever, so each attempt would leave less for the next, until nothing can be started any more.
 */
function checkFiles(file: string): void {
  const opened: number[] = [];
  try {
    while (opened.length < SPAWN_FILES) opened.push(fs.openSync(SELF, 'r'));
  } catch (cause) {
    throw new Error(`Cannot start ${file}`, { cause });
  } finally {
    for (const one of opened) fs.closeSync(one);
  }
}
