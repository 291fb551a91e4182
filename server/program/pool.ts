/**
 * Starts jobs on lanes beside main: one lane per job, or a fixed number of lanes that take jobs in order. The mode
 * opens the lanes; this is the queue in front of them.
 */
import type { JobOutcome } from '../protocol/orders.ts';
import { emit } from './emit.ts';
import type { Started } from './types.ts';

/** A lane as main sees it. */
export type WorkerLane = {
  readonly name: string;
  readonly pid: number;
  /** Exit code of its process, if it had its own and that has ended. */
  readonly exitCode: number | null;
  /** Runs a job on the lane; resolves when the job has ended, in any way. */
  run(job: number): Promise<JobOutcome>;
  /** Ends the lane, which has no further jobs. */
  close(): void;
  /** Whether it has not ended. */
  readonly alive: boolean;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
};

/** Opens a lane with the given number. */
type LaneOpener = (lane: number, job: number, daemon: boolean) => Promise<WorkerLane>;

/**
 * What `start` returns to a program, and `join` waits for: the end of the job, and of its lane if that ends with it.
 */
export type Handle = Started & { readonly ended: Promise<JobOutcome> };

export class Pool {
  #open: LaneOpener;
  #maxLanes: number;
  #reuse: boolean;
  /** Slots in use by a lane, or by one that is being opened. */
  #taken = 0;
  #lastLane = 0;
  #lanes = new Set<WorkerLane>();
  #idle = new Set<WorkerLane>();
  /** Lanes that are running a daemon's job. */
  #daemons = new Set<WorkerLane>();
  /** A callback for each job that waits for a lane, which starts it. */
  #waiting = new Set<() => void>();
  /** One promise for each job that keeps the program alive, settled when it ends. */
  #keepsAlive = new Map<object, Promise<unknown>>();
  /** How many of these jobs have not ended. A lane may end later than its job. */
  #unfinished = 0;
  #isDraining = false;

  /**
   * `maxLanes`: most lanes at once. `reuse`: whether a lane takes another job after one has ended. If not, the lane
   * ends by itself, which frees its slot.
   */
  constructor(open: LaneOpener, maxLanes: number, reuse: boolean) {
    this.#open = open;
    this.#maxLanes = maxLanes;
    this.#reuse = reuse;
  }

  /** Starts `job`, or queues it if no lane is free. Resolves when it has a lane or a place in the queue. */
  async start(job: number, daemon: boolean): Promise<Handle> {
    const hasLane = this.#hasFreeLane;
    const lane = hasLane ? this.#takeLane(job, daemon) : this.#waitForLane(job, daemon);
    const countUnfinished = (change: 1 | -1) => {
      if (!daemon) this.#unfinished += change;
    };
    countUnfinished(1);
    const state: { lane: WorkerLane | null; running: boolean } = { lane: null, running: true };
    const run = async () => {
      const taken = await lane;
      state.lane = taken;
      if (daemon) this.#daemons.add(taken);
      const outcome = await taken.run(job);
      this.#daemons.delete(taken);
      countUnfinished(-1);
      if (this.#reuse) this.#releaseLane(taken);
      else await taken.ended;
      return outcome;
    };
    const ended = (async () => {
      try {
        return await run();
      } finally {
        state.running = false;
        this.#keepsAlive.delete(state);
      }
    })();
    // If the lane cannot be opened, the job's join rejects. Without a join, the rejection must not end the program.
    void settled(ended);
    if (!daemon) this.#keepsAlive.set(state, ended);
    if (hasLane) await lane;
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

  /**
   * Resolves when every job that is not a daemon's has ended, including jobs started since, and the lanes have
   * closed.
   */
  async drain(): Promise<void> {
    this.#isDraining = true;
    // Jobs that are started meanwhile come later in the map.
    for (const ended of this.#keepsAlive.values()) await settled(ended);
    // Only daemons' jobs still wait, and a daemon does not run without other jobs.
    this.#waiting.clear();
    for (const lane of this.#idle) lane.close();
    for (const lane of this.#lanes) if (!this.#daemons.has(lane)) await lane.ended;
  }

  get #hasFreeLane(): boolean {
    return this.#idle.size > 0 || this.#taken < this.#maxLanes;
  }

  #waitForLane(job: number, daemon: boolean): Promise<WorkerLane> {
    const wait = { lane: 0, job, for: 'worker', on: 'a free lane' } as const;
    emit({ type: 'wait-started', ...wait });
    return new Promise((resolve) => {
      this.#waiting.add(() => {
        emit({ type: 'wait-ended', ...wait });
        resolve(this.#takeLane(job, daemon));
      });
    });
  }

  /** Takes a free lane, or opens one in a free slot. */
  async #takeLane(job: number, daemon: boolean): Promise<WorkerLane> {
    const idle = takeLast(this.#idle);
    if (idle) return idle;
    this.#taken++;
    try {
      const lane = await this.#open(++this.#lastLane, job, daemon);
      this.#lanes.add(lane);
      void this.#dropWhenEnded(lane);
      return lane;
    } catch (error) {
      this.#freeSlot();
      throw error;
    }
  }

  /** Drops a lane when it has ended, also if that is between two jobs. */
  async #dropWhenEnded(lane: WorkerLane): Promise<void> {
    await lane.ended;
    this.#lanes.delete(lane);
    this.#idle.delete(lane);
    this.#freeSlot();
  }

  /** Makes a lane free again after its job has ended. */
  #releaseLane(lane: WorkerLane): void {
    if (!lane.alive) return;
    this.#idle.add(lane);
    this.#startNext();
  }

  /** Frees the slot of a lane that has ended. */
  #freeSlot(): void {
    this.#taken--;
    this.#startNext();
  }

  /**
   * Starts the job that has waited longest. If main has ended and only daemons are left, starts none: the program ends.
   */
  #startNext(): void {
    if (!this.#isDraining || this.#unfinished > 0) takeFirst(this.#waiting)?.();
  }
}

/** Resolves when `promise` is settled. Calls no method of it, which the program may have changed. */
export async function settled(promise: Promise<unknown>): Promise<void> {
  try {
    await promise;
  } catch {
    // Its owner handles it.
  }
}

/** Takes what was added first; undefined if there is nothing. */
function takeFirst<T>(set: Set<T>): T | undefined {
  for (const first of set) {
    set.delete(first);
    return first;
  }
  return undefined;
}

/** Takes what was added last; undefined if there is nothing. */
function takeLast<T>(set: Set<T>): T | undefined {
  let last: T | undefined;
  for (const one of set) last = one;
  if (last !== undefined) set.delete(last);
  return last;
}
