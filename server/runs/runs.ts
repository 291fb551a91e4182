/** All runs of this server: accepts new ones, and finds them by id, whether they are under way or only in the store. */
import { nanoid } from 'nanoid';
import type { Ready } from '../launch/ready.ts';
import type { Status } from '../protocol/facts.ts';
import type { Settings } from '../settings.ts';
import type { Spec } from '../spec/spec.ts';
import type { Storage } from '../store/storage.ts';
import type { Membership, Seat, StoredRun } from '../store/store.ts';
import { unsavedRunWords } from '../words/unavailable-words.ts';
import type { Admission, Load, Ticket } from './admission.ts';
import { type FairUse, personAt, type Use } from './fair-use.ts';
import type { Health } from './health.ts';
import type { Log } from './log.ts';
import type { Logs } from './logs.ts';
import { type Applicant, BusyError } from './places.ts';
import { Retention } from './retention.ts';
import { Run, type RunDeps } from './run.ts';
import { RunLog } from './run-log.ts';
import { isShown } from './shown.ts';

/** A run with its log. */
export type RunRecord = StoredRun & { log: Log };

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
export type RunsDeps = Pick<RunDeps, 'programs' | 'blocksPerSecond' | 'passSeconds'> & {
  settings: Settings;
  storage: Storage;
  health: Pick<Health, 'admit'>;
  admission: Admission;
  logs: Logs;
  ready: Ready;
  fairUse: FairUse;
};

/** A run that is under way, or has ended but could not be saved yet. */
type Live = {
  run: Run;
  view: RunRecord;
  /** Resolves when no process is left and the first attempt to save the end is over. Never rejects. */
  ended: Promise<void>;
};

/** Pause between looks for runs whose events cannot be saved, in ms. */
const UNSAVED_LOOK_MS = 500;

/** The runs of a server. */
export class Runs {
  #deps: RunsDeps;
  #live = new Map<string, Live>();
  #isClosing = false;
  /** How many runs have ended with each status since the server started. */
  readonly endings = new Map<Status, number>();
  /** Rooms whose runs may share cores although they compute. */
  #sharing = new Set<string>();
  #retention: Retention;
  #watching: NodeJS.Timeout;
  #submitted: (run: RunRecord) => void = () => {};

  private constructor(deps: RunsDeps) {
    this.#deps = deps;
    const { storage, settings } = deps;
    this.#retention = new Retention(storage.store, settings.RETENTION_DAYS);
    storage.onRecovered(() => {
      for (const { run } of this.#live.values()) void run.log.flush();
    });
    this.#watching = setInterval(() => this.#stopUnsaved(), UNSAVED_LOOK_MS);
    this.#watching.unref();
  }

  /** Takes over the store: runs that an earlier server left unfinished are interrupted, and old runs are removed. */
  static async open(deps: RunsDeps): Promise<Runs> {
    await deps.storage.store.interruptUnfinished();
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

  /** Stops runs whose events could not be saved for too long: nobody sees them. Those that they have are kept. */
  #stopUnsaved(): void {
    const seconds = this.#deps.settings.UNSAVED_SECONDS;
    for (const { run } of this.#live.values()) {
      const { unsaved } = run.log;
      if (unsaved === null || performance.now() - unsaved.since < seconds * 1000) continue;
      run.stop('cancelled', unsavedRunWords(unsaved.trouble, seconds));
    }
  }

  /** Whether it accepts no more runs, because the server stops. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Returns how many runs are under way, and how many wait. */
  async load(): Promise<Load> {
    return this.#deps.admission.load();
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
    const { storage, settings, admission, health } = this.#deps;
    const { store } = storage;
    const refuse = () => {
      if (this.#isClosing) throw new BusyError('It is shutting down.', 10);
    };
    refuse();
    await health.admit(spec);
    refuse();
    const id = nanoid();
    const save = (firstSeq: number, lines: string[]) => store.append(id, firstSeq, lines);
    const log = new RunLog({
      save,
      maxEvents: settings.MAX_EVENTS,
      maxBytes: settings.EVENTS_MIB * 2 ** 20,
      isHeld: true,
    });
    const otherRuns = () => Math.max(0, admission.active - 1);
    const shares = seat !== undefined && this.#sharing.has(seat.room);
    const PASS_SECONDS = Math.min(settings.PASS_SECONDS, by.maxSeconds ?? settings.PASS_SECONDS);
    const deps = { ...this.#deps, otherRuns, settings: { ...settings, PASS_SECONDS } };
    const run = new Run(id, spec, log, deps, shares);
    const { createdAt } = run;
    const view = {
      id,
      person,
      spec,
      createdAt,
      status: null,
      log,
      ...(member && { member }),
      ...(seat && { seat }),
    };

    const admitting = this.#admit(run, view, by);
    const failed = () => void this.#live.delete(id);
    const ended = admitting.then(([ticket, use]) => this.#execute(run, ticket, use), failed);
    // Set before the store has the run: a stored run without a status that is not live counts as interrupted.
    this.#live.set(id, { run, view, ended });
    await admitting;
    this.#submitted(view);
    return view;
  }

  /** Enters the queue, and then adds the run to the store. */
  async #admit(run: Run, view: RunRecord, by: Submitter): Promise<[Ticket, Use]> {
    const { storage, admission, fairUse } = this.#deps;
    const applicant = await this.applicant(by);
    const use = fairUse.enter(applicant);
    let ticket: Ticket | null = null;
    try {
      ticket = await admission.enter(applicant, run.demandOf(0), {
        moved: (turn) => run.queued(turn),
        displaced: () => run.displace(),
      });
      await storage.store.create(view);
    } catch (error) {
      await run.log.giveUp();
      if (ticket) await this.#leave(ticket);
      use.leave();
      throw error;
    }
    run.log.release();
    return [ticket, use];
  }

  async #execute(run: Run, ticket: Ticket, use: Use): Promise<void> {
    const { storage, logs } = this.#deps;
    const { id, log } = run;
    const status = await run.execute(ticket, use.compute);
    this.endings.set(status, (this.endings.get(status) ?? 0) + 1);
    const saving = log.end(async () => {
      await storage.store.end(id, status);
      // Not before: until the store has the status, it is known only here.
      this.#live.delete(id);
      logs.share(id, log);
    });
    // No process is left, so the next run need not wait for the store.
    await this.#leave(ticket);
    use.leave();
    await saving;
  }

  async #leave(ticket: Ticket): Promise<void> {
    try {
      await ticket.leave();
    } catch (error) {
      console.error('runs: a place could not be given back', error);
    }
  }

  /** Ids of the runs that wait or are under way. */
  get liveIds(): string[] {
    return [...this.#live.keys()];
  }

  /**
   * Returns the run with that id, under way or stored, or null if there is none. Rejects with `BlockedError` if the
   * operator has blocked it.
   */
  async get(id: string): Promise<RunRecord | null> {
    const { storage, logs } = this.#deps;
    const { store } = storage;
    if (!(await isShown(store, id))) return null;
    const live = this.#live.get(id);
    if (live) return live.view;
    const stored = await store.get(id);
    if (!stored) return null;
    const log = await logs.of(stored);
    return { ...stored, status: stored.status ?? (log.isEnded ? 'interrupted' : null), log };
  }

  /** Stops a run as cancelled. Resolves when no process of it is left. Has no effect on a run that has ended. */
  async cancel(id: string): Promise<void> {
    const live = this.#live.get(id);
    live?.run.stop('cancelled');
    await live?.ended;
  }

  /** Stops all runs of a room as cancelled, for the reason `why`. Resolves when no process of them is left. */
  async cancelRoom(room: string, why: string): Promise<void> {
    const found = [...this.#live.values()].filter(({ view }) => view.seat?.room === room);
    for (const { run } of found) run.stop('cancelled', why);
    await Promise.all(found.map(({ ended }) => ended));
  }

  /**
   * Cancels a run that is about to be removed from the store, and drops what is kept of it in memory. Resolves when no
   * process of it is left and nothing of it will be written.
   */
  async drop(id: string): Promise<void> {
    await this.cancel(id);
    const live = this.#live.get(id);
    // Its end could not be saved.
    await live?.run.log.giveUp();
    this.#live.delete(id);
    this.#deps.logs.forget(id);
  }

  /** Adds a report of a run, for the operator. */
  report(id: string, reason: string): Promise<void> {
    return this.#deps.storage.store.report(id, { reason, createdAt: Date.now() });
  }

  /** Sets whether the runs of a room may share cores although they compute: those that wait, too. */
  shareCores(room: string, shares: boolean): void {
    if (shares) this.#sharing.add(room);
    else this.#sharing.delete(room);
    for (const { run, view } of this.#live.values()) if (view.seat?.room === room) run.shareCores(shares);
  }

  /** Stops a run as one that gave up its place: see `placeFor`. */
  displace(id: string): void {
    this.#live.get(id)?.run.displace();
  }

  /** Resolves when a run has ended, and no process of it is left. */
  async ended(id: string): Promise<void> {
    await this.#live.get(id)?.ended;
  }

  /** Returns the latest runs of a person that belong to no family, newest first. */
  ofPerson(person: string, limit: number): Promise<StoredRun[]> {
    return this.#deps.storage.store.ofPerson(person, limit);
  }

  /**
   * Accepts no more runs, and stops all others as interrupted. Resolves when none of their processes is left and no
   * write is in progress. Runs that could not be saved by then are interrupted by the next server.
   */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#retention.close();
    clearInterval(this.#watching);
    for (const { run } of this.#live.values()) run.stop('interrupted');
    await Promise.all([...this.#live.values()].map(({ ended }) => ended));
    await Promise.all([...this.#live.values()].map(({ run }) => run.log.giveUp()));
  }
}
