/**
 * Whether anything can be saved: notices when the store fails, finds out why, and tries again until it works. Reports
 * what a user would find out: it writes a file and to the database, rather than ask how much room is left.
 */
import { Buffer } from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { StorageTrouble } from '../words/unavailable-words.ts';
import type { RoomStore } from './rooms.ts';
import type { Store } from './store.ts';
import { fileTrouble, StoreError, sqliteTrouble } from './store-error.ts';

/** How much must fit on the disk for a run to start, in bytes: the events of most runs take less. */
const ROOM_BYTES = 256 * 1024;
/** How long the result of a look holds, and how long one may take, in ms: another program may hold a lock. */
const LOOK_MS = 1000;
const WAIT_MS = 50;
/** How long a write to the database that succeeded shows that it works, in ms. */
const WRITE_MS = 10_000;
/** Pause between attempts while nothing can be saved, in ms. */
const RETRY_MS = 1000;
/** How long the folder counts as that of the database, in ms, before it is looked at again. */
const PLACE_MS = 250;

/** Methods of a store that save something. */
const WRITES: ReadonlySet<string | symbol> = new Set<keyof Store>([
  'check',
  'create',
  'append',
  'end',
  'createFamily',
  'endFamily',
  'interruptUnfinished',
  'hide',
  'remove',
  'report',
  'forgetBefore',
  'setClock',
]);
/** Those of its rooms. */
const ROOM_WRITES: ReadonlySet<string | symbol> = new Set<keyof RoomStore>([
  'createRoom',
  'updateRoom',
  'addMember',
  'updateMember',
  'removeMember',
  'answer',
  'explain',
  'removeRoom',
]);

/** Follows a store whose files are in one folder. */
export class Storage {
  /** The store. Its calls fail with `StoreError` if it cannot be used at the moment. */
  readonly store: Store;
  /** Its rooms, whose calls fail in the same way. */
  readonly rooms: RoomStore;
  #inner: Store;
  #folder: string;
  #database: string;
  /** Which file the database is. */
  #identity: string | null;
  #trouble: StorageTrouble | null = null;
  /** What the last failure said, for the operator. */
  #detail = '';
  #since = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #writtenAt = Number.NEGATIVE_INFINITY;
  #placedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  #probing: Promise<void> | null = null;
  #listeners = new Set<() => void>();
  #isClosed = false;

  /** `inner` has its database in the file `database` of `folder`, and has opened it. */
  constructor(inner: Store & { rooms: RoomStore }, folder: string, database: string) {
    this.#inner = inner;
    this.#folder = folder;
    this.#database = path.join(folder, database);
    this.#identity = identityOf(this.#database);
    this.store = this.#watched<Store>(inner, WRITES);
    this.rooms = this.#watched<RoomStore>(inner.rooms, ROOM_WRITES);
  }

  /** Why nothing can be saved, as far as known; null if nothing stands against it. */
  get trouble(): StorageTrouble | null {
    return this.#trouble;
  }

  /** What the last failure said, for the operator; empty if there was none. */
  get detail(): string {
    return this.#trouble === null ? '' : this.#detail;
  }

  /** For how long nothing could be saved, in ms; 0 if there is no trouble. */
  get troubleMs(): number {
    return this.#trouble === null ? 0 : performance.now() - this.#since;
  }

  /** Returns the trouble as of a moment ago, or of the last look if this one takes long. */
  async look(): Promise<StorageTrouble | null> {
    // While there is trouble, a timer looks.
    const isDue = this.#trouble === null && performance.now() - this.#lookedAt >= LOOK_MS;
    // All that ask during a look wait for it, so that they continue in order.
    if (isDue || this.#probing !== null) {
      const waiting = new AbortController();
      const late = pause(WAIT_MS, null, { signal: waiting.signal }).catch(() => {});
      await Promise.race([this.#probe(), late]);
      waiting.abort();
    }
    return this.#trouble;
  }

  /** Calls `listener` each time that saving is possible again. Returns a function that ends this. */
  onRecovered(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Stops looking. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#probing;
  }

  /** Finds out whether something can be saved. */
  #probe(): Promise<void> {
    this.#probing ??= this.#try().finally(() => {
      this.#probing = null;
    });
    return this.#probing;
  }

  async #try(): Promise<void> {
    this.#lookedAt = performance.now();
    try {
      this.#checkPlace();
      this.#checkRoom();
      // Not each time: it is written to the disk, as the file is not, which is removed at once.
      if (this.#trouble !== null || performance.now() - this.#writtenAt >= WRITE_MS)
        await this.#inner.check();
      this.#writtenAt = performance.now();
    } catch (error) {
      this.#note(error);
      return;
    }
    if (this.#trouble === null) return;
    console.error('storage: saving is possible again');
    this.#trouble = null;
    for (const listener of this.#listeners) listener();
  }

  /** Notes why something could not be saved, and tries again later. Returns the error for the caller. */
  #note(error: unknown): StoreError {
    const failure = error instanceof StoreError ? error : this.#failureOf(error);
    const { trouble, cause } = failure;
    const detail = cause instanceof Error ? cause.message : String(cause);
    if (this.#trouble !== trouble) console.error(`storage: nothing can be saved (${trouble}): ${detail}`);
    if (this.#trouble === null) this.#since = performance.now();
    this.#trouble = trouble;
    this.#detail = detail;
    if (!this.#isClosed) this.#timer ??= setTimeout(() => this.#retry(), RETRY_MS).unref();
    return failure;
  }

  #retry(): void {
    this.#timer = null;
    void this.#probe();
  }

  /** Returns why a call failed. SQLite does not tell all that the system does, so a file is written to find out. */
  #failureOf(error: unknown): StoreError {
    const trouble = sqliteTrouble(error) ?? fileTrouble(error);
    if (trouble === 'busy') return new StoreError(trouble, error);
    try {
      this.#checkPlace();
      this.#checkRoom();
    } catch (found) {
      if (found instanceof StoreError) return found;
      return new StoreError(fileTrouble(found), found);
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

  /** Returns a store that passes each call on, and notes what cannot be saved. */
  #watched<T extends object>(store: T, writes: ReadonlySet<string | symbol>): T {
    return new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        const isWrite = writes.has(name);
        return (...args: unknown[]) => this.#call(isWrite, () => Reflect.apply(member, target, args));
      },
    });
  }

  /** Makes a call, which may complete at once: see `Store.append`. */
  #call(isWrite: boolean, call: () => unknown): unknown {
    try {
      if (isWrite && performance.now() - this.#placedAt >= PLACE_MS) this.#checkPlace();
      const result = call();
      if (!(result instanceof Promise)) {
        if (isWrite) this.#writtenAt = performance.now();
        return result;
      }
      return result.then(
        (value) => {
          if (isWrite) this.#writtenAt = performance.now();
          return value;
        },
        (error) => {
          throw this.#errorOf(error);
        },
      );
    } catch (error) {
      // A call that completes at once does not wait for a lock, which may be gone in a moment.
      throw sqliteTrouble(error) === 'busy' ? new StoreError('busy', error) : this.#errorOf(error);
    }
  }

  #errorOf(error: unknown): unknown {
    return error instanceof StoreError || sqliteTrouble(error) !== null ? this.#note(error) : error;
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
