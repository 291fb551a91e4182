/**
 * Checks what the processes of a pass report. Their code is not trusted: a fact is accepted only if it concerns a lane
 * of the process that reports it, and agrees with the facts accepted before.
 */
import type { Child } from '../launch/launch.ts';
import type { LaneFact } from '../protocol/facts.ts';

/**
 * Most facts about computing in a pass: they only add lines to the drawing, and other facts need the room in the log.
 */
const MAX_COMPUTES = 1000;

/** A lane that has not ended. */
export type OpenLane = {
  lane: number;
  kind: 'main' | 'thread' | 'process';
  owner: Child;
  isReady: boolean;
  /** The job that it was given and that has not begun; null if there is none. */
  given: number | null;
  /** Jobs that are running on it. */
  jobs: Set<number>;
};

/** The open lanes of a pass, with the process and the jobs of each. */
export class Ledger {
  #main: Child;
  #hasThreads: boolean;
  #open = new Map<number, OpenLane>();
  /** Numbers of all lanes so far, ended ones included: no number is used twice. */
  #numbers = new Set<number>();
  #jobs = new Set<number>();
  #computes = 0;

  /** `hasThreads`: whether `main` may start lanes that are threads. */
  constructor(main: Child, hasThreads: boolean) {
    this.#main = main;
    this.#hasThreads = hasThreads;
  }

  /** Reserves a lane number for a process that is about to be launched. Returns false if the number has been used. */
  reserve(lane: number): boolean {
    if (lane === 0 || this.#numbers.has(lane)) return false;
    this.#numbers.add(lane);
    return true;
  }

  /** Opens a lane of `owner` for a job; null for main. */
  open(lane: number, kind: OpenLane['kind'], owner: Child, given: number | null): void {
    this.#open.set(lane, { lane, kind, owner, isReady: false, given, jobs: new Set() });
  }

  /** Notes that an open lane is given another job. */
  give(lane: number, job: number): void {
    const found = this.#open.get(lane);
    if (found && !this.#jobs.has(job)) found.given = job;
  }

  /**
   * Notes that `job` never begins. Returns false if it has begun, or if that has been noted before. Main reports the
   * end of such a job for a thread that could not run it.
   */
  lose(from: Child, lane: number, job: number): boolean {
    if (from !== this.#main || !this.#numbers.has(lane) || this.#jobs.has(job)) return false;
    this.#jobs.add(job);
    const found = this.#open.get(lane);
    if (found?.given === job) found.given = null;
    return true;
  }

  /** Closes all lanes of a process that has ended, and returns them, newest first. */
  close(owner: Child): OpenLane[] {
    const lanes = [...this.#open.values()].filter((lane) => lane.owner === owner).reverse();
    for (const { lane } of lanes) this.#open.delete(lane);
    return lanes;
  }

  /** Returns the jobs that are running in a process. */
  jobsOf(owner: Child): number[] {
    return [...this.#open.values()].flatMap((lane) => (lane.owner === owner ? [...lane.jobs] : []));
  }

  /** Reports whether `from` may report `fact` now, and records it if so. Log lines are accepted from any open lane. */
  accepts(from: Child, fact: Exclude<LaneFact, { type: 'log' }>): boolean {
    if (fact.type === 'lane-started') return this.#acceptsLane(from, fact);
    const lane = this.laneOf(from, fact.lane);
    if (!lane) return false;
    switch (fact.type) {
      case 'lane-ready': {
        const isNew = !lane.isReady;
        lane.isReady = true;
        return isNew;
      }
      case 'lane-ended':
        // The end of a process is taken from the operating system.
        return lane.kind === 'thread' && this.#open.delete(fact.lane);
      case 'job-started':
        if (this.#jobs.has(fact.job)) return false;
        this.#jobs.add(fact.job);
        lane.jobs.add(fact.job);
        if (lane.given === fact.job) lane.given = null;
        return true;
      case 'job-ended':
        return lane.jobs.delete(fact.job);
      case 'wait-started':
      case 'wait-ended':
      case 'message-sent':
      case 'message-received':
      case 'shared-written':
      case 'shared-read':
      case 'lock-released':
      case 'permit-released':
      case 'condition-notified':
        return true;
      case 'compute-started':
        return this.#computes++ < MAX_COMPUTES;
    }
  }

  /** Returns the open lane with that number, if it belongs to `owner`. */
  laneOf(owner: Child, lane: number): OpenLane | undefined {
    const found = this.#open.get(lane);
    return found?.owner === owner ? found : undefined;
  }

  #acceptsLane(from: Child, { lane, kind, job }: LaneFact & { type: 'lane-started' }): boolean {
    const isMain = kind === 'main' && lane === 0;
    const isThread = kind === 'thread' && this.#hasThreads && lane > 0;
    if (from !== this.#main || this.#numbers.has(lane) || !(isMain || isThread)) return false;
    this.#numbers.add(lane);
    this.open(lane, kind, from, isMain ? null : (job ?? null));
    return true;
  }
}
