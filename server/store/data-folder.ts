/** The folder of a server's data: made where it is missing, and one server's alone for as long as that lives. */
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SettingsError } from '../settings.ts';

/** How long to wait for a server that is just ending, in ms. */
const WAIT_MS = 1000;

/** A folder that is held. `release` is to be called last: from then on another server may have it. */
export type DataFolder = { release(): void };

/**
 * Takes `folder` for this server. The lock is a transaction that is never committed, in a file of its own: the kernel
 * frees it however the server ends. Throws `SettingsError` where another server has it, or it cannot be used.
 */
export function holdDataFolder(folder: string): DataFolder {
  const refuse = (why: string, cause: unknown) => new SettingsError(`DATA_DIR=${folder}: ${why}`, { cause });
  let lock: DatabaseSync | undefined;
  try {
    // A folder in it, so that one which may not be written is told in words that say so.
    makeFolder(path.resolve(folder, 'build'));
    lock = new DatabaseSync(path.join(folder, 'lock.db'));
    lock.exec(`pragma busy_timeout = ${WAIT_MS}; pragma journal_mode = memory; begin exclusive`);
  } catch (error) {
    lock?.close();
    if (isBusy(error)) throw refuse('is in use by another server.', error);
    throw refuse(`cannot be used: ${error instanceof Error ? error.message : error}`, error);
  }
  const held = lock;
  return { release: () => held.close() };
}

/** Makes `folder` and those above it, one at a time: told to make all at once, Node never returns for /proc/nope. */
function makeFolder(folder: string): void {
  if (fs.existsSync(folder)) {
    if (!fs.statSync(folder).isDirectory()) throw new Error('it is not a folder.');
    return;
  }
  makeFolder(path.dirname(folder));
  try {
    fs.mkdirSync(folder);
  } catch (error) {
    // Another server that starts may have made it meanwhile.
    if (!fs.existsSync(folder)) throw error;
  }
}

/** SQLITE_BUSY. Deno gives no code, only SQLite's own words for it. */
function isBusy(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('errcode' in error && error.errcode === 5) || error.message === 'database is locked';
}
