/**
 * Families of runs: the same run again and again, or with more and more workers. The runs go one after another, each
 * asked for when the one before has ended, so that they do not disturb each other, and that a family takes no more
 * places in the queue than a run does.
 */
import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import { nanoid } from 'nanoid';
import type { Family } from '../figures/family.ts';
import { specAt } from '../figures/planned.ts';
import { type RunResult, resultOf } from '../figures/result.ts';
import type { Status } from '../protocol/facts.ts';
import type { FamilyPlan, Spec } from '../spec/spec.ts';
import type { Store, StoredFamily, StoredRun } from '../store/store.ts';
import { BusyError } from './admission.ts';
import { BoundedMap } from './bounded-map.ts';
import type { Runs } from './runs.ts';

export type FamiliesDeps = {
  runs: Runs;
  store: Store;
  /** Most families under way: the next is told that the server is busy. */
  maxFamilies: number;
};

/** Pause before a run that found the queue full is asked for again, in ms. */
const RETRY_MS = 1000;
/** Most results of runs that have ended that are remembered: some kilobytes each. */
const MAX_RESULTS = 2000;

/** A family under way: `runId` is its present run, `ended` resolves when the last has ended and no process is left. */
type Live = { stopping: AbortController; runId: string; ended: Promise<void> };

export class Families {
  #deps: FamiliesDeps;
  #live = new Map<string, Live>();
  /** Results of runs that have ended, by id. */
  #results = new BoundedMap<string, RunResult>(MAX_RESULTS);

  constructor(deps: FamiliesDeps) {
    this.#deps = deps;
  }

  /** Starts a family with its first run, `runId`. Throws `BusyError` as `Runs.submit` does, and leaves nothing behind then. */
  start(spec: Spec, person: string, plan: FamilyPlan): { id: string; runId: string } {
    const { store, maxFamilies } = this.#deps;
    if (this.#live.size >= maxFamilies) throw new BusyError(this.#live.size, 30);
    const family = { ...plan, id: nanoid(), person, spec, createdAt: Date.now(), status: null };
    store.createFamily(family);
    let runId: string;
    try {
      runId = this.#submit(family, 1);
    } catch (error) {
      store.removeFamily(family.id);
      throw error;
    }
    const live: Live = { stopping: new AbortController(), runId, ended: Promise.resolve() };
    this.#live.set(family.id, live);
    live.ended = this.#go(family, live);
    return { id: family.id, runId };
  }

  /** A family as far as it has come; null if there is none. */
  async get(id: string): Promise<Family | null> {
    const { store } = this.#deps;
    const stored = store.family(id);
    if (!stored) return null;
    // Before anything is waited for: it may end meanwhile.
    const status = this.#statusOf(stored);
    const runs: Family['runs'] = [];
    for (const run of store.ofFamily(id)) {
      const place = run.member?.place ?? 0;
      runs.push({ id: run.id, number: place, createdAt: run.createdAt, result: await this.#resultOf(run) });
    }
    return { ...stored, status, runs };
  }

  /** A family without its runs; null if there is none. */
  stored(id: string): StoredFamily | null {
    return this.#deps.store.family(id);
  }

  /** The latest families of a person, newest first, without their runs. */
  ofPerson(person: string, limit: number): StoredFamily[] {
    const found = this.#deps.store.familiesOfPerson(person, limit);
    return found.map((family) => ({ ...family, status: this.#statusOf(family) }));
  }

  /** Cancels the run of a family that is under way, and asks for no more. Resolves when no process of it is left. */
  async cancel(id: string): Promise<void> {
    const live = this.#live.get(id);
    if (!live) return;
    live.stopping.abort('cancelled');
    await this.#deps.runs.cancel(live.runId);
    await live.ended;
  }

  /** Asks for no more runs, from now on. Resolves when those under way have ended, which is for `Runs.close` to do. */
  async close(): Promise<void> {
    for (const { stopping } of this.#live.values()) stopping.abort('interrupted');
    await Promise.all([...this.#live.values()].map(({ ended }) => ended));
  }

  #statusOf({ id, status }: StoredFamily): StoredFamily['status'] {
    // One that has no end and is not under way is one whose end could not be saved.
    return this.#live.has(id) ? null : (status ?? 'interrupted');
  }

  #submit(family: StoredFamily, place: number): string {
    const { id, person, spec } = family;
    return this.#deps.runs.submit(specAt(family, spec, place), person, { family: id, place }).id;
  }

  /** All runs after the first, and the end. Never rejects. */
  async #go(family: StoredFamily, live: Live): Promise<void> {
    const { runs, store } = this.#deps;
    const { signal } = live.stopping;
    let status: Status = 'completed';
    try {
      await runs.ended(live.runId);
      for (let place = 2; place <= family.count && !signal.aborted; place++) {
        const runId = await this.#submitNext(family, place, signal);
        if (runId === null) break;
        live.runId = runId;
        await runs.ended(runId);
      }
      if (signal.aborted) status = signal.reason;
    } catch (cause) {
      console.error(`family ${family.id}: ended by a fault of the server`, cause);
      status = 'failed';
    }
    try {
      store.endFamily(family.id, status);
    } catch (cause) {
      console.error(`family ${family.id}: its end could not be saved`, cause);
    }
    this.#live.delete(family.id);
  }

  /** Asks for a run until there is room for it; null when the family is to end first. */
  async #submitNext(family: StoredFamily, place: number, signal: AbortSignal): Promise<string | null> {
    while (!signal.aborted) {
      try {
        return this.#submit(family, place);
      } catch (error) {
        if (!(error instanceof BusyError)) throw error;
      }
      await pause(RETRY_MS, null, { signal }).catch(() => {});
    }
    return null;
  }

  async #resultOf({ id }: StoredRun): Promise<RunResult> {
    const known = this.#results.get(id);
    if (known) return known;
    const log = this.#deps.runs.get(id)?.log;
    if (!log) return resultOf([]);
    const result = resultOf(log.after(0));
    if (log.isEnded) this.#results.set(id, result);
    // Fifty long logs are read with pauses for everything else.
    await setImmediate();
    return result;
  }
}
