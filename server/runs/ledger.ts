/**
 * What the processes of a pass may say, and what they have said: whatever runs in them is not to be trusted, so a fact
 * is taken only if it is of a lane of that process and follows from what was said before.
 */
import { Buffer } from 'node:buffer';
import type { Child } from '../launch/launch.ts';
import type { LaneFact } from '../protocol/facts.ts';

/** A lane that has not ended. */
export type OpenLane = {
  lane: number;
  kind: 'main' | 'thread' | 'process';
  owner: Child;
  isReady: boolean;
  /** Jobs under way on it. */
  jobs: Set<number>;
};

export class Ledger {
  #main: Child;
  #hasThreads: boolean;
  #open = new Map<number, OpenLane>();
  /** Numbers of all lanes that there ever were: none is taken twice. */
  #numbers = new Set<number>();
  #jobs = new Set<number>();
  #logBytes = new Map<number | null, number>();

  /** `hasThreads`: whether `main` may have lanes beside its own. */
  constructor(main: Child, hasThreads: boolean) {
    this.#main = main;
    this.#hasThreads = hasThreads;
  }

  /** Takes the number of a lane for a process that is to be launched; false if it is taken. */
  reserve(lane: number): boolean {
    if (lane === 0 || this.#numbers.has(lane)) return false;
    this.#numbers.add(lane);
    return true;
  }

  /** Opens the lane of a process that was launched. */
  open(lane: number, kind: OpenLane['kind'], owner: Child): void {
    this.#open.set(lane, { lane, kind, owner, isReady: false, jobs: new Set() });
  }

  /** Closes all lanes of a process that has ended, and returns them, the latest first. */
  close(owner: Child): OpenLane[] {
    const lanes = [...this.#open.values()].filter((lane) => lane.owner === owner).reverse();
    for (const { lane } of lanes) this.#open.delete(lane);
    return lanes;
  }

  /** The jobs under way in a process. */
  jobsOf(owner: Child): number[] {
    return [...this.#open.values()].flatMap((lane) => (lane.owner === owner ? [...lane.jobs] : []));
  }

  /** Whether `from` may say `fact` now; keeps account of it if so. Of log lines, see `takesLog`. */
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
        // Of a process, the system says when it has ended.
        return lane.kind === 'thread' && this.#open.delete(fact.lane);
      case 'job-started':
        if (this.#jobs.has(fact.job)) return false;
        this.#jobs.add(fact.job);
        lane.jobs.add(fact.job);
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
        return true;
    }
  }

  /** The open lane of that number, if it is one of `owner`. */
  laneOf(owner: Child, lane: number): OpenLane | undefined {
    const found = this.#open.get(lane);
    return found?.owner === owner ? found : undefined;
  }

  /** Whether there is room for a line in the log of `job` (null: outside any); `isFirstLeftOut` is true of the first that finds none. */
  takesLog(
    job: number | null,
    text: string,
    limitBytes: number,
  ): { isTaken: boolean; isFirstLeftOut: boolean } {
    const before = this.#logBytes.get(job) ?? 0;
    const after = before + Buffer.byteLength(text) + 1;
    this.#logBytes.set(job, after);
    return { isTaken: after <= limitBytes, isFirstLeftOut: before <= limitBytes && after > limitBytes };
  }

  #acceptsLane(from: Child, { lane, kind }: LaneFact & { type: 'lane-started' }): boolean {
    const isMain = kind === 'main' && lane === 0;
    const isThread = kind === 'thread' && this.#hasThreads && lane > 0;
    if (from !== this.#main || this.#numbers.has(lane) || !(isMain || isThread)) return false;
    this.#numbers.add(lane);
    this.open(lane, kind, from);
    return true;
  }
}
