/** The walls of all rooms: one each, for everyone who looks at it. */
import type { Challenge } from '../challenges/challenge.ts';
import type { Runs } from '../runs/runs.ts';
import type { RoomStore } from '../store/rooms.ts';
import type { Room } from './room.ts';
import { Wall } from './wall.ts';

/** Most runs of a room, the latest, that are looked through for those of a member. */
const MOST_RUNS = 1000;

export class Walls {
  readonly #runs: Pick<Runs, 'get'>;
  readonly #store: Pick<RoomStore, 'runsOf'>;
  readonly #challenges: readonly Challenge[];
  readonly #walls = new WeakMap<Room, Wall>();

  constructor(
    runs: Pick<Runs, 'get'>,
    store: Pick<RoomStore, 'runsOf'>,
    challenges: readonly Challenge[] = [],
  ) {
    this.#challenges = challenges;
    this.#runs = runs;
    this.#store = store;
  }

  of(room: Room): Wall {
    const known = this.#walls.get(room);
    if (known) return known;
    const wall = new Wall(room, this.#runs, (member) => this.#runsOf(room, member), this.#challenges);
    this.#walls.set(room, wall);
    return wall;
  }

  /** Resolves with the ids of a member's latest runs, oldest first. */
  async #runsOf(room: Room, member: number): Promise<string[]> {
    const all = await this.#store.runsOf(room.id, MOST_RUNS);
    return all.filter((one) => one.member === member).map(({ id }) => id);
  }
}
