/**
 * Starts jobs on lanes beside main: one a job, or a fixed number that take jobs in order. How a lane is opened is the
 * mode's; this is the queue in front of them.
 */
import type { JobOutcome } from '../protocol/orders.ts';
import { emit } from './emit.ts';
import type { Started } from './types.ts';

/** A lane as main sees it. */
export type WorkerLane = {
  readonly name: string;
  readonly pid: number;
  /** Of its process, where it has one of its own that has ended. */
  readonly exitCode: number | null;
  /** Runs a job on it; resolves when the job has ended, however. */
  run(job: number): Promise<JobOutcome>;
  /** Lets it end: no job follows. */
  close(): void;
  /** Whether it still lives. */
  readonly alive: boolean;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
};

/** Opens a lane with the next free number. */
export type LaneOpener = (lane: number, job: number, daemon: boolean) => Promise<WorkerLane>;

/** What `start` returns to a program, and what `join` waits on: the end of the job, and of its lane if that ends with it. */
export type Handle = Started & { readonly ended: Promise<JobOutcome> };

export class Pool {
  #open: LaneOpener;
  #maxLanes: number;
  #reuse: boolean;
  /** Slots that a lane has, or one that is being opened. */
  #taken = 0;
  #numbered = 0;
  #lanes = new Set<WorkerLane>();
  #idle: WorkerLane[] = [];
  /** Lanes that run a daemon's job. */
  #daemons = new Set<WorkerLane>();
  /** Begins each job that waits for a lane. */
  #waiting: (() => void)[] = [];
  /** The ends of all jobs that keep the program alive. */
  #running = new Set<Promise<unknown>>();
  /** How many of them have work left. */
  #kept = 0;
  #isDraining = false;

  /**
   * `maxLanes`: most lanes at once. `reuse`: whether a lane takes another job when it has done one; if not, it ends by
   * itself then, and its slot is free when it has.
   */
  constructor(open: LaneOpener, maxLanes: number, reuse: boolean) {
    this.#open = open;
    this.#maxLanes = maxLanes;
    this.#reuse = reuse;
  }

  /** Starts `job`, or queues it where all lanes are taken. Resolves when it has a lane, or a place in the queue. */
  async start(job: number, daemon: boolean): Promise<Handle> {
    const isFree = this.#isFree;
    const lane = isFree ? this.#take(job, daemon) : this.#wait(job, daemon);
    const keep = (more: 1 | -1) => {
      if (!daemon) this.#kept += more;
    };
    keep(1);
    const state: { lane: WorkerLane | null; running: boolean } = { lane: null, running: true };
    const run = async () => {
      const taken = await lane;
      state.lane = taken;
      if (daemon) this.#daemons.add(taken);
      const outcome = await taken.run(job);
      this.#daemons.delete(taken);
      keep(-1);
      if (this.#reuse) this.#release(taken);
      else await taken.ended;
      return outcome;
    };
    const ended = run().finally(() => {
      state.running = false;
      this.#running.delete(ended);
    });
    // A lane that could not be opened is told to who joins it; unheard, it must not end the program.
    ended.catch(() => {});
    if (!daemon) this.#running.add(ended);
    if (isFree) await lane;
    return {
      job,
      ended,
      get name() {
        return state.lane?.name ?? null;
      },
      get pid() {
        return state.lane?.pid ?? null;
      },
      get exitCode() {
        return state.lane?.exitCode ?? null;
      },
      get running() {
        return state.running;
      },
    };
  }

  /** Resolves when every job that is not a daemon's has ended, those started meanwhile too, and the lanes have closed. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
    // What still waits is daemons: there is nothing left for them to run beside.
    this.#waiting = [];
    for (const lane of this.#idle) lane.close();
    const closing = [...this.#lanes].filter((lane) => !this.#daemons.has(lane));
    await Promise.all(closing.map((lane) => lane.ended));
  }

  get #isFree(): boolean {
    return this.#idle.length > 0 || this.#taken < this.#maxLanes;
  }

  #wait(job: number, daemon: boolean): Promise<WorkerLane> {
    const wait = { lane: 0, job, for: 'worker', on: 'a free lane' } as const;
    emit({ type: 'wait-started', ...wait });
    return new Promise((resolve) => {
      this.#waiting.push(() => {
        emit({ type: 'wait-ended', ...wait });
        resolve(this.#take(job, daemon));
      });
    });
  }

  /** Takes a slot that is free. */
  async #take(job: number, daemon: boolean): Promise<WorkerLane> {
    const idle = this.#idle.pop();
    if (idle) return idle;
    this.#taken++;
    try {
      const lane = await this.#open(++this.#numbered, job, daemon);
      this.#lanes.add(lane);
      // However it ends, with a job or between two.
      void lane.ended.then(() => {
        this.#lanes.delete(lane);
        this.#idle = this.#idle.filter((one) => one !== lane);
        this.#free();
      });
      return lane;
    } catch (error) {
      this.#free();
      throw error;
    }
  }

  /** Its job has ended. */
  #release(lane: WorkerLane): void {
    if (!lane.alive) return;
    this.#idle.push(lane);
    this.#beginNext();
  }

  /** Gives a slot back. */
  #free(): void {
    this.#taken--;
    this.#beginNext();
  }

  /** Begins the job that waits longest, unless only daemons are left and main has ended: then the program ends. */
  #beginNext(): void {
    if (!this.#isDraining || this.#kept > 0) this.#waiting.shift()?.();
  }
}
