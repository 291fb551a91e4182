/** All runs of this server: takes new ones, finds them by id, whether they are under way or only in the store. */
import { nanoid } from 'nanoid';
import type { Ready } from '../launch/ready.ts';
import type { Settings } from '../settings.ts';
import { Admission, BusyError } from './admission.ts';
import type { Status } from './events.ts';
import { RunLog } from './log.ts';
import { Run, type RunDeps, runCost } from './run.ts';
import type { Spec } from './spec.ts';
import type { Store } from './store.ts';

/** A run as its readers see it. */
export type RunView = {
  id: string;
  person: string;
  spec: Spec;
  createdAt: number;
  status: Status | null;
  log: RunLog;
};

export type RunsDeps = Pick<RunDeps, 'programOf' | 'blocksPerSecond'> & {
  settings: Settings;
  store: Store;
  ready: Ready;
};

const DAY_MS = 86_400_000;

export class Runs {
  #deps: RunsDeps;
  #admission: Admission;
  #live = new Map<string, { run: Run; ended: Promise<void> }>();
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
  submit(spec: Spec, person: string): RunView {
    if (this.#isClosing) throw new BusyError(0, 10);
    const { store, settings } = this.#deps;
    const id = nanoid();
    const save = (firstSeq: number, lines: string[]) => store.append(id, firstSeq, lines);
    const log = new RunLog({ save, maxEvents: settings.MAX_EVENTS });
    const otherRuns = () => Math.max(0, this.#admission.active - 1);
    const run = new Run(id, person, spec, log, { ...this.#deps, otherRuns });
    const ticket = this.#admission.enter(person, runCost(spec, settings), (position) => run.queued(position));
    const view = { id, person, spec, createdAt: run.createdAt, status: null, log };
    try {
      store.create(view);
    } catch (error) {
      ticket.leave();
      throw error;
    }
    const ended = run
      .execute(ticket)
      .then((status) => store.end(id, status))
      .catch((error) => console.error(`run ${id}: its end could not be saved`, error))
      .finally(() => {
        ticket.leave();
        this.#live.delete(id);
      });
    this.#live.set(id, { run, ended });
    return view;
  }

  /** The run with that id, under way or kept; null if there is none. */
  get(id: string): RunView | null {
    const live = this.#live.get(id);
    if (live) {
      const { person, spec, createdAt, log } = live.run;
      return { id, person, spec, createdAt, status: null, log };
    }
    const stored = this.#deps.store.get(id);
    if (!stored) return null;
    const options = { save: () => {}, maxEvents: this.#deps.settings.MAX_EVENTS };
    return { ...stored, log: new RunLog(options, this.#deps.store.lines(id), true) };
  }

  /** Stops a run as cancelled. Resolves when no process of it is left; does nothing to one that has ended. */
  async cancel(id: string): Promise<void> {
    const live = this.#live.get(id);
    live?.run.stop('cancelled');
    await live?.ended;
  }

  /** The latest runs of a person, newest first. */
  ofPerson(person: string, limit: number): Omit<RunView, 'log'>[] {
    return this.#deps.store.ofPerson(person, limit);
  }

  /** Takes no more runs, and ends those there are as interrupted. Resolves when no process of them is left. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearInterval(this.#forgetting);
    for (const { run } of this.#live.values()) run.stop('interrupted');
    await Promise.all([...this.#live.values()].map(({ ended }) => ended));
  }
}
