/** All rooms of this server: opens them, finds them by code until their time is over, and ends them. */
import { nanoid } from 'nanoid';
import type { RoomStore, StoredRoom } from '../store/rooms.ts';
import { Answers } from './answers.ts';
import { newCode, readCode } from './codes.ts';
import { LASTS_MS, newState, readState } from './model.ts';
import { Room } from './room.ts';

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
  /** Those that are damaged: nobody can enter them. */
  #setAside: StoredRoom[];

  private constructor(store: RoomStore, rooms: Room[], setAside: StoredRoom[]) {
    this.#store = store;
    this.#setAside = setAside;
    for (const room of rooms) this.#add(room);
  }

  /** Takes over the rooms in the store. One that is damaged is named, and set aside. */
  static async open(store: RoomStore): Promise<Rooms> {
    const rooms: Room[] = [];
    const setAside: StoredRoom[] = [];
    for (const stored of await store.allRooms()) {
      const { id } = stored;
      const state = readState(stored.state);
      if (state === null) {
        console.error(`room ${stored.code}: what is stored about it is damaged, so nobody can enter it.`);
        setAside.push(stored);
        continue;
      }
      const latest = await store.latestRunsOf(id);
      const members = (await store.membersOf(id)).map((member) => ({
        ...member,
        run: latest.get(member.number) ?? null,
      }));
      const answers = new Answers(id, store, await store.answersOf(id), await store.explanationsOf(id));
      rooms.push(new Room(store, stored, { state, members, answers }));
    }
    return new Rooms(store, rooms, setAside);
  }

  #add(room: Room): void {
    this.#byCode.set(room.code, room);
    this.#byId.set(room.id, room);
  }

  /** Opens a room about a lesson. Rejects with `NoRoomError`. */
  async create(lesson: string): Promise<Room> {
    const createdAt = Date.now();
    for (let tries = 0; tries < TRIES && this.#byId.size < MAX_ROOMS; tries++) {
      const fields = {
        id: nanoid(),
        code: newCode(),
        key: nanoid(),
        teacherKey: nanoid(),
        createdAt,
        expiresAt: createdAt + LASTS_MS,
      };
      const state = newState(lesson);
      if (!(await this.#store.createRoom({ ...fields, state: JSON.stringify(state) }))) continue;
      const answers = new Answers(fields.id, this.#store, [], []);
      const room = new Room(this.#store, fields, { state, members: [], answers });
      this.#add(room);
      return room;
    }
    throw new NoRoomError();
  }

  /** Returns the room with a code as somebody typed it, or null if there is none. */
  byCode(typed: string): Room | null {
    const code = readCode(typed);
    return code === null ? null : unlessOver(this.#byCode.get(code));
  }

  /** All that are stored and not damaged, oldest first. */
  get all(): Room[] {
    return [...this.#byId.values()];
  }

  /** How many there are. */
  get count(): number {
    return this.#byId.size;
  }

  byId(id: string): Room | null {
    return unlessOver(this.#byId.get(id));
  }

  /** Returns the rooms that a person is in, oldest first. */
  of(person: string): Room[] {
    return [...this.#byId.values()].filter((room) => !room.isOver && room.memberOf(person) !== null);
  }

  /** Returns the room in which a run of somebody else's is shown to a person now; null if there is none. */
  whereShown(person: string, run: string): Room | null {
    const isShown = (room: Room) => {
      const member = room.memberOf(person);
      return room.looks.shown?.run === run || (member && room.looks.runWith(member.number) === run);
    };
    return this.of(person).find(isShown) ?? null;
  }

  /** Ends a room: its members, and all that they said, are removed; their runs stay. */
  async end(room: Room): Promise<void> {
    await this.#store.removeRoom(room.id);
    this.#byCode.delete(room.code);
    this.#byId.delete(room.id);
    room.end();
  }

  /**
   * Removes the rooms whose time was over at `sureMs`, in ms since 1970. Nobody can enter them since, but a clock may be
   * wrong: see retention.ts in runs.
   */
  async endExpired(sureMs: number): Promise<void> {
    for (const room of [...this.#byId.values()]) if (room.expiresAt <= sureMs) await this.end(room);
    for (const room of this.#setAside) if (room.expiresAt <= sureMs) await this.#store.removeRoom(room.id);
    this.#setAside = this.#setAside.filter(({ expiresAt }) => expiresAt > sureMs);
  }

  /** Forgets the members that the operator has removed from the store: see server/operator-person.ts. */
  async forgetGone(): Promise<void> {
    for (const room of this.#byId.values()) {
      // First those that are known: somebody may enter meanwhile.
      const known = room.members.map(({ number }) => number);
      if (known.length === 0) continue;
      const stored = new Set((await this.#store.membersOf(room.id)).map(({ number }) => number));
      for (const number of known) if (!stored.has(number)) await room.remove(number);
    }
  }

  /** Forgets a run that has been removed: the one before it is then its member's latest. */
  async forgetRun(id: string): Promise<void> {
    for (const room of this.#byId.values()) {
      room.looks.forget(id);
      for (const { number, handRun } of room.members)
        if (handRun === id) await room.change(number, { handRun: null });
      const member = room.members.find(({ run }) => run === id);
      if (!member) continue;
      const latest = await this.#store.latestRunsOf(room.id);
      room.submitted(member.number, latest.get(member.number) ?? null);
    }
  }
}

function unlessOver(room: Room | undefined): Room | null {
  return room === undefined || room.isOver ? null : room;
}
