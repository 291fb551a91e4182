/**
 * Families of runs: a run repeated, or with a rising number of workers. Each run is submitted when the previous one has
 * ended, so that they do not disturb each other and a family takes only one place in the queue.
 */
import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import { nanoid } from 'nanoid';
import type { Family } from '../figures/family.ts';
import { specAt } from '../figures/planned.ts';
import { type RunResult, resultOf } from '../figures/result.ts';
import type { Status } from '../protocol/facts.ts';
import type { FamilyPlan, Spec } from '../spec/spec.ts';
import type { SharedRooms } from '../store/shared-rooms.ts';
import type { Storage } from '../store/storage.ts';
import type { StoredFamily, StoredRun } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';
import { BoundedMap } from './bounded-map.ts';
import type { Health } from './health.ts';
import { type Applicant, type PlaceLimits, placeFor } from './places.ts';
import type { Runs, Submitter } from './runs.ts';
import { isShown } from './shown.ts';
import { whyNotNow } from './why-not-now.ts';

/** What families need of the server around them. */
export type FamiliesDeps = {
  runs: Runs;
  storage: Storage;
  health: Pick<Health, 'admit'>;
  /** What is known of the families of other servers; null if there are none. */
  shared: Pick<SharedRooms, 'familiesOf'> | null;
  /** Most families under way; `start` refuses further ones as busy. */
  places: PlaceLimits;
};

/** Pause before a run is submitted again if the queue was full, in ms. */
const RETRY_MS = 1000;
/** Most results of ended runs that are kept; each takes some kilobytes. */
const MAX_RESULTS = 2000;

/** A family under way. */
type Live = {
  applicant: Applicant;
  /** The room that it was started in; null if none. */
  room: string | null;
  stopping: AbortController;
  /** The current run; null until the first has been submitted. */
  runId: string | null;
  /** Why the next run cannot be submitted yet; null if it can. */
  held: string | null;
  /** Resolves when the last run has ended and no process is left. Never rejects. */
  ended: Promise<void>;
};

/** Runs families, and finds them by id. */
export class Families {
  #deps: FamiliesDeps;
  #live = new Map<string, Live>();
  #closing = new AbortController();
  /** Results of runs that have ended, by id. */
  #results = new BoundedMap<string, RunResult>(MAX_RESULTS);

  constructor(deps: FamiliesDeps) {
    this.#deps = deps;
  }

  /**
   * Starts a family and submits its first run, `runId`. Rejects as `Runs.submit` does, and then leaves nothing behind.
   */
  async start(spec: Spec, by: Submitter, plan: FamilyPlan): Promise<{ id: string; runId: string }> {
    const { runs, health } = this.#deps;
    await health.admit(spec);
    const applicant = await runs.applicant(by);
    this.#makePlace(applicant);
    const { person } = by;
    const family = { ...plan, id: nanoid(), person, spec, createdAt: Date.now(), status: null };
    const opening = this.#open(family, by);
    const live: Live = {
      applicant,
      room: by.seat?.room ?? null,
      stopping: new AbortController(),
      runId: null,
      held: null,
      ended: Promise.resolve(),
    };
    live.ended = opening
      .then(
        (runId) => this.#runAll(family, by, live, runId),
        () => {},
      )
      .then(() => void this.#live.delete(family.id));
    // Set before the store has the family, as with a run, and so that families starting at the same time are counted.
    this.#live.set(family.id, live);
    return { id: family.id, runId: await opening };
  }

  /** Finds a place for a family, by the same rules as for a run that waits. */
  #makePlace(applicant: Applicant): void {
    const holders = [...this.#live.values()].filter(({ stopping }) => !stopping.signal.aborted);
    const isFirst = !holders.some((live) => live.applicant.person === applicant.person);
    const displaced = placeFor(applicant, isFirst, holders, this.#deps.places);
    displaced?.stopping.abort('cancelled');
    if (displaced?.runId) this.#deps.runs.displace(displaced.runId);
  }

  /** Adds a family to the store and submits its first run. Leaves nothing behind if either fails. */
  async #open(family: StoredFamily, by: Submitter): Promise<string> {
    const { store } = this.#deps.storage;
    await store.createFamily(family);
    try {
      return await this.#submit(family, by, 1);
    } catch (error) {
      await store.remove(family.id);
      throw error;
    }
  }

  /** Ids of the families under way. */
  get liveIds(): string[] {
    return [...this.#live.keys()];
  }

  /**
   * Returns a family with its runs so far, or null if there is none. Rejects with `BlockedError` if the operator has
   * blocked it.
   */
  async get(id: string): Promise<Family | null> {
    const { store } = this.#deps.storage;
    if (!(await isShown(store, id))) return null;
    const wasLive = this.#live.has(id);
    const stored = await store.family(id);
    if (!stored) return null;
    const status = this.#statusOf(stored, wasLive);
    const runs: Family['runs'] = [];
    for (const run of await store.ofFamily(id)) {
      const number = run.member?.number ?? 0;
      runs.push({ id: run.id, number, createdAt: run.createdAt, result: await this.#resultOf(run) });
    }
    const held = this.#live.get(id)?.held;
    return { ...stored, status, ...(held && { held }), runs };
  }

  /** Returns a family without its runs, or null if there is none. Rejects as `get` does. */
  async stored(id: string): Promise<StoredFamily | null> {
    const { store } = this.#deps.storage;
    return (await isShown(store, id)) ? store.family(id) : null;
  }

  /** Drops what is kept of a run that is removed. */
  forget(runId: string): void {
    this.#results.delete(runId);
  }

  /** Returns the latest families of a person, newest first, without their runs. */
  async ofPerson(person: string, limit: number): Promise<StoredFamily[]> {
    const wereLive = new Set(this.#live.keys());
    const found = await this.#deps.storage.store.familiesOfPerson(person, limit);
    return found.map((family) => ({ ...family, status: this.#statusOf(family, wereLive.has(family.id)) }));
  }

  /** Cancels the current run of a family, and submits no more. Resolves when no process of the family is left. */
  async cancel(id: string): Promise<void> {
    const live = this.#live.get(id);
    if (!live) return this.#cancelElsewhere(id);
    live.stopping.abort('cancelled');
    if (live.runId !== null) await this.#deps.runs.cancel(live.runId);
    await live.ended;
  }

  /** Cancels a family of another server, which notices before it submits another run, and after that. */
  async #cancelElsewhere(id: string): Promise<void> {
    const { shared, storage } = this.#deps;
    if (shared === null || (await storage.store.family(id))?.status !== null) return;
    await storage.store.endFamily(id, 'cancelled');
    await this.#cancelRuns(id);
  }

  async #cancelRuns(family: string): Promise<void> {
    for (const { id, status } of await this.#deps.storage.store.ofFamily(family))
      if (status === null) await this.#deps.runs.cancel(id);
  }

  /** Stops a family that another server has cancelled, or removed. */
  async #heed(id: string, live: Live): Promise<void> {
    if (this.#deps.shared === null || live.stopping.signal.aborted) return;
    // While it cannot be read, nothing is known.
    const family = await this.#deps.storage.store.family(id).catch(() => undefined);
    if (family === null || (family && family.status !== null)) live.stopping.abort('cancelled');
  }

  /** Stops all runs of a room, and those of its families that wait: see `Runs.cancelRoom`. */
  async cancelRoom(room: string, why: string): Promise<void> {
    const found = [...this.#live.values()].filter((live) => live.room === room);
    for (const { stopping } of found) stopping.abort('cancelled');
    const { runs, shared, storage } = this.#deps;
    const elsewhere = ((await shared?.familiesOf(room)) ?? []).filter((id) => !this.#live.has(id));
    // Before their runs end: the next ones would begin.
    for (const id of elsewhere) await storage.store.endFamily(id, 'cancelled');
    await runs.cancelRoom(room, why);
    // A run may have been submitted meanwhile.
    for (const id of elsewhere) await this.#cancelRuns(id);
    await Promise.all(found.map(({ ended }) => ended));
  }

  /** Submits no more runs. Resolves when the current ones have ended; `Runs.close` ends them. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const { stopping } of this.#live.values()) stopping.abort('interrupted');
    await Promise.all([...this.#live.values()].map(({ ended }) => ended));
  }

  /** `wasLive`: whether the family was under way before the store was read. It may start or end during the read. */
  #statusOf({ id, status }: StoredFamily, wasLive: boolean): StoredFamily['status'] {
    if (wasLive || this.#live.has(id)) return null;
    // Its end could not be saved, unless it is another server’s.
    return status ?? (this.#deps.shared ? null : 'interrupted');
  }

  async #submit(family: StoredFamily, by: Submitter, number: number): Promise<string> {
    const { id, spec } = family;
    const run = await this.#deps.runs.submit(specAt(family, spec, number), by, { family: id, number });
    return run.id;
  }

  /** Waits for the first run, submits the others one after the other, and saves the end. Never rejects. */
  async #runAll(family: StoredFamily, by: Submitter, live: Live, firstId: string): Promise<void> {
    const { signal } = live.stopping;
    let status: Status = 'completed';
    try {
      await this.#waitForEnd(family.id, live, firstId);
      for (let number = 2; number <= family.count && !signal.aborted; number++) {
        const runId = await this.#submitNext(family, by, number, live);
        if (runId === null) break;
        await this.#waitForEnd(family.id, live, runId);
      }
      if (signal.aborted) status = signal.reason;
    } catch (cause) {
      console.error(`family ${family.id}: ended by a fault of the server`, cause);
      status = 'failed';
    }
    while (!(await this.#saveEnd(family.id, status))) {
      if (this.#closing.signal.aborted) return;
      await pause(RETRY_MS, null, { signal: this.#closing.signal }).catch(() => {});
    }
  }

  /** Saves the end of a family. Resolves with false if it cannot be saved now. Never rejects. */
  async #saveEnd(id: string, status: Status): Promise<boolean> {
    try {
      await this.#deps.storage.store.endFamily(id, status);
      return true;
    } catch (cause) {
      if (cause instanceof StoreError) return false;
      console.error(`family ${id}: its end could not be saved`, cause);
      return true;
    }
  }

  /** Resolves when a run that has just been submitted has ended. */
  async #waitForEnd(family: string, live: Live, runId: string): Promise<void> {
    const { runs } = this.#deps;
    live.runId = runId;
    await this.#heed(family, live);
    // The family may have been cancelled while the run was being submitted.
    if (live.stopping.signal.reason === 'cancelled') await runs.cancel(runId);
    else await runs.ended(runId);
    await this.#heed(family, live);
  }

  /** Submits a run, and retries while the queue is full, or while no run can start. Returns its id, or null if the family is stopped first. */
  async #submitNext(family: StoredFamily, by: Submitter, number: number, live: Live): Promise<string | null> {
    const { signal } = live.stopping;
    while (!signal.aborted) {
      try {
        const id = await this.#submit(family, by, number);
        live.held = null;
        return id;
      } catch (error) {
        const why = whyNotNow(error);
        if (why === null) throw error;
        live.held = why;
      }
      await pause(RETRY_MS, null, { signal }).catch(() => {});
      await this.#heed(family.id, live);
    }
    return null;
  }

  async #resultOf({ id }: StoredRun): Promise<RunResult> {
    const known = this.#results.get(id);
    if (known) return known;
    const log = (await this.#deps.runs.get(id))?.log;
    if (!log) return resultOf([]);
    const result = resultOf(log.after(0), log.place);
    if (log.isEnded) this.#results.set(id, result);
    // Yields after each log, because fifty long ones would block the event loop.
    await setImmediate();
    return result;
  }
}
