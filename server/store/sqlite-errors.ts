/** What an error of SQLite means. On Deno some errors have no code: then SQLite's own message stands for it. */

/** What is wrong with a database. */
export type SqliteTrouble =
  /** Another connection holds a lock that the call needs. */
  | 'locked'
  | 'full'
  | 'read-only'
  /** The file cannot be opened: it is missing, a folder, or not permitted. */
  | 'cannot-open'
  /** The file is a database, but damaged. */
  | 'damaged'
  | 'no-database'
  /** The system reports an error in reading or writing, or there is no shared memory for WAL. */
  | 'input-output';

/** SQLite's primary result codes, and its message for each (`sqlite3ErrStr`). */
const TROUBLES: [code: number, message: string, trouble: SqliteTrouble][] = [
  [5, 'database is locked', 'locked'],
  [6, 'database table is locked', 'locked'],
  // Several processes recover the same WAL at once.
  [15, 'locking protocol', 'locked'],
  [13, 'database or disk is full', 'full'],
  [8, 'attempt to write a readonly database', 'read-only'],
  [14, 'unable to open database file', 'cannot-open'],
  [11, 'database disk image is malformed', 'damaged'],
  [26, 'file is not a database', 'no-database'],
  [10, 'disk I/O error', 'input-output'],
];

/** Returns what is wrong according to an error that `node:sqlite` has thrown; null if it is of another kind. */
export function troubleOf(error: unknown): SqliteTrouble | null {
  if (!(error instanceof Error)) return null;
  const errcode = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : null;
  // The lowest byte of an extended code is the primary one.
  const found = TROUBLES.find(([code, message]) =>
    errcode === null ? error.message.startsWith(message) : (errcode & 0xff) === code,
  );
  return found?.[2] ?? null;
}
