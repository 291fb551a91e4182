/**
 * `npm run backup -- FILE`: copies the database of a running server, which goes on meanwhile, or of one that is not
 * running. The copy gets its name when it is complete and has been checked.
 */
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { backup, DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { runCommand } from './command.ts';
import { BACKUP } from './routes/backup.ts';
import { readSettings, SettingsError } from './settings.ts';
import { atSocket } from './socket.ts';
import { type DataFolder, holdDataFolder } from './store/data-folder.ts';
import { DATABASE, openAsIs } from './store/open-database.ts';
import { troubleOf } from './store/sqlite-errors.ts';
import { count } from './words/units.ts';

const USAGE = `npm run backup -- FILE

Copies the database, with all runs, to a new file, while the server is running or not.
To restore it, stop the server, remove playground.db-wal from DATA_DIR if it is there, and put the file in the place of
playground.db.`;

const STOPPED = 'The server stopped before the backup was complete.';

/** How long to try to reach a server that is starting or stopping, in ms, and how often. */
const REACH_MS = 10_000;
const RETRY_MS = 100;

const checkRow = z.object({ integrity_check: z.string() });
const countRow = z.object({ runs: z.number() });

/** A backup is not possible; the message says why. */
class RefusedError extends Error {}

/** What a backup is made of and to, and how it is stopped. */
type BackupOptions = {
  /** The data folder. */
  folder: string;
  /** Where a relative FILE begins. */
  from: string;
  /** Is called with lines for a terminal. */
  print(line: string): void;
  signal?: AbortSignal;
};

/** Carries out the command. Resolves with its exit code. */
export async function backUp(args: readonly string[], options: BackupOptions): Promise<number> {
  const { folder, from, print, signal = new AbortController().signal } = options;
  const [given = '', ...more] = args;
  if (given === '' || given.startsWith('-') || more.length > 0) {
    print(USAGE);
    return 2;
  }
  if (!fs.existsSync(path.join(folder, DATABASE))) {
    print(`There is no database at ${path.join(folder, DATABASE)}. Set DATA_DIR as for the server.`);
    return 2;
  }
  const target = path.resolve(from, given);
  const part = `${target}.${process.pid}.part`;
  try {
    checkTarget(target);
    fs.closeSync(fs.openSync(part, 'wx', 0o600));
    await copy(folder, part, signal);
    signal.throwIfAborted();
    const runs = check(part);
    publish(part, target);
    const mib = (fs.statSync(target).size / 2 ** 20).toFixed(1);
    print(`Saved ${count(runs, 'run')} in ${target} (${mib} MiB). The copy has been checked.`);
    return 0;
  } catch (error) {
    if (signal.aborted) print('Stopped. There is no backup.');
    else print(wordsFor(error, target));
    return signal.aborted ? 130 : 1;
  } finally {
    removePart(part);
  }
}

/** Removes what there is of an unfinished copy. In a folder that this user may not enter there is none. */
function removePart(part: string): void {
  try {
    for (const suffix of ['', '-journal', '-wal', '-shm']) fs.rmSync(part + suffix, { force: true });
  } catch (error) {
    if (!isForbidden(error)) throw error;
  }
}

/** Throws unless a new file can be there. */
function checkTarget(target: string): void {
  if (fs.statSync(target, { throwIfNoEntry: false })?.isDirectory())
    throw new RefusedError(`${target} is a folder. Add the name of a new file.`);
  if (fs.lstatSync(target, { throwIfNoEntry: false }))
    throw new RefusedError(`${target} exists already. Choose another name: a backup replaces nothing.`);
  const parent = path.dirname(target);
  if (!fs.statSync(parent, { throwIfNoEntry: false })?.isDirectory())
    throw new RefusedError(`There is no folder ${parent}. Create it first.`);
}

/** Copies the database in `folder` to `part`: the running server does it, or else this process. */
async function copy(folder: string, part: string, signal: AbortSignal): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
    if (await copyFromServer(folder, part, signal)) return;
    const held = tryHold(folder);
    if (held) {
      try {
        return await copyHere(folder, part);
      } finally {
        held.release();
      }
    }
    if (waitedMs >= REACH_MS)
      throw new RefusedError(
        `A server uses DATA_DIR=${folder}, but does not answer. Stop it, then try again.`,
      );
    await pause(RETRY_MS, null, { signal });
  }
}

/** Locks the data folder; returns null if a server is running. */
function tryHold(folder: string): DataFolder | null {
  try {
    return holdDataFolder(folder);
  } catch (error) {
    if (error instanceof SettingsError && troubleOf(error.cause) === 'locked') return null;
    throw error;
  }
}

/** Copies the database without a server, and leaves it as it is, even if it is of another version. */
async function copyHere(folder: string, part: string): Promise<void> {
  const { db } = openAsIs(folder);
  try {
    await backup(db, part);
  } finally {
    db.close();
  }
}

/** Has the server copy its database. Returns false if none listens. */
async function copyFromServer(folder: string, part: string, signal: AbortSignal): Promise<boolean> {
  const response = await ask(folder, signal);
  if (response === null) return false;
  if (response.statusCode !== 200) throw new RefusedError(await text(response));
  const file = fs.openSync(part, 'r+');
  let bytes = 0;
  try {
    for await (const chunk of response) {
      fs.writeFileSync(file, chunk);
      bytes += chunk.length;
    }
  } catch (error) {
    if (signal.aborted || response.complete || response.errored === null) throw error;
    throw new RefusedError(STOPPED, { cause: error });
  } finally {
    fs.closeSync(file);
  }
  if (bytes !== Number(response.headers['content-length'])) throw new RefusedError(STOPPED);
  return true;
}

/** Asks the server for a backup. Resolves with null if none listens. */
async function ask(folder: string, signal: AbortSignal): Promise<http.IncomingMessage | null> {
  const request = http.request({
    method: 'POST',
    path: BACKUP,
    signal,
    createConnection: () => connect(folder),
  });
  request.end();
  try {
    const [response] = await once(request, 'response');
    return response;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return null;
    if (code === 'EACCES' || code === 'EPERM')
      throw new RefusedError(
        `Run this as the user that runs the server: its socket in ${folder} is for that user.`,
      );
    if (code === 'ECONNRESET') throw new RefusedError(STOPPED);
    throw error;
  }
}

function connect(folder: string): net.Socket {
  return atSocket(folder, (short) => net.connect(short));
}

/** Makes the copy a file of its own, checks all of it, and returns how many runs it has that have ended. */
function check(part: string): number {
  const db = new DatabaseSync(part);
  try {
    // Needs no shared memory, which there may not be.
    db.exec('pragma locking_mode = exclusive');
    // The server sets WAL again; a medium that is read only cannot have it.
    db.prepare('pragma journal_mode = delete').get();
    const { integrity_check: found } = checkRow.parse(db.prepare('pragma integrity_check(1)').get());
    if (found !== 'ok')
      throw new RefusedError(
        `The copy is damaged, so it is not kept. Most likely the database is, too: ${found}`,
      );
    return countRow.parse(db.prepare('select count(*) as runs from runs where status is not null').get())
      .runs;
  } finally {
    db.close();
  }
}

/** Gives the copy its name. Throws if there is a file of that name by now. */
function publish(part: string, target: string): void {
  const file = fs.openSync(part, 'r+');
  fs.fsyncSync(file);
  fs.closeSync(file);
  try {
    // Unlike renaming, it replaces nothing.
    fs.linkSync(part, target);
  } catch {
    // Some file systems have no links.
    checkTarget(target);
    fs.renameSync(part, target);
  }
}

function wordsFor(error: unknown, target: string): string {
  if (error instanceof RefusedError || error instanceof SettingsError) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ENOSPC' || code === 'EDQUOT' || troubleOf(error) === 'full')
    return `The disk of ${target} is full. There is no backup.`;
  if (isForbidden(error)) return `This user may not write to ${path.dirname(target)}.`;
  return `The backup failed: ${error instanceof Error ? error.message : error}`;
}

function isForbidden(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['EACCES', 'EPERM', 'EROFS'].includes(`${error.code}`);
}

if (import.meta.main) {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  await runCommand(async () => {
    const { DATA_DIR, DATABASE_URL } = readSettings();
    if (DATABASE_URL !== null)
      throw new SettingsError(
        'DATABASE_URL: the runs are in PostgreSQL. Back that up, for example with pg_dump.',
      );
    return backUp(process.argv.slice(2), {
      folder: path.resolve(DATA_DIR),
      // npm changes to the project's folder.
      from: process.env.INIT_CWD ?? process.cwd(),
      print: (line) => console.log(line),
      signal: stopping.signal,
    });
  });
}
