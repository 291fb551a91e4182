/** All runs of this server: takes new ones, finds them by id, whether they are under way or only in the store. */
import { nanoid } from 'nanoid';
import type { Ready } from '../launch/ready.ts';
import type { Status } from '../protocol/facts.ts';
import type { Settings } from '../settings.ts';
import type { Spec } from '../spec/spec.ts';
import { interruption, type Membership, type Store, type StoredRun } from '../store/store.ts';
import { Admission, BusyError } from './admission.ts';
import { BoundedMap } from './bounded-map.ts';
import type { Log } from './log.ts';
import { PublishedLog } from './published-log.ts';
import { Run, type RunDeps, runCost } from './run.ts';
import { RunLog } from './run-log.ts';

/** A run as its readers see it. */
export type RunView = {
  id: string;
  person: string;
  spec: Spec;
  createdAt: number;
  status: Status | null;
  log: Log;
  /** Left out where it was asked for by itself. */
  member?: Membership;
};

export type RunsDeps = Pick<RunDeps, 'programs' | 'blocksPerSecond'> & {
  settings: Settings;
  store: Store;
  ready: Ready;
};

const DAY_MS = 86_400_000;
/** Most logs of runs that have ended that are remembered while somebody reads them. */
const MAX_ENDED = 100;

export class Runs {
  #deps: RunsDeps;
  #admission: Admission;
  /** Runs under way, and those that have ended and could not be saved yet. `ended`: no process is left. */
  #live = new Map<string, { run: Run; member: Membership | null; ended: Promise<void> }>();
  /** Logs of runs that have ended, for as long as somebody reads them: all readers share one. */
  #ended = new BoundedMap<string, WeakRef<Log>>(MAX_ENDED);
  #isClosing = false;
  #forgetting: NodeJS.Timeout;

  /** Takes over the store: what an earlier server left unfinished ends as interrupted, and old runs are forgotten. */
  constructor(deps: RunsDeps) {
    this.#deps = deps;
    const { CORES, MEMORY_MIB, MAX_WAITING } = deps.settings;
    this.#admission = new Admission({ cores: CORES, memoryMib: MEMORY_MIB }, MAX_WAITING);
    deps.store.interruptUnfinished();
    const forget = () => deps.store.forgetBefore(Date.now() - deps.settings.RETENTION_DAYS * DAY_MS);
    forget();
    this.#forgetting = setInterval(forget, DAY_MS);
    this.#forgetting.unref();
  }

  /** How many runs are under way, and how many wait. */
  get load(): { active: number; waiting: number } {
    return { active: this.#admission.active, waiting: this.#admission.waiting };
  }

  /** Takes a run: it goes, or waits. Throws `BusyError` when too many wait, or the server is about to stop. */
  submit(spec: Spec, person: string, member: Membership | null = null): RunView {
    if (this.#isClosing) throw new BusyError(0, 10);
    const { store, settings } = this.#deps;
    const id = nanoid();
    const save = (firstSeq: number, lines: string[]) => store.append(id, firstSeq, lines);
    const log = new RunLog({ save, maxEvents: settings.MAX_EVENTS });
    const otherRuns = () => Math.max(0, this.#admission.active - 1);
    const run = new Run(id, person, spec, log, { ...this.#deps, otherRuns });
    const ticket = this.#admission.enter(person, runCost(spec, settings), (position) => run.queued(position));
    const view = { id, person, spec, createdAt: run.createdAt, status: null, log, ...(member && { member }) };
    try {
      store.create(view);
    } catch (error) {
      log.giveUp();
      ticket.leave();
      throw error;
    }
    const ended = run.execute(ticket).then((status) => {
      log.end(() => {
        store.end(id, status);
        // Until it is saved, all there is of it is here.
        this.#live.delete(id);
        this.#ended.set(id, new WeakRef(log));
      });
      ticket.leave();
    });
    this.#live.set(id, { run, member, ended });
    return view;
  }

  /** The run with that id, under way or kept; null if there is none. */
  get(id: string): RunView | null {
    const live = this.#live.get(id);
    if (live) {
      const { person, spec, createdAt, log } = live.run;
      return { id, person, spec, createdAt, status: null, log, ...(live.member && { member: live.member }) };
    }
    const stored = this.#deps.store.get(id);
    if (!stored) return null;
    const log = this.#ended.get(id)?.deref() ?? this.#load(stored);
    // One that has no end and is not under way was given up when its end could not be saved.
    return { ...stored, status: stored.status ?? 'interrupted', log };
  }

  #load(run: StoredRun): Log {
    const lines = this.#deps.store.lines(run.id);
    if (run.status === null) lines.push(JSON.stringify(interruption(lines.length + 1, run.createdAt)));
    const log = new PublishedLog(lines, true);
    this.#ended.set(run.id, new WeakRef(log));
    return log;
  }

  /** Stops a run as cancelled. Resolves when no process of it is left; does nothing to one that has ended. */
  async cancel(id: string): Promise<void> {
    const live = this.#live.get(id);
    live?.run.stop('cancelled');
    await live?.ended;
  }

  /** Resolves when a run has ended, and no process of it is left. */
  async ended(id: string): Promise<void> {
    await this.#live.get(id)?.ended;
  }

  /** The latest runs of a person that are of no family, newest first. */
  ofPerson(person: string, limit: number): Omit<RunView, 'log'>[] {
    return this.#deps.store.ofPerson(person, limit);
  }

  /**
   * Takes no more runs, and ends those there are as interrupted. Resolves when no process of them is left. What cannot
   * be saved by then is left for the next server to end as interrupted.
   */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearInterval(this.#forgetting);
    for (const { run } of this.#live.values()) run.stop('interrupted');
    await Promise.all([...this.#live.values()].map(({ ended }) => ended));
    for (const { run } of this.#live.values()) run.log.giveUp();
  }
}
