/** What one server knows of a room that several servers change: see store/shared-rooms.ts. */
import type { RoomStore } from '../store/rooms.ts';
import type { RoomContent, RoomGlance, SharedRooms } from '../store/shared-rooms.ts';
import { type DeviceCodes, SharedDeviceCodes } from './device-codes.ts';
import { SharedLooks } from './shared-looks.ts';

/** Thrown if a room has ended when something in it is to be changed. */
export class RoomOverError extends Error {
  constructor() {
    super('This room has ended.');
  }
}

/** A room as it is shown here. */
type Shown = {
  readonly id: string;
  take(content: RoomContent): void;
  end(): void;
};

export class RoomShare {
  readonly looks: SharedLooks;
  readonly deviceCodes: DeviceCodes;
  readonly #shared: SharedRooms;
  #version: number;
  #runs: number;
  /** Whether something may have changed that no number tells. */
  #isStale = false;

  /** `content` is what the room was made of. */
  constructor({ room, version, runs }: Pick<RoomContent, 'room' | 'version' | 'runs'>, shared: SharedRooms) {
    this.#shared = shared;
    this.#version = version;
    this.#runs = runs;
    this.looks = new SharedLooks(room.id, shared);
    this.deviceCodes = new SharedDeviceCodes(room.id, shared);
  }

  /** The next glance leads to a load. */
  setStale(): void {
    this.#isStale = true;
  }

  /** Reports whether a room may be other than it is shown. */
  isBehind({ version, runs }: RoomGlance): boolean {
    return this.#isStale || version > this.#version || runs !== this.#runs;
  }

  /** Shows what the store has. */
  async load(room: Shown): Promise<void> {
    this.#isStale = false;
    try {
      const content = await this.#shared.load(room.id, this.#version);
      if (content === null) room.end();
      else this.#take(room, content);
    } catch (error) {
      this.#isStale = true;
      throw error;
    }
  }

  /** Does what changes a room, by what it is then. Rejects with `RoomOverError` if there is no such room any more. */
  async change<T>(room: Shown, work: (store: RoomStore) => Promise<T>): Promise<T> {
    const take = (content: RoomContent) => this.#take(room, content);
    const changed = await this.#shared.change(room.id, this.#version, take, work);
    if (changed === null) {
      room.end();
      throw new RoomOverError();
    }
    this.#version = changed.version;
    return changed.value;
  }

  #take(room: Shown, content: RoomContent): void {
    room.take(content);
    this.#version = content.version;
    this.#runs = content.runs;
  }
}
