/**
 * Whether anything can be saved: notices when the store fails, finds out why, and tries again until it works. Reports
 * what a user would find out: it writes a file and to the database, rather than ask how much room is left.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { StorageTrouble } from '../words/unavailable-words.ts';
import type { Medium } from './medium.ts';
import type { RoomStore } from './rooms.ts';
import type { SharedRooms } from './shared-rooms.ts';
import type { Store } from './store.ts';
import { StoreError } from './store-error.ts';

/** How long the result of a look holds, and how long one may take, in ms: another program may hold a lock. */
const LOOK_MS = 1000;
const WAIT_MS = 50;
/** How long a write to the database that succeeded shows that it works, in ms. */
const WRITE_MS = 10_000;
/** Pause between attempts while nothing can be saved, in ms. */
const RETRY_MS = 1000;
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
  'addProgram',
  'removeRoom',
]);
/** Those of rooms that several servers change. */
const SHARED_ROOM_WRITES: ReadonlySet<string | symbol> = new Set<keyof SharedRooms>([
  'change',
  'removeExpired',
  'forgetRun',
  'addDeviceCode',
  'useDeviceCode',
  'showClass',
  'endClass',
  'joinMember',
  'leaveMember',
  'showMember',
]);

/** Follows a store. */
export class Storage {
  /** The store. Its calls fail with `StoreError` if it cannot be used at the moment. */
  readonly store: Store;
  /** Its rooms, whose calls fail in the same way. */
  readonly rooms: RoomStore;
  #inner: Store;
  #medium: Medium;
  #trouble: StorageTrouble | null = null;
  /** What the last failure said, for the operator. */
  #detail = '';
  #since = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #writtenAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  #probing: Promise<void> | null = null;
  #listeners = new Set<() => void>();
  #isClosed = false;

  /** `inner` is open, on `medium`. */
  constructor(inner: Store & { rooms: RoomStore }, medium: Medium) {
    this.#inner = inner;
    this.#medium = medium;
    this.store = this.#watched<Store>(inner, WRITES);
    this.rooms = this.#watched<RoomStore>(inner.rooms, ROOM_WRITES);
  }

  /** Returns the part of the store for rooms that several servers change, with calls that fail in the same way. */
  watched(rooms: SharedRooms): SharedRooms {
    return this.#watched<SharedRooms>(rooms, SHARED_ROOM_WRITES);
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
      this.#medium.look();
      // Not each time: it is written to the disk, as the file is not, which is removed at once.
      if (this.#trouble !== null || performance.now() - this.#writtenAt >= WRITE_MS) {
        await this.#inner.check();
        this.#writtenAt = performance.now();
      }
    } catch (error) {
      this.#note(
        error instanceof StoreError
          ? error
          : (this.#medium.failureOf(error) ?? new StoreError('failing', error)),
      );
      return;
    }
    if (this.#trouble === null) return;
    console.error('storage: saving is possible again');
    this.#trouble = null;
    for (const listener of this.#listeners) listener();
  }

  /** Notes why something could not be saved, and tries again later. Returns the error for the caller. */
  #note(failure: StoreError): StoreError {
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
      if (isWrite) this.#medium.beforeWrite();
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
      const failure = this.#medium.failureOf(error);
      throw failure?.trouble === 'busy' ? failure : this.#errorOf(error);
    }
  }

  #errorOf(error: unknown): unknown {
    const failure = error instanceof StoreError ? error : this.#medium.failureOf(error);
    return failure === null ? error : this.#note(failure);
  }
}
