/** The error of a store that cannot be used at the moment, though there is nothing wrong with what it was asked. */

import type { StorageTrouble } from '../words/unavailable-words.ts';
import { type SqliteTrouble, troubleOf } from './sqlite-errors.ts';

/** Thrown by a store that cannot read or save now. It has changed nothing, so the call may be repeated. */
export class StoreError extends Error {
  readonly trouble: StorageTrouble;

  constructor(trouble: StorageTrouble, cause: unknown) {
    super(`The store cannot be used: ${trouble}.`, { cause });
    this.trouble = trouble;
  }
}

/** What each kind of error of SQLite keeps from being saved. */
const OF_SQLITE: Record<SqliteTrouble, StorageTrouble> = {
  locked: 'busy',
  full: 'full',
  'read-only': 'read-only',
  'cannot-open': 'missing',
  damaged: 'failing',
  'no-database': 'failing',
  'input-output': 'failing',
};

/** Returns what is wrong according to an error of SQLite; null if it is an error of another kind. */
export function sqliteTrouble(error: unknown): StorageTrouble | null {
  const trouble = troubleOf(error);
  return trouble && OF_SQLITE[trouble];
}

/** What is wrong by the operating system's name of an error. */
const BY_ERRNO: Record<string, StorageTrouble> = {
  ENOSPC: 'full',
  EDQUOT: 'quota',
  EROFS: 'read-only',
  EACCES: 'read-only',
  EPERM: 'read-only',
  ENOENT: 'missing',
  ENOTDIR: 'missing',
};

/** Returns what is wrong according to an error of the file system. */
export function fileTrouble(error: unknown): StorageTrouble {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return BY_ERRNO[code] ?? 'failing';
}
