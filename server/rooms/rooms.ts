/** All rooms of this server: opens them, finds them by code, and ends them when their time is over. */
import { nanoid } from 'nanoid';
import type { RoomStore } from '../store/rooms.ts';
import { Answers } from './answers.ts';
import { newCode, readCode } from './codes.ts';
import { Room } from './room.ts';

/** How long a room lasts unless its teacher ends it. */
const LASTS_MS = 14 * 86_400_000;
/** How often to look for rooms whose time is over. */
const LOOK_MS = 60_000;
/** Most rooms at once; there are 194,481 codes. */
const MAX_ROOMS = 10_000;
/** Tries to find a code that is free. */
const TRIES = 50;

/** Thrown if there are too many rooms. */
export class NoRoomError extends Error {
  constructor() {
    super('There are too many rooms on this server now. Try again later.');
  }
}

export class Rooms {
  #store: RoomStore;
  #byCode = new Map<string, Room>();
  #byId = new Map<string, Room>();
  #looking: NodeJS.Timeout;

  private constructor(store: RoomStore, rooms: Room[]) {
    this.#store = store;
    for (const room of rooms) this.#add(room);
    const report = (error: unknown) => console.error('rooms: could not end one', error);
    this.#looking = setInterval(() => void this.endExpired(Date.now()).catch(report), LOOK_MS);
    this.#looking.unref();
  }

  /** Takes over the rooms in the store. */
  static async open(store: RoomStore): Promise<Rooms> {
    const rooms: Room[] = [];
    for (const stored of await store.allRooms()) {
      const latest = await store.latestRunsOf(stored.id);
      const members = await store.membersOf(stored.id);
      const withRuns = members.map((member) => ({ ...member, run: latest.get(member.number) ?? null }));
      rooms.push(
        new Room(
          store,
          stored,
          withRuns,
          new Answers(
            stored.id,
            store,
            await store.answersOf(stored.id),
            await store.explanationsOf(stored.id),
          ),
        ),
      );
    }
    return new Rooms(store, rooms);
  }

  #add(room: Room): void {
    this.#byCode.set(room.code, room);
    this.#byId.set(room.id, room);
  }

  /** Opens a room about a lesson. Rejects with `NoRoomError`. */
  async create(lesson: string): Promise<Room> {
    const createdAt = Date.now();
    for (let tries = 0; tries < TRIES && this.#byId.size < MAX_ROOMS; tries++) {
      const stored = {
        id: nanoid(),
        code: newCode(),
        key: nanoid(),
        teacherKey: nanoid(),
        createdAt,
        expiresAt: createdAt + LASTS_MS,
        state: JSON.stringify({ lesson }),
      };
      if (!(await this.#store.createRoom(stored))) continue;
      const room = new Room(this.#store, stored, [], new Answers(stored.id, this.#store, [], []));
      this.#add(room);
      return room;
    }
    throw new NoRoomError();
  }

  /** Returns the room with a code as somebody typed it, or null if there is none. */
  byCode(typed: string): Room | null {
    const code = readCode(typed);
    return code === null ? null : (this.#byCode.get(code) ?? null);
  }

  byId(id: string): Room | null {
    return this.#byId.get(id) ?? null;
  }

  /** Returns the rooms that a person is in, oldest first. */
  of(person: string): Room[] {
    return [...this.#byId.values()].filter((room) => room.memberOf(person) !== null);
  }

  /** Ends a room: its members, and all that they said, are removed; their runs stay. */
  async end(room: Room): Promise<void> {
    await this.#store.removeRoom(room.id);
    this.#byCode.delete(room.code);
    this.#byId.delete(room.id);
    room.end();
  }

  /** Ends the rooms whose time is over at `nowMs`, in ms since 1970. */
  async endExpired(nowMs: number): Promise<void> {
    for (const room of [...this.#byId.values()]) if (room.expiresAt <= nowMs) await this.end(room);
  }

  /** Forgets a run that has been removed: the one before it is then its member's latest. */
  async forgetRun(id: string): Promise<void> {
    for (const room of this.#byId.values()) {
      const member = room.members.find(({ run }) => run === id);
      if (!member) continue;
      const latest = await this.#store.latestRunsOf(room.id);
      room.submitted(member.number, latest.get(member.number) ?? null);
    }
  }

  close(): void {
    clearInterval(this.#looking);
  }
}
