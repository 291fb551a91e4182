/** The folder of a SQLite database, as what its store is on. */
import { Buffer } from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';
import type { Medium } from './medium.ts';
import { fileTrouble, StoreError, sqliteTrouble } from './store-error.ts';

/** How much must fit on the disk for a run to start, in bytes: the events of most runs take less. */
const ROOM_BYTES = 256 * 1024;
/** How long the folder counts as that of the database, in ms, before it is looked at again. */
const PLACE_MS = 250;

export class FolderMedium implements Medium {
  #folder: string;
  #database: string;
  /** Which file the database is. */
  #identity: string | null;
  #placedAt = Number.NEGATIVE_INFINITY;

  /** The database is the file `database` of `folder`, and has been opened. */
  constructor(folder: string, database: string) {
    this.#folder = folder;
    this.#database = path.join(folder, database);
    this.#identity = identityOf(this.#database);
  }

  beforeWrite(): void {
    if (performance.now() - this.#placedAt >= PLACE_MS) this.#checkPlace();
  }

  look(): void {
    try {
      this.#checkPlace();
      this.#checkRoom();
    } catch (error) {
      throw error instanceof StoreError ? error : new StoreError(fileTrouble(error), error);
    }
  }

  /** Returns why a call failed. SQLite does not tell all that the system does, so a file is written to find out. */
  failureOf(error: unknown): StoreError | null {
    const trouble = sqliteTrouble(error);
    if (trouble === null) return null;
    if (trouble === 'busy') return new StoreError(trouble, error);
    try {
      this.look();
    } catch (found) {
      if (found instanceof StoreError) return found;
    }
    return new StoreError(trouble, error);
  }

  /** Throws `StoreError` if the database is no longer where it was opened: what is written would be lost. */
  #checkPlace(): void {
    const found = identityOf(this.#database);
    if (found === null || found !== this.#identity)
      throw new StoreError(
        'missing',
        new Error('DATA_DIR was moved, replaced or removed. Put it back, or start the server again.'),
      );
    this.#placedAt = performance.now();
  }

  /** Throws if there is not enough room, or if the folder cannot be written to. */
  #checkRoom(): void {
    const file = path.join(this.#folder, 'room');
    try {
      fs.writeFileSync(file, Buffer.alloc(ROOM_BYTES));
    } finally {
      remove(file);
    }
  }
}

/** Returns which file is at a path; null if there is none. */
function identityOf(file: string): string | null {
  const found = fs.statSync(file, { throwIfNoEntry: false, bigint: true });
  return found ? `${found.dev} ${found.ino}` : null;
}

/** Removes a file, if that is possible. */
function remove(file: string): void {
  try {
    fs.unlinkSync(file);
  } catch {
    // It could not be created, or is written over next time.
  }
}
