/**
 * Starts jobs on lanes beside main: one a job, or a fixed number that take jobs in order. How a lane is opened is the
 * mode's; this is the queue in front of them.
 */
import type { Started } from './api.ts';
import { emit } from './emit.ts';
import type { JobOutcome } from './protocol.ts';

/** A lane as main sees it. */
export type Lane = {
  readonly lane: number;
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
export type OpenLane = (lane: number, job: number, daemon: boolean) => Promise<Lane>;

/** What `start` returns to a program, and what `join` waits on. */
export type Handle = Started & { readonly ended: Promise<JobOutcome> };

type Waiting = { job: number; daemon: boolean; begin: (lane: Lane | Error) => void };

export class Pool {
  #open: OpenLane;
  #slots: number;
  #reuse: boolean;
  #taken = 0;
  #lanes = 0;
  #idle: Lane[] = [];
  #waiting: Waiting[] = [];
  #running = new Set<Promise<unknown>>();
  /** The ends of all lanes that keep the program alive. */
  #opened: Promise<void>[] = [];

  /** `slots`: most lanes at once. `reuse`: whether a lane takes another job when it has done one. */
  constructor(open: OpenLane, slots: number, reuse: boolean) {
    this.#open = open;
    this.#slots = slots;
    this.#reuse = reuse;
  }

  /** Starts `job`, or queues it where all lanes are taken. Resolves when it has a lane, or a place in the queue. */
  async start(job: number, daemon: boolean): Promise<Handle> {
    const free = this.#idle.length > 0 || this.#taken < this.#slots;
    const lane = free
      ? this.#take(job, daemon)
      : new Promise<Lane>((resolve, reject) => {
          const wait = { lane: 0, job, for: 'worker', on: 'a free lane' } as const;
          emit({ type: 'wait-started', ...wait });
          const begin = (got: Lane | Error) => {
            emit({ type: 'wait-ended', ...wait });
            if (got instanceof Error) reject(got);
            else resolve(got);
          };
          this.#waiting.push({ job, daemon, begin });
        });
    const state: { lane: number | null; running: boolean } = { lane: null, running: true };
    const ended = lane
      .then(async (taken) => {
        state.lane = taken.lane;
        const outcome = await taken.run(job);
        this.#release(taken);
        return outcome;
      })
      .finally(() => {
        state.running = false;
      });
    // A lane that could not be opened is told to who joins it; unheard, it must not end the program.
    ended.catch(() => {});
    if (!daemon) {
      this.#running.add(ended);
      ended.finally(() => this.#running.delete(ended)).catch(() => {});
    }
    if (free) await lane;
    return {
      job,
      ended,
      get lane() {
        return state.lane;
      },
      get running() {
        return state.running;
      },
    };
  }

  /** Resolves when every job that is not a daemon's has ended, those started meanwhile too, and the lanes have closed. */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
    for (const lane of this.#idle) lane.close();
    await Promise.all(this.#opened);
  }

  async #take(job: number, daemon: boolean): Promise<Lane> {
    const idle = this.#idle.pop();
    if (idle) return idle;
    this.#taken++;
    try {
      const lane = await this.#open(++this.#lanes, job, daemon);
      if (!daemon) this.#opened.push(lane.ended);
      return lane;
    } catch (error) {
      this.#taken--;
      throw error;
    }
  }

  #release(lane: Lane): void {
    if (this.#reuse && lane.alive) this.#idle.push(lane);
    else this.#taken--;
    const next = this.#waiting.shift();
    if (next) this.#take(next.job, next.daemon).then(next.begin, next.begin);
  }
}
