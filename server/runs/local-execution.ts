/** Executes runs on this machine: each waits for admission, runs, and saves its log and its end. */
import { isStrange } from '../notebook/notebook.ts';
import type { Status } from '../protocol/facts.ts';
import type { Settings } from '../settings.ts';
import type { Storage } from '../store/storage.ts';
import { tooMuchUnsavedWords, unsavedRunWords } from '../words/unavailable-words.ts';
import type { Admission, Load, Ticket } from './admission/admission.ts';
import type { Use } from './admission/fair-use.ts';
import type { Execution, Order, RunRecord } from './execution.ts';
import type { Logs } from './log/logs.ts';
import { RunLog } from './log/run-log.ts';
import { Run, type RunDeps } from './run.ts';
import { blockedOf } from './shown.ts';

/** What execution needs of the server around it. */
type LocalExecutionDeps = Omit<RunDeps, 'otherRuns' | 'storage'> & {
  settings: Settings;
  storage: Storage;
  admission: Admission;
  logs: Logs;
};

/** What is saved of a run beside its events, and where its turn comes from. */
export type Keeping = {
  /** Adds the run to the store, once it has a place. */
  create(): Promise<void>;
  /** Resolves when the run, which has its turn, may begin. Remains pending if it must not: it is stopped, or abandoned. */
  begin?(run: Run): Promise<void>;
  /** Saves its status. */
  end(status: Status): Promise<void>;
};

/** A run that is under way, or has ended but could not be saved yet. */
type Live = {
  run: Run;
  /** Whether nothing more of it is saved: see `abandon`. */
  isAbandoned: boolean;
  record: RunRecord;
  /** Resolves when no process is left and the first attempt to save the end is over. Never rejects. */
  ended: Promise<void>;
};

/** Pause between looks for runs whose events cannot be saved, in ms. */
const UNSAVED_LOOK_MS = 500;

/** Most characters of events of all runs that may wait until they can be saved. */
const MAX_UNSAVED_CHARS = 64 * 2 ** 20;

/** The runs that are executed on this machine. */
export class LocalExecution implements Execution {
  #deps: LocalExecutionDeps;
  #live = new Map<string, Live>();
  readonly endings = new Map<Status, number>();
  /** Rooms whose runs may share cores although they compute. */
  #sharing = new Set<string>();
  #watching: NodeJS.Timeout;

  constructor(deps: LocalExecutionDeps) {
    this.#deps = deps;
    deps.storage.onRecovered(() => {
      for (const { run } of this.#live.values()) void run.log.flush();
    });
    this.#watching = setInterval(() => this.#stopUnsaved(), UNSAVED_LOOK_MS);
    this.#watching.unref();
  }

  /** Stops runs whose events could not be saved for too long: nobody sees them. Those that they have are kept. */
  #stopUnsaved(): void {
    const seconds = this.#deps.settings.UNSAVED_SECONDS;
    for (const { run } of this.#live.values()) {
      const { unsaved } = run.log;
      if (unsaved === null || performance.now() - unsaved.since < seconds * 1000) continue;
      run.stop('cancelled', unsavedRunWords(unsaved.trouble, seconds));
    }
    this.#boundUnsaved();
  }

  /** Stops the runs that have most to save, if all together have too much: memory must last until it can be saved. */
  #boundUnsaved(): void {
    const runs = [...this.#live.values()].map(({ run }) => ({ run, chars: run.log.unsavedChars }));
    let chars = runs.reduce((sum, one) => sum + one.chars, 0);
    for (const one of runs.toSorted((a, b) => b.chars - a.chars)) {
      if (chars <= MAX_UNSAVED_CHARS) return;
      chars -= one.chars;
      const { trouble } = one.run.log.unsaved ?? {};
      if (trouble && !one.run.isStopped) one.run.stop('cancelled', tooMuchUnsavedWords(trouble));
    }
  }

  load(): Load | Promise<Load> {
    return this.#deps.admission.load();
  }

  submit(order: Order, use: Use): Promise<RunRecord> {
    const { store } = this.#deps.storage;
    return this.execute(order, use, {
      create: () => store.create(order.run),
      end: (status) => store.end(order.run.id, status),
    });
  }

  /**
   * Executes a run in its turn, once it has a place in the queue here and is in the store. Rejects if it cannot have
   * either. `waitedMs`: for how long it has waited elsewhere.
   */
  async execute(order: Order, use: Use, keeping: Keeping, waitedMs = 0): Promise<RunRecord> {
    const { storage, settings, admission } = this.#deps;
    const { id, seat, spec } = order.run;
    this.#deps.ready.wake({ runtime: spec.runtime, isSandboxed: isStrange(spec) });
    const log = new RunLog({
      save: (firstSeq, lines) => storage.store.append(id, firstSeq, lines),
      maxEvents: settings.MAX_EVENTS,
      maxBytes: settings.EVENTS_MIB * 2 ** 20,
      isHeld: true,
    });
    const otherRuns = () => Math.max(0, admission.active - 1);
    const shares = order.shares ?? (seat !== undefined && this.#sharing.has(seat.room));
    const deps = { ...this.#deps, otherRuns, settings: { ...settings, PASS_SECONDS: order.passSeconds } };
    const run = new Run(order.run, log, deps, { shares, waitedMs });
    const record = { ...order.run, log };
    const admitting = this.#admit(run, order, use, keeping);
    const failed = () => void this.#live.delete(id);
    const live: Live = { run, record, isAbandoned: false, ended: Promise.resolve() };
    live.ended = admitting.then((ticket) => this.#execute(live, ticket, use, keeping), failed);
    // Set before the store has the run: a stored run without a status that is not live counts as interrupted.
    this.#live.set(id, live);
    await admitting;
    return record;
  }

  /** Enters the queue, and then adds the run to the store. */
  async #admit(run: Run, { applicant }: Order, use: Use, keeping: Keeping): Promise<Ticket> {
    let ticket: Ticket | null = null;
    try {
      ticket = await this.#deps.admission.enter(applicant, run.demandOf(0), {
        moved: (turn) => run.queued(turn),
        displaced: () => run.displace(),
      });
      await keeping.create();
    } catch (error) {
      await run.log.giveUp();
      if (ticket) await this.#leave(ticket);
      use.leave();
      throw error;
    }
    run.log.release();
    return ticket;
  }

  async #execute(live: Live, ticket: Ticket, use: Use, keeping: Keeping): Promise<void> {
    const { logs } = this.#deps;
    const { run } = live;
    const { id, log } = run;
    const begin = () => keeping.begin?.(run);
    const status = await run.execute(ticket, ticket.admitted.then(begin), use.compute);
    if (live.isAbandoned) {
      this.#live.delete(id);
      await this.#leave(ticket);
      use.leave();
      return;
    }
    this.endings.set(status, (this.endings.get(status) ?? 0) + 1);
    const saving = log.end(async () => {
      await keeping.end(status);
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

  get liveIds(): string[] {
    return [...this.#live.keys()];
  }

  blocked(): Promise<string[]> {
    return blockedOf(this.liveIds, this.#deps.storage.store);
  }

  live(id: string): RunRecord | null {
    return this.#live.get(id)?.record ?? null;
  }

  async cancel(id: string): Promise<void> {
    const live = this.#live.get(id);
    live?.run.stop('cancelled');
    await live?.ended;
  }

  async cancelRoom(room: string, why: string): Promise<void> {
    const found = [...this.#live.values()].filter(({ record }) => record.seat?.room === room);
    for (const { run } of found) run.stop('cancelled', why);
    await Promise.all(found.map(({ ended }) => ended));
  }

  displace(id: string): void {
    this.#live.get(id)?.run.displace();
  }

  shareCores(room: string, shares: boolean): void {
    if (shares) this.#sharing.add(room);
    else this.#sharing.delete(room);
    for (const { run, record } of this.#live.values()) if (record.seat?.room === room) run.shareCores(shares);
  }

  async ended(id: string): Promise<void> {
    await this.#live.get(id)?.ended;
  }

  async drop(id: string): Promise<void> {
    await this.cancel(id);
    // Its end could not be saved.
    await this.#live.get(id)?.run.log.giveUp();
    this.#live.delete(id);
    this.#deps.logs.forget(id);
  }

  /** Returns what is executed here. */
  get all(): readonly Run[] {
    return [...this.#live.values()].map(({ run }) => run);
  }

  /**
   * Stops runs that are no longer this server’s: nothing more of them is saved. Resolves when none of their processes is
   * left, and no write is in progress.
   */
  async abandon(ids: Iterable<string>): Promise<void> {
    await Promise.all([...ids].map((id) => this.#abandon(id)));
  }

  async #abandon(id: string): Promise<void> {
    const live = this.#live.get(id);
    if (!live) return;
    live.isAbandoned = true;
    // First: what its end says is no longer true.
    const written = live.run.log.giveUp();
    live.run.stop('interrupted');
    await Promise.all([written, live.ended]);
    this.#live.delete(id);
  }

  async close(): Promise<void> {
    clearInterval(this.#watching);
    for (const { run } of this.#live.values()) run.stop('interrupted');
    await Promise.all([...this.#live.values()].map(({ ended }) => ended));
    await Promise.all([...this.#live.values()].map(({ run }) => run.log.giveUp()));
  }
}
