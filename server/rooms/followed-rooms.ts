/**
 * Keeps the rooms in memory as they are in a store that other servers change, too. Whoever asks for a room is shown what
 * the store has at that moment. Those whose streams are read here are looked at when another server gives notice of a
 * change, and from time to time, for notices may be lost.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Notices } from '../store/notices.ts';
import type { RoomStore } from '../store/rooms.ts';
import {
  ROOMS_CHANNEL,
  type RoomContent,
  type RoomGlance,
  readNotice,
  type SharedRooms,
  type WhichRooms,
} from '../store/shared-rooms.ts';
import { StoreError } from '../store/store-error.ts';
import { Answers } from './answers.ts';
import type { KnownRooms } from './known-rooms.ts';
import { readState } from './model.ts';
import { Room } from './room.ts';
import { RoomShare } from './room-share.ts';

/** Pauses between looks at all rooms that are read, in ms: while notices come, while they do not, and if a look fails. */
const POLL_MS = { hearing: 2000, deaf: 250, failing: 1000 };
/** How often it is noted anew that teachers look along with members, in ms: see `SharedRooms.joinMember`. */
const STAY_MS = 5000;
/** How long the store may take to answer about what is in memory, in ms. */
const WAIT_MS = 2000;
/** How long a room is kept in memory after its last use, in ms. */
const UNUSED_MS = 10 * 60_000;

/** What tells of rooms that other servers change. */
export type RoomsOfSeveral = {
  rooms: SharedRooms;
  notices: Notices;
  /** Reports whether the store is known not to answer. */
  isAway(): boolean;
};

export class FollowedRooms {
  readonly #store: RoomStore;
  readonly #shared: SharedRooms;
  readonly #notices: Notices;
  readonly #isAway: () => boolean;
  readonly #known: KnownRooms;
  /** When each was last asked for, on the clock of `performance.now()`. */
  #usedMs = new Map<Room, number>();
  #loading = new Map<string, Promise<void>>();
  /** The ids of those to look at. */
  #due = new Set<string>();
  #isLooking = false;
  #failedMs = Number.NEGATIVE_INFINITY;
  #stayedMs = performance.now();
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;
  /** The ids of those that are damaged and were reported. */
  #damaged = new Set<string>();

  constructor(store: RoomStore, { rooms: shared, notices, isAway }: RoomsOfSeveral, known: KnownRooms) {
    this.#store = store;
    this.#shared = shared;
    this.#notices = notices;
    this.#isAway = isAway;
    this.#known = known;
    notices.on(ROOMS_CHANNEL, (notice) => {
      const { server, room } = readNotice(notice);
      if (server !== shared.server) this.look([room]);
    });
    notices.onChanged(() => this.#lookAtAll());
    this.#schedule();
  }

  /**
   * Resolves when the rooms that are meant are in memory as they are in the store. While the store cannot be asked, or
   * does not answer, those in memory stay as they are; with `mustAnswer`, it rejects.
   */
  async refresh(which: WhichRooms, mustAnswer: boolean): Promise<void> {
    const hasFailed = performance.now() - this.#failedMs < POLL_MS.failing;
    if (!mustAnswer && (hasFailed || this.#isAway())) return;
    const refreshing = this.#refresh(which).catch((error) => {
      if (!(error instanceof StoreError)) throw error;
      this.#failedMs = performance.now();
      if (mustAnswer) throw error;
    });
    if (mustAnswer) return refreshing;
    const waiting = new AbortController();
    const late = pause(WAIT_MS, null, { signal: waiting.signal }).catch(() => {});
    await Promise.race([refreshing, late]).finally(() => waiting.abort());
  }

  /** Notes that a room is used, which is kept in memory for a while. */
  used(room: Room): void {
    this.#usedMs.set(room, performance.now());
  }

  /** Looks at those of these rooms that are read here. */
  look(ids: Iterable<string>): void {
    for (const id of ids) if (this.#known.byId(id)?.isRead) this.#due.add(id);
    void this.#lookAtDue();
  }

  /** Lets all rooms be loaded again before they are next used. */
  setAllStale(): void {
    for (const room of this.#known.all) room.share?.setStale();
    this.#lookAtAll();
  }

  /** Makes a room of what is stored; null if that is damaged. */
  add(content: RoomContent): Room | null {
    const { room: stored, members, latestRuns } = content;
    const state = readState(stored.state);
    if (state === null) {
      if (!this.#damaged.has(stored.id))
        console.error(`room ${stored.code}: what is stored about it is damaged, so nobody can enter it.`);
      this.#damaged.add(stored.id);
      return null;
    }
    const room = new Room(
      this.#store,
      stored,
      {
        state,
        members: members.map((member) => ({ ...member, run: latestRuns.get(member.number) ?? null })),
        answers: new Answers(content.answers, content.explanations),
      },
      new RoomShare(content, this.#shared),
    );
    this.#known.add(room);
    this.used(room);
    return room;
  }

  /** Stops looking. */
  close(): void {
    this.#isClosed = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #refresh(which: WhichRooms): Promise<void> {
    const askedMs = performance.now();
    const glances = await this.#shared.glance(which);
    for (const glance of glances) await this.#see(glance, askedMs);
    const ids = new Set(glances.map(({ id }) => id));
    const others = this.#meant(which).filter(({ id }) => !ids.has(id));
    if (!('person' in which)) for (const room of others) this.#end(room);
    else if (others.length > 0) await this.#refresh({ ids: others.map(({ id }) => id) });
  }

  /** Returns the rooms in memory that are meant, as far as they are known. */
  #meant(which: WhichRooms): Room[] {
    if ('person' in which) return this.#known.all.filter((room) => room.memberOf(which.person) !== null);
    const found =
      'code' in which ? [this.#known.byCode(which.code)] : which.ids.map((id) => this.#known.byId(id));
    return found.filter((room) => room !== null);
  }

  async #see(glance: RoomGlance, askedMs: number): Promise<void> {
    const { id, looks } = glance;
    const known = this.#known.byId(id);
    if (known === null) {
      const loading = this.#loading.get(id) ?? this.#load(id);
      this.#loading.set(id, loading);
      await loading.finally(() => this.#loading.delete(id));
    } else await known.keepUp(glance);
    this.#known.byId(id)?.share?.looks.take(looks, askedMs);
  }

  async #load(id: string): Promise<void> {
    const content = await this.#shared.load(id, -1);
    if (content !== null && this.#known.byId(id) === null) this.add(content);
  }

  #end(room: Room): void {
    this.#known.forget(room);
    this.#usedMs.delete(room);
    room.end();
  }

  #lookAtAll(): void {
    const nowMs = performance.now();
    const isStaying = nowMs - this.#stayedMs >= STAY_MS;
    if (isStaying) this.#stayedMs = nowMs;
    for (const room of this.#known.all) {
      if (room.isRead) {
        if (isStaying) room.share?.looks.stay();
        this.#due.add(room.id);
        this.used(room);
      } else if (nowMs - (this.#usedMs.get(room) ?? 0) > UNUSED_MS) {
        this.#known.forget(room);
        this.#usedMs.delete(room);
      }
    }
    void this.#lookAtDue();
    this.#schedule();
  }

  /** One look at a time, at all that are due. Never rejects. */
  async #lookAtDue(): Promise<void> {
    if (this.#isLooking || this.#isClosed) return;
    this.#isLooking = true;
    try {
      while (this.#due.size > 0 && !this.#isClosed) {
        const ids = [...this.#due];
        this.#due.clear();
        await this.#refresh({ ids });
      }
    } catch (error) {
      this.#failedMs = performance.now();
      if (!(error instanceof StoreError)) console.error('rooms: could not be read', error);
    }
    this.#isLooking = false;
  }

  #schedule(): void {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#isClosed) return;
    const isFailing = performance.now() - this.#failedMs < POLL_MS.failing;
    const often = isFailing ? POLL_MS.failing : POLL_MS.deaf;
    this.#timer = setTimeout(() => this.#lookAtAll(), this.#notices.isHearing ? POLL_MS.hearing : often);
    this.#timer.unref();
  }
}
