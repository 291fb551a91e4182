/** The queue of all servers as readers here see it: the places of the runs that they follow, and how much waits. */
import type { Place } from '../../protocol/place.ts';
import type { Aged, Queue, QueueState } from '../../store/cluster.ts';
import { StoreError } from '../../store/store-error.ts';
import type { Load } from '../admission/admission.ts';
import { expectedWaits } from '../admission/capacity.ts';
import type { FollowedLogs } from '../log/followed-logs.ts';
import { within } from '../within.ts';
import { demandOf } from './demand.ts';

/** Shortest time between two looks, in ms: a class that presses Run changes the queue often. */
const GAP_MS = 200;
/** Looks take at most one part in so many of the time: a busy database takes a while. */
const LOOKING = 10;
/** For how many of those that wait it is found out how long that will take; for the others, in proportion. */
const FORESEEN = 200;
/** How long the database may take to tell the load, in ms. */
const ANSWER_MS = 1000;
/** How often expected waits are updated while nothing else happens, in ms. */
const UPDATE_MS = 1000;

export class QueueView {
  #queue: Queue;
  #logs: FollowedLogs;
  /** When the next look may begin, by performance.now. */
  #nextAt = Number.NEGATIVE_INFINITY;
  #isLooking = false;
  #timer: NodeJS.Timeout | null = null;
  #load: Load = { active: 0, waiting: 0 };
  #isClosed = false;

  constructor(queue: Queue, logs: FollowedLogs) {
    this.#queue = queue;
    this.#logs = logs;
    queue.onChanged(() => this.#changed());
    logs.onFollowed(() => this.#changed());
  }

  /** Returns how many runs are under way, and how many wait; as last known if the database does not answer. */
  async load(): Promise<Load> {
    const reading = this.#queue.load().then(
      (load) => {
        this.#load = load;
      },
      (error) => {
        if (!(error instanceof StoreError)) throw error;
      },
    );
    await within(reading, ANSWER_MS, null);
    return this.#load;
  }

  /** Looks soon, if somebody reads here. */
  #changed(): void {
    if (this.#logs.size > 0) this.#lookIn(this.#nextAt - performance.now());
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  #lookIn(ms: number): void {
    if (this.#isClosed) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), Math.max(0, ms)).unref();
  }

  /** Sets the places of all runs that are followed here. Never rejects. */
  async #look(): Promise<void> {
    this.#timer = null;
    // It looks again when this look has ended.
    if (this.#isLooking) return this.#lookIn(GAP_MS);
    this.#isLooking = true;
    const began = performance.now();
    try {
      const { followed } = this.#logs;
      const ids = followed.map(({ id }) => id);
      const places = placesIn(await this.#queue.state(ids, FORESEEN));
      let areAnyWaiting = false;
      for (const log of followed) {
        const place = places.get(log.id) ?? null;
        areAnyWaiting ||= place !== null;
        if (JSON.stringify(place) !== JSON.stringify(log.place)) log.setPlace(place);
      }
      if (areAnyWaiting && this.#timer === null) this.#lookIn(UPDATE_MS);
    } catch (error) {
      if (!(error instanceof StoreError)) console.error('queue: places could not be read', error);
      this.#lookIn(UPDATE_MS);
    } finally {
      this.#isLooking = false;
      this.#nextAt = began + Math.max(GAP_MS, LOOKING * (performance.now() - began));
    }
  }
}

/** Returns the place of each run that waits, of those that were asked for, by its id. All runners count as one machine of their size. */
function placesIn({ first, positions, active, between, runners }: QueueState): Map<string, Place> {
  const capacity = {
    cores: runners.reduce((sum, { cores }) => sum + cores, 0),
    memoryMib: runners.reduce((sum, { memoryMib }) => sum + memoryMib, 0),
  };
  const waits = expectedWaits(
    first.map(demandOf),
    active.map((run: Aged) => ({ demand: demandOf(run), ageMs: run.ageMs })),
    capacity,
    true,
  );
  const places = new Map<string, Place>(between.map(({ id, place }) => [id, place]));
  for (const { id, position } of positions) {
    const expectedMs = waits[position - 1] ?? ((waits.at(-1) ?? 0) * position) / FORESEEN;
    const waitMs = runners.length === 0 ? null : 1000 * Math.ceil(expectedMs / 1000);
    places.set(id, { pass: 0, position, waitMs });
  }
  return places;
}
