/** The data folder of a server: created if missing, and locked for as long as the server lives. */
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeFolder } from '../launch/make-folder.ts';
import { SettingsError } from '../settings.ts';
import { refusal } from './refusal.ts';
import { troubleOf } from './sqlite-errors.ts';

/** Name of the file with the lock. */
const LOCK = 'lock.db';
/** How long to wait for a server that is just ending, in ms. */
const WAIT_MS = 1000;

/** A locked data folder. `release` must be called last: from then on another server may take the folder. */
export type DataFolder = { release(): void };

/**
 * Locks `folder` for this server. The lock is a transaction that is never committed, in a file of its own, so the
 * kernel releases it however the server ends. Throws `SettingsError` if another server holds the lock, or if the folder
 * cannot be used.
 */
export function holdDataFolder(folder: string): DataFolder {
  const refuse = (reason: string, cause: unknown) =>
    new SettingsError(`DATA_DIR=${folder}: ${reason}`, { cause });
  let lock: DatabaseSync | undefined;
  try {
    // Creates a subfolder first: for a folder that is not writable, its error is clearer than SQLite's.
    makeFolder(path.resolve(folder, 'build'));
    lock = new DatabaseSync(path.join(folder, LOCK));
    lock.exec(`pragma busy_timeout = ${WAIT_MS}; pragma journal_mode = memory; begin exclusive`);
  } catch (error) {
    lock?.close();
    if (troubleOf(error) === 'locked')
      throw refuse('is in use by another server. Stop that server, or choose another folder.', error);
    const known = refusal(error, folder, LOCK);
    if (known instanceof SettingsError) throw known;
    throw refuse(`cannot be used: ${error instanceof Error ? error.message : error}`, error);
  }
  const held = lock;
  return { release: () => held.close() };
}
