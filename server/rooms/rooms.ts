/** All rooms: opens them, finds them until their time is over, and ends them. */
import { nanoid } from 'nanoid';
import type { RoomStore, StoredRoom } from '../store/rooms.ts';
import type { Seat } from '../store/store.ts';
import { Answers } from './answers.ts';
import { newCode, readCode } from './codes.ts';
import { FollowedRooms, type RoomsOfSeveral } from './followed-rooms.ts';
import { KnownRooms } from './known-rooms.ts';
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

/** Those of one server are all in its memory; those of several, as they are used. */
export class Rooms {
  #store: RoomStore;
  #known: KnownRooms;
  #several: (RoomsOfSeveral & { followed: FollowedRooms }) | null = null;
  /** Those that are damaged: nobody can enter them. */
  #setAside: StoredRoom[];

  private constructor(store: RoomStore, known: KnownRooms, setAside: StoredRoom[]) {
    this.#store = store;
    this.#known = known;
    this.#setAside = setAside;
  }

  /** Follows the rooms in a store that other servers change, too. Call `close` afterwards. */
  static openShared(store: RoomStore, several: RoomsOfSeveral): Rooms {
    const known = new KnownRooms();
    const rooms = new Rooms(store, known, []);
    const followed = new FollowedRooms(store, several, known);
    rooms.#several = { ...several, followed };
    return rooms;
  }

  /** Takes over the rooms in a store that is this server's alone. One that is damaged is named, and set aside. */
  static async open(store: RoomStore): Promise<Rooms> {
    const known = new KnownRooms();
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
      const answers = new Answers(await store.answersOf(id), await store.explanationsOf(id));
      known.add(new Room(store, stored, { state, members, answers }));
    }
    return new Rooms(store, known, setAside);
  }

  /** Opens a room about a lesson. Rejects with `NoRoomError`. */
  async create(lesson: string): Promise<Room> {
    const createdAt = Date.now();
    const count = await this.count();
    for (let tries = 0; tries < TRIES && count < MAX_ROOMS; tries++) {
      const stored = {
        id: nanoid(),
        code: newCode(),
        key: nanoid(),
        teacherKey: nanoid(),
        createdAt,
        expiresAt: createdAt + LASTS_MS,
        state: JSON.stringify(newState(lesson)),
      };
      if (!(await this.#store.createRoom(stored))) continue;
      if (this.#several) await this.#several.followed.refresh({ ids: [stored.id] }, true);
      else {
        const content = { state: newState(lesson), members: [], answers: new Answers([], []) };
        this.#known.add(new Room(this.#store, stored, content));
      }
      const room = this.byId(stored.id);
      if (room) return room;
    }
    throw new NoRoomError();
  }

  /** Returns the room with a code as somebody typed it, as it is now; null if there is none. */
  async find(typed: string): Promise<Room | null> {
    const code = readCode(typed);
    if (code === null) return null;
    await this.#several?.followed.refresh({ code }, this.#known.byCode(code) === null);
    return this.#used(this.byCode(typed));
  }

  /** Returns a room as it is now; null if there is none. */
  async findById(id: string): Promise<Room | null> {
    await this.#several?.followed.refresh({ ids: [id] }, this.byId(id) === null);
    return this.#used(this.byId(id));
  }

  #used(room: Room | null): Room | null {
    if (room) this.#several?.followed.used(room);
    return room;
  }

  /** Returns the room with a code as somebody typed it if it is in memory: see `find`. */
  byCode(typed: string): Room | null {
    const code = readCode(typed);
    return code === null ? null : this.#known.byCode(code);
  }

  /** Returns a room if it is in memory: see `findById`. */
  byId(id: string): Room | null {
    return this.#known.byId(id);
  }

  /** All that are in memory. */
  get all(): Room[] {
    return this.#known.all;
  }

  /** Returns how many there are. */
  async count(): Promise<number> {
    return this.#several ? this.#several.rooms.count() : this.#known.count;
  }

  /** Returns the rooms that a person is in, oldest first. */
  async of(person: string): Promise<Room[]> {
    await this.#several?.followed.refresh({ person }, true);
    return this.ofKnown(person);
  }

  /** Resolves when the rooms that a person is in are in memory, if the store can say which. */
  async know(person: string): Promise<void> {
    await this.#several?.followed.refresh({ person }, false);
  }

  /** Returns those of the rooms in memory that a person is in, oldest first: see `of`. */
  ofKnown(person: string): Room[] {
    return this.all
      .filter((room) => !room.isOver && room.memberOf(person) !== null)
      .sort((a, b) => a.createdAt - b.createdAt);
  }

  /** Returns the room in which a run of somebody else's is shown to a person now; null if there is none. */
  async whereShown(person: string, run: string): Promise<Room | null> {
    const isShown = (room: Room) => {
      const member = room.memberOf(person);
      return room.looks.shown?.run === run || (member && room.looks.runWith(member.number) === run);
    };
    await this.know(person);
    return this.ofKnown(person).find(isShown) ?? null;
  }

  /** Notes a run that a member has submitted here. */
  submitted({ room: id, member }: Seat, run: string): void {
    this.byId(id)?.submitted(member, run);
    this.#several?.followed.look([id]);
  }

  /** Ends a room: its members, and all that they said, are removed; their runs stay. */
  async end(room: Room): Promise<void> {
    await this.#store.removeRoom(room.id);
    this.#known.forget(room);
    room.end();
  }

  /** Ends a room whose time is over. Another server may have ended it, or kept it. */
  async #ended(room: Room): Promise<void> {
    if (this.#several) await this.#several.followed.refresh({ ids: [room.id] }, true);
    else await this.end(room);
  }

  /**
   * Removes the rooms whose time was over at `sureMs`, in ms since 1970. Nobody can enter them since, but a clock may be
   * wrong: see retention.ts in runs.
   */
  async endExpired(sureMs: number): Promise<void> {
    await this.#several?.rooms.removeExpired(sureMs);
    for (const room of this.all) if (room.expiresAt <= sureMs) await this.#ended(room);
    for (const room of this.#setAside) if (room.expiresAt <= sureMs) await this.#store.removeRoom(room.id);
    this.#setAside = this.#setAside.filter(({ expiresAt }) => expiresAt > sureMs);
  }

  /** Forgets what another process has removed from the store: such as the operator's command, see operator-person.ts. */
  async forgetGone(): Promise<void> {
    this.#several?.followed.setAllStale();
    if (this.#several) return;
    for (const room of this.all) {
      // First those that are known: somebody may enter meanwhile.
      const known = room.members.map(({ number }) => number);
      if (known.length === 0) continue;
      const stored = new Set((await this.#store.membersOf(room.id)).map(({ number }) => number));
      for (const number of known) if (!stored.has(number)) await room.remove(number);
    }
  }

  /** Forgets a run that has been removed: the one before it is then its member's latest. */
  async forgetRun(id: string): Promise<void> {
    if (this.#several) {
      await this.#several.rooms.forgetRun(id);
      this.#several.followed.setAllStale();
      return;
    }
    for (const room of this.all) {
      if (room.looks.shown?.run === id) await room.looks.end();
      for (const { number, handRun } of room.members)
        if (handRun === id) await room.change(number, { handRun: null });
      const member = room.members.find(({ run }) => run === id);
      if (!member) continue;
      const latest = await this.#store.latestRunsOf(room.id);
      room.submitted(member.number, latest.get(member.number) ?? null);
    }
  }

  /** Stops following. */
  close(): void {
    this.#several?.followed.close();
  }
}
