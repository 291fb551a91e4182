/**
 * The course of a family: each run is submitted when the one before has ended, so that they do not disturb each other and
 * a family takes only one place in the queue.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { specAt } from '../../figures/planned.ts';
import type { Status } from '../../protocol/facts.ts';
import type { Storage } from '../../store/storage.ts';
import type { StoredFamily } from '../../store/store.ts';
import { StoreError } from '../../store/store-error.ts';
import type { Runs, Submitter } from '../runs.ts';
import { whyNotNow } from '../why-not-now.ts';
import { type Last, LEFT, type Live, left } from './family-under-way.ts';

/** Pause before a run is submitted again if the queue was full, in ms. */
const RETRY_MS = 1000;

export class FamilyCourse {
  readonly #runs: Runs;
  readonly #storage: Storage;
  readonly #closing: AbortSignal;

  /** `closing` aborts when the server ends. */
  constructor(runs: Runs, storage: Storage, closing: AbortSignal) {
    this.#runs = runs;
    this.#storage = storage;
    this.#closing = closing;
  }

  /** Submits a run of a family. Rejects as `Runs.submit` does. Returns its id. */
  async submit(family: StoredFamily, by: Submitter, number: number): Promise<string> {
    const { id, spec } = family;
    const run = await this.#runs.submit(specAt(family, spec, number), by, { family: id, number });
    return run.id;
  }

  /** Waits for the last run that was submitted, submits the others one after the other, and saves the end. Never rejects. */
  async run(family: StoredFamily, by: Submitter, live: Live, last: Last): Promise<void> {
    const { signal } = live.stopping;
    let status: Status = 'completed';
    try {
      if (last.runId !== null) await this.#waitForEnd(live, last.runId);
      for (let number = last.number + 1; number <= family.count && !signal.aborted; number++) {
        const runId = await this.#submitNext(family, by, number, live);
        if (runId === null) break;
        await this.#waitForEnd(live, runId);
      }
      if (signal.aborted) status = signal.reason;
    } catch (cause) {
      console.error(`family ${family.id}: ended by a fault of the server`, cause);
      status = 'failed';
    }
    if (signal.reason === LEFT) return;
    while (!(await this.#saveEnd(family.id, status))) {
      if (this.#closing.aborted) return;
      await pause(RETRY_MS, null, { signal: this.#closing }).catch(() => {});
    }
  }

  /** Saves the end of a family. Resolves with false if it cannot be saved now. Never rejects. */
  async #saveEnd(id: string, status: Status): Promise<boolean> {
    try {
      await this.#storage.store.endFamily(id, status);
      return true;
    } catch (cause) {
      if (cause instanceof StoreError) return false;
      console.error(`family ${id}: its end could not be saved`, cause);
      return true;
    }
  }

  /** Resolves when a run that has just been submitted has ended. */
  async #waitForEnd(live: Live, runId: string): Promise<void> {
    live.runId = runId;
    // The family may have been cancelled while the run was being submitted.
    const { signal } = live.stopping;
    if (signal.reason === 'cancelled') await this.#runs.cancel(runId);
    else await Promise.race([this.#runs.ended(runId), left(signal)]);
  }

  /** Returns the id of a run of a family; null if it was not submitted. */
  async #find(family: string, number: number): Promise<string | null> {
    const all = await this.#storage.store.ofFamily(family);
    return all.find(({ member }) => member?.number === number)?.id ?? null;
  }

  /** Submits a run, and retries while the queue is full, or while no run can start. Returns its id, or null if the family is stopped first. */
  async #submitNext(family: StoredFamily, by: Submitter, number: number, live: Live): Promise<string | null> {
    const { signal } = live.stopping;
    while (!signal.aborted) {
      try {
        const id = await this.submit(family, by, number);
        live.held = null;
        return id;
      } catch (error) {
        const why = whyNotNow(error);
        // The answer may have been lost, so that it was submitted again.
        const known = why === null ? await this.#find(family.id, number) : null;
        if (known !== null) return known;
        if (why === null) throw error;
        live.held = why;
      }
      await pause(RETRY_MS, null, { signal }).catch(() => {});
    }
    return null;
  }
}
