/** Why a data folder cannot be used, and what to do about it, in words for whoever starts the server. */
import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { AwayError, SettingsError } from '../settings.ts';
import { ForeignSchemaError, LaterSchemaError } from './schema.ts';
import { type SqliteTrouble, troubleOf } from './sqlite-errors.ts';

const FULL = 'the disk is full. Free some space, or choose another folder.';
const READ_ONLY = 'it is on a read-only file system. Choose a folder that can be written.';

/** What to say for the system's codes. */
const CODES: Record<string, string> = {
  ENOSPC: FULL,
  EDQUOT: 'its disk quota is used up. Free some space, or choose another folder.',
  EROFS: READ_ONLY,
  EACCES: mayNot(),
  EPERM: mayNot(),
};

/** Size of shared memory for WAL, in bytes: SQLite makes it in steps of this size. */
const SHARED_BYTES = 32 * 1024;

function mayNot(): string {
  const uid = process.getuid?.();
  return `this user${uid === undefined ? '' : ` (uid ${uid})`} may not write there. Change its owner or mode, or choose another folder.`;
}

/**
 * Returns the error to show for `error`, which happened in the data folder `folder`, or in `file` there. What the
 * operator can do nothing about is returned as it is.
 */
export function refusal(error: unknown, folder: string, file?: string): unknown {
  if (error instanceof SettingsError) return error;
  // A full disk may have room again when the server is started the next time.
  const Refused = isFull(error) ? AwayError : SettingsError;
  const refuse = (words: string) => new Refused(`DATA_DIR=${folder}: ${words}`, { cause: error });
  if (error instanceof LaterSchemaError || error instanceof ForeignSchemaError)
    return refuse(`${file} ${error.message}`);
  const trouble = troubleOf(error);
  // What SQLite says of a file that it cannot write is not clear; the system says why.
  const system =
    codeIn(error, folder) ?? (trouble === null || trouble === 'full' ? null : unwritable(folder, file));
  if (system !== null) return refuse(`cannot be used: ${system}`);
  if (trouble !== null) return refuse(wordsFor(trouble, file ?? 'a file in it', error));
  return error;
}

function isFull(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return troubleOf(error) === 'full' || code === 'ENOSPC' || code === 'EDQUOT';
}

/** Throws the system's error if there is no space for shared memory in `folder`. */
export function trySpace(folder: string): void {
  const file = path.join(folder, `.space-${randomUUID()}`);
  try {
    fs.writeFileSync(file, Buffer.alloc(SHARED_BYTES, 1));
  } finally {
    fs.rmSync(file, { force: true });
  }
}

/** Returns what to say for an error of the system; null if it has no such code, or is about something elsewhere. */
function codeIn(error: unknown, folder: string): string | null {
  if (!(error instanceof Error && 'code' in error)) return null;
  const about = 'path' in error && typeof error.path === 'string' ? error.path : folder;
  const isElsewhere = path.relative(folder, about).startsWith('..');
  return isElsewhere ? null : (CODES[String(error.code)] ?? null);
}

/** Returns why the folder or the file cannot be written, or null if both can. */
function unwritable(folder: string, file?: string): string | null {
  for (const place of [folder, ...(file === undefined ? [] : [path.join(folder, file)])]) {
    try {
      if (fs.existsSync(place)) fs.accessSync(place, fs.constants.W_OK);
    } catch (error) {
      const words = codeIn(error, folder);
      if (words !== null) return place === folder ? words : `${file}: ${words}`;
    }
  }
  return null;
}

function wordsFor(trouble: SqliteTrouble, file: string, error: unknown): string {
  const said = error instanceof Error ? ` (${error.message.split('\n')[0]})` : '';
  switch (trouble) {
    case 'locked':
      return `another program has locked ${file}. Close that program, then start again.`;
    case 'full':
      return `cannot be used: ${FULL}`;
    case 'read-only':
      return `${file} cannot be written. Change its owner or mode, or choose another folder.`;
    case 'damaged':
      return `${file} is damaged${said}. Put a backup in its place, or move it and its -wal file away to start without runs.`;
    case 'no-database':
      return `${file} is not a database. Put a backup in its place, or move it away to start without runs.`;
    case 'cannot-open':
    case 'input-output':
      return `${file} cannot be read or written${said}. Check the disk, or choose another folder.`;
  }
}
