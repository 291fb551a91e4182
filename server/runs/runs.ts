/** All runs: accepts new ones, and finds them by id, whether they are under way or only in the store. */
import { nanoid } from 'nanoid';
import { z } from 'zod';
import { STATUSES, type Status } from '../protocol/facts.ts';
import type { Settings } from '../settings.ts';
import type { Spec } from '../spec/spec.ts';
import type { Storage } from '../store/storage.ts';
import type { Membership, Seat, StoredRun } from '../store/store.ts';
import type { Load } from './admission/admission.ts';
import { type FairUse, personAt } from './admission/fair-use.ts';
import { type Applicant, BusyError } from './admission/places.ts';
import type { Execution, RunRecord } from './execution.ts';
import type { Health } from './health.ts';
import type { Log } from './log/log.ts';
import type { Logs } from './log/logs.ts';
import { Retention } from './retention.ts';
import { isShown } from './shown.ts';

const endEvent = z.object({ type: z.literal('run-ended'), status: z.enum(STATUSES) });

/** The person or program that submits a run. */
export type Submitter = {
  /** The owner of the run: see `Env` in routes/person.ts. */
  person: string;
  /** The person that its runs count towards: for a browser without a cookie, the person of its address. */
  countsAs?: string;
  /** The network that it comes from; null if unknown. */
  network?: string | null;
  /** The room that it is in. */
  seat?: Seat;
  /** Most seconds of each of its passes, if fewer than the server allows. */
  maxSeconds?: number;
};

/** What runs need of the server around them. */
type RunsDeps = {
  settings: Settings;
  storage: Storage;
  health: Pick<Health, 'admit'>;
  execution: Execution;
  logs: Logs;
  fairUse: FairUse;
};

/** Submits runs and finds them; `Execution` carries them out. */
export class Runs {
  #deps: RunsDeps;
  #isClosing = false;
  #retention: Retention;
  #submitted: (run: RunRecord) => void = () => {};

  private constructor(deps: RunsDeps) {
    this.#deps = deps;
    const { storage, settings } = deps;
    this.#retention = new Retention(storage.store, settings.RETENTION_DAYS);
  }

  /** Takes over the store: old runs are removed. */
  static async open(deps: RunsDeps): Promise<Runs> {
    const runs = new Runs(deps);
    await runs.#retention.look();
    return runs;
  }

  /** See `Retention.onSure`. */
  onSure(listener: (sureMs: number) => Promise<void>): Promise<void> {
    return this.#retention.onSure(listener);
  }

  /** Calls `listener` with each run once it is in the store, those of families too. There is one listener. */
  onSubmitted(listener: (run: RunRecord) => void): void {
    this.#submitted = listener;
  }

  /** Whether it accepts no more runs, because the server stops. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Returns how many runs are under way, and how many wait. */
  async load(): Promise<Load> {
    return this.#deps.execution.load();
  }

  /** Returns the applicant for a submitter. A new person may have one place. */
  async applicant({ person, countsAs = person, network = null }: Submitter): Promise<Applicant> {
    const { storage, settings } = this.#deps;
    const isAddress = countsAs === personAt(network);
    const places = isAddress
      ? settings.MAX_WAITING_ADDRESS
      : (await storage.store.hasFinished(countsAs))
        ? settings.MAX_WAITING_PERSON
        : 1;
    return { person: countsAs, network, places };
  }

  /** Reports whether a person has submitted any run. */
  knows(person: string): Promise<boolean> {
    return this.#deps.storage.store.knows(person);
  }

  /**
   * Submits a run, which starts or waits. Rejects with `BusyError` if too many wait, if its owner has used too much, or
   * if the server is about to stop; with `UnavailableError` if something on the server does not work that it needs; and
   * with `StoreError` if it cannot be saved.
   */
  async submit(spec: Spec, by: Submitter, member: Membership | null = null): Promise<RunRecord> {
    const { person, seat } = by;
    const { settings, health, execution, fairUse } = this.#deps;
    this.#refuseIfClosing();
    await health.admit(spec);
    const applicant = await this.applicant(by);
    this.#refuseIfClosing();
    const run = {
      id: nanoid(),
      person,
      spec,
      createdAt: Date.now(),
      status: null,
      ...(member && { member }),
      ...(seat && { seat }),
    };
    const passSeconds = Math.min(settings.PASS_SECONDS, by.maxSeconds ?? settings.PASS_SECONDS);
    const use = await fairUse.enter(applicant);
    if (this.#isClosing) use.leave();
    this.#refuseIfClosing();
    const record = await execution.submit({ run, applicant, passSeconds }, use);
    this.#submitted(record);
    return record;
  }

  #refuseIfClosing(): void {
    if (this.#isClosing) throw new BusyError('It is shutting down.', 10);
  }

  /** See `Execution.endings`. */
  get endings(): ReadonlyMap<Status, number> {
    return this.#deps.execution.endings;
  }

  /** Ids of the runs that wait or are under way here. */
  get liveIds(): string[] {
    return this.#deps.execution.liveIds;
  }

  /** See `Execution.blocked`. */
  blocked(): Promise<string[]> {
    return this.#deps.execution.blocked();
  }

  /**
   * Returns the run with that id, under way or stored, or null if there is none. Rejects with `BlockedError` if the
   * operator has blocked it.
   */
  async get(id: string): Promise<RunRecord | null> {
    const { storage, logs, execution } = this.#deps;
    const { store } = storage;
    if (!(await isShown(store, id))) return null;
    const live = execution.live(id);
    if (live) return live;
    const stored = await store.get(id);
    if (!stored) return null;
    const log = await logs.of(stored);
    return { ...stored, status: stored.status ?? endedAs(log), log };
  }

  /** See `Execution.cancel`. */
  cancel(id: string): Promise<void> {
    return this.#deps.execution.cancel(id);
  }

  /** See `Execution.cancelRoom`. */
  cancelRoom(room: string, why: string): Promise<void> {
    return this.#deps.execution.cancelRoom(room, why);
  }

  /** See `Execution.drop`. */
  drop(id: string): Promise<void> {
    return this.#deps.execution.drop(id);
  }

  /** Adds a report of a run, for the operator. */
  report(id: string, reason: string): Promise<void> {
    return this.#deps.storage.store.report(id, { reason, createdAt: Date.now() });
  }

  /** See `Execution.shareCores`. */
  shareCores(room: string, shares: boolean): void {
    this.#deps.execution.shareCores(room, shares);
  }

  /** See `Execution.displace`. */
  displace(id: string): void {
    this.#deps.execution.displace(id);
  }

  /** See `Execution.ended`. */
  ended(id: string): Promise<void> {
    return this.#deps.execution.ended(id);
  }

  /** Returns the latest runs of a person that belong to no family, newest first. */
  ofPerson(person: string, limit: number): Promise<StoredRun[]> {
    return this.#deps.storage.store.ofPerson(person, limit);
  }

  /** Accepts no more runs, and closes the execution. Runs whose end is not saved are interrupted by the next server. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#retention.close();
    await this.#deps.execution.close();
  }
}

/** Returns the status in the last event of a log; null if it has not ended. It may have ended since the run was read. */
function endedAs(log: Log): Status | null {
  if (!log.isEnded) return null;
  const [last] = log.after(log.lastSeq - 1);
  const end = last === undefined ? null : endEvent.safeParse(JSON.parse(last));
  return end?.success ? end.data.status : 'interrupted';
}
