/** Families of runs: a run repeated, or with a rising number of workers. */
import { setTimeout as pause } from 'node:timers/promises';
import { nanoid } from 'nanoid';
import type { Family } from '../../figures/family.ts';
import { specAt } from '../../figures/planned.ts';
import type { FamilyPlan, Spec } from '../../spec/spec.ts';
import type { SharedFamilies } from '../../store/cluster.ts';
import type { Storage } from '../../store/storage.ts';
import type { StoredFamily } from '../../store/store.ts';
import { StoreError } from '../../store/store-error.ts';
import type { Applicant, PlaceLimits } from '../admission/places.ts';
import type { Health } from '../health.ts';
import { orderOf } from '../opened-orders.ts';
import type { Runs, Submitter } from '../runs.ts';
import { isShown } from '../shown.ts';
import { FamilyCourse } from './family-course.ts';
import { FamilyResults } from './family-results.ts';
import { LEFT, type Live, newLive, placeForFamily } from './family-under-way.ts';

/** What families need of the server around them. */
type FamiliesDeps = {
  runs: Runs;
  storage: Storage;
  health: Pick<Health, 'admit'>;
  /** The families of all servers; null if this one is alone, or submits none. */
  shared: SharedFamilies | null;
  /** Whether other servers have families, too. */
  isShared: boolean;
  /** Most families under way; `start` refuses further ones as busy. */
  places: PlaceLimits;
};

/** How often to look for families to stop or to take over, in ms. */
const LOOK_MS = 1000;
/** How long to wait for another server to cancel a family, in ms: it may be dead, and a third one takes it over. */
const ELSEWHERE_MS = 30_000;

/** Runs families, and finds them by id. */
export class Families {
  #deps: FamiliesDeps;
  #live = new Map<string, Live>();
  #closing = new AbortController();
  #looking: NodeJS.Timeout | null = null;
  /** The look that is under way, or the last. Never rejects. */
  #look: Promise<void> = Promise.resolve();
  #results: FamilyResults;
  #course: FamilyCourse;

  constructor(deps: FamiliesDeps) {
    this.#deps = deps;
    this.#results = new FamilyResults(deps.runs);
    this.#course = new FamilyCourse(deps.runs, deps.storage, this.#closing.signal);
    const { shared } = deps;
    if (shared === null) return;
    const look = () => {
      this.#look = this.#look.then(() => this.#lookAround(shared));
    };
    shared.onStop(look);
    this.#looking = setInterval(look, LOOK_MS).unref();
  }

  /**
   * Starts a family and submits its first run, `runId`. Rejects as `Runs.submit` does, and then leaves nothing behind.
   */
  async start(spec: Spec, by: Submitter, plan: FamilyPlan): Promise<{ id: string; runId: string }> {
    const { runs, health } = this.#deps;
    await health.admit(specAt(plan, spec, 1));
    const applicant = await runs.applicant(by);
    const elsewhere = (await this.#deps.shared?.underWay()) ?? [];
    this.#makePlace(applicant, elsewhere);
    const { person } = by;
    const family = { ...plan, id: nanoid(), person, spec, createdAt: Date.now(), status: null };
    const opening = this.#open(family, by);
    const live = newLive(applicant, by);
    live.ended = opening
      .then(
        (runId) => this.#course.run(family, by, live, { number: 1, runId }),
        () => {},
      )
      .then(() => void this.#live.delete(family.id));
    // Set before the store has the family, as with a run, and so that families starting at the same time are counted.
    this.#live.set(family.id, live);
    return { id: family.id, runId: await opening };
  }

  /** Finds a place for a family, by the same rules as for a run that waits. */
  #makePlace(applicant: Applicant, elsewhere: readonly { id: string; person: string }[]): void {
    const displaced = placeForFamily(applicant, this.#live, elsewhere, this.#deps.places);
    displaced?.live?.stopping.abort('cancelled');
    if (displaced?.live?.runId) this.#deps.runs.displace(displaced.live.runId);
    if (displaced && !displaced.live) this.#deps.shared?.stop(displaced.id).catch(report);
  }

  /** Adds a family to the store and submits its first run. Leaves nothing behind if either fails. */
  async #open(family: StoredFamily, by: Submitter): Promise<string> {
    const { store } = this.#deps.storage;
    const { seat, maxSeconds } = by;
    await store.createFamily(family, { seat, maxSeconds });
    try {
      return await this.#course.submit(family, by, 1);
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
      const result = await this.#results.of(run);
      const order = orderOf(run.spec);
      runs.push({ id: run.id, number, createdAt: run.createdAt, result, ...(order && { order }) });
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
    this.#results.forget(runId);
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

  /** Cancels a family that another server may have. */
  async #cancelElsewhere(id: string): Promise<void> {
    const { shared, storage } = this.#deps;
    if (!(await shared?.stop(id))) return;
    const until = performance.now() + ELSEWHERE_MS;
    while ((await storage.store.family(id))?.status === null && performance.now() < until)
      await pause(LOOK_MS / 10);
  }

  /** Stops all runs of a room, and those of its families that wait: see `Runs.cancelRoom`. */
  async cancelRoom(room: string, why: string): Promise<void> {
    const found = [...this.#live.values()].filter((live) => live.room === room);
    for (const { stopping } of found) stopping.abort('cancelled');
    await this.#deps.shared?.stopRoom(room);
    await this.#deps.runs.cancelRoom(room, why);
    await Promise.all(found.map(({ ended }) => ended));
  }

  /** Leaves all families here to the other servers, which have declared this one dead. */
  leave(): void {
    for (const { stopping } of this.#live.values()) stopping.abort(LEFT);
  }

  /**
   * Submits no more runs. Resolves when the current ones have ended; `Runs.close` ends them. Other servers, if there are
   * any, go on with the families.
   */
  async close(): Promise<void> {
    if (this.#looking) clearInterval(this.#looking);
    await this.#look;
    this.#closing.abort();
    for (const { stopping } of this.#live.values())
      stopping.abort(this.#deps.shared === null ? 'interrupted' : LEFT);
    await Promise.all([...this.#live.values()].map(({ ended }) => ended));
  }

  /** Stops families as others have asked, and goes on with those that have no server any more. Never rejects. */
  async #lookAround(shared: SharedFamilies): Promise<void> {
    try {
      for (const { family, by } of await shared.adopt(this.liveIds))
        this.#goOn(family, { person: family.person, ...by });
      for (const id of await shared.stops()) if (this.#live.has(id)) void this.cancel(id).catch(report);
    } catch (error) {
      report(error);
    }
  }

  /** Goes on with a family of another server, after the last run that this one has submitted. */
  #goOn(family: StoredFamily, by: Submitter): void {
    const live = newLive({ person: by.person, network: null, places: 1 }, by);
    this.#live.set(family.id, live);
    const lastRun = async () => {
      const last = (await this.#deps.storage.store.ofFamily(family.id)).at(-1);
      return last ? { number: last.member?.number ?? 0, runId: last.id } : { number: 0, runId: null };
    };
    live.ended = lastRun()
      .then((last) => this.#course.run(family, by, live, last), report)
      .then(() => void this.#live.delete(family.id));
  }

  /** `wasLive`: whether the family was under way before the store was read. It may start or end during the read. */
  #statusOf({ id, status }: StoredFamily, wasLive: boolean): StoredFamily['status'] {
    if (wasLive || this.#live.has(id)) return null;
    // Its end could not be saved, unless it is another server’s.
    return status ?? (this.#deps.shared ? null : 'interrupted');
  }
}

/** The storage reports its own trouble. */
function report(error: unknown): void {
  if (!(error instanceof StoreError)) console.error('families: something failed', error);
}
