/**
 * Opens the database in the data folder. In WAL mode, where readers and writers do not wait for each other, SQLite
 * shares memory between its connections. On a file system that has none (some network and FUSE mounts), one connection
 * holds the database for itself instead.
 */
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { SettingsError } from '../settings.ts';
import { refusal, trySpace } from './refusal.ts';
import { migrate } from './schema.ts';

/** Name of the database in its folder. */
export const DATABASE = 'playground.db';

/** How long to wait for another process that holds a lock while the database is opened, in ms. */
const OPEN_MS = 5000;
/** Size up to which a database is checked before it is used, in bytes: at about 500 MiB/s that is not noticed. */
const CHECKED_BYTES = 256 * 2 ** 20;
/** Size to which SQLite cuts the write-ahead log after a reader has kept it from starting over, in bytes. */
const WAL_BYTES = 16 * 2 ** 20;

const modeRow = z.object({ journal_mode: z.string() });
const checkRow = z.object({ quick_check: z.string() });

type OpenDatabase = {
  db: DatabaseSync;
  /** Whether no other process can open it while this one is open, because there is no shared memory for WAL. */
  isAlone: boolean;
};

/**
 * Opens the database in `folder`, which is created if missing, and upgrades it to the latest schema. With `check`, reads
 * all of it first, unless it is very large, and makes sure that it can be written. Throws `SettingsError` if it cannot be used, or if it needs a later version
 * of the server. Calls on it do not wait for locks.
 */
export function openDatabase(folder: string, { check = false } = {}): OpenDatabase {
  const file = path.join(folder, DATABASE);
  let opened: OpenDatabase | null = null;
  try {
    fs.mkdirSync(folder, { recursive: true });
    if (fs.statSync(file, { throwIfNoEntry: false })?.isDirectory())
      throw new SettingsError(
        `DATA_DIR=${folder}: ${DATABASE} is a folder. Move it away, or choose another folder.`,
      );
    opened = openFile(file);
    const { db } = opened;
    if (check) checkAll(db, file);
    migrate(db);
    if (check) tryWriting(db);
    db.exec('pragma busy_timeout = 0');
    return opened;
  } catch (error) {
    opened?.db.close();
    throw refusal(error, folder, DATABASE);
  }
}

/** Opens the database in `folder`, with whatever schema it has. Throws `SettingsError` if it cannot be used. */
export function openAsIs(folder: string): OpenDatabase {
  try {
    return openFile(path.join(folder, DATABASE));
  } catch (error) {
    throw refusal(error, folder, DATABASE);
  }
}

/** Opens the file in WAL mode: shared, or else alone. */
function openFile(file: string): OpenDatabase {
  try {
    return { db: openIn('normal', file), isAlone: false };
  } catch (error) {
    if (!lacksSharedMemory(error)) throw error;
    // Shared memory is a file: it may also be that the disk is full.
    trySpace(path.dirname(file));
    return { db: openIn('exclusive', file), isAlone: true };
  }
}

function openIn(locking: 'normal' | 'exclusive', file: string): DatabaseSync {
  const db = new DatabaseSync(file);
  try {
    // Exclusive before WAL: only then SQLite does without shared memory.
    // Removed content is overwritten, not only released.
    // WAL without a sync at each commit: a killed server loses nothing; a power cut loses at most the last moments.
    const pragmas = [
      `busy_timeout = ${OPEN_MS}`,
      `locking_mode = ${locking}`,
      'synchronous = normal',
      'secure_delete = on',
      `journal_size_limit = ${WAL_BYTES}`,
    ];
    // Not with `exec`: on Deno, its errors have no code.
    for (const pragma of pragmas) db.prepare(`pragma ${pragma}`).get();
    const { journal_mode: mode } = modeRow.parse(db.prepare('pragma journal_mode = wal').get());
    if (mode !== 'wal') throw new NoSharedMemoryError();
    // The first read takes the shared memory, or the lock.
    db.prepare('select count(*) from sqlite_schema').get();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** SQLite refuses WAL, without an error of its own, where its access to files has no shared memory. */
class NoSharedMemoryError extends Error {
  readonly errcode = SHARED_MEMORY[0];
  constructor() {
    super('There is no shared memory for WAL.');
  }
}

/** `SQLITE_IOERR_SHMMAP`, and the same for opening, for the size and for locks. */
const SHARED_MEMORY = [5386, 4618, 4874, 5130] as const;

function lacksSharedMemory(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && SHARED_MEMORY.some((code) => code === error.errcode);
}

/** Throws if a page of the database is damaged. */
function checkAll(db: DatabaseSync, file: string): void {
  if (fs.statSync(file).size > CHECKED_BYTES) return;
  const { quick_check: found } = checkRow.parse(db.prepare('pragma quick_check(1)').get());
  // What is wrong comes after the name of the database.
  if (found !== 'ok') throw new DamagedFileError(found.split('\n').at(-1));
}

/** Throws if the database cannot be written: SQLite opens it all the same. */
function tryWriting(db: DatabaseSync): void {
  // SQLite writes it even if it stays the same.
  db.prepare('pragma application_id = 0').run();
}

/** What `quick_check` has found. */
class DamagedFileError extends Error {
  readonly errcode = 11;
}
