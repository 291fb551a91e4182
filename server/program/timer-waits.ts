/**
 * Waits for the program's own timers, such as `await new Promise((end) => setTimeout(end, 500))`. No call says that a
 * job waits for one. But it does, for the first that is due, if it has set one, does nothing else, and waits for nothing
 * else, until it does something again. That is known at the end of the event loop's turn in which it set the timer, or
 * when the next timer fires. Not before: what it awaits may be ready, and then it goes on, perhaps after other jobs. If it
 * has not, it has waited since it yielded the thread.
 */

import type { Report } from '../protocol/reports.ts';
import { currentJob, type Owner } from './console.ts';
import { emit, watchReports } from './emit.ts';
import { hearResumed } from './resumed.ts';
import type { Timer } from './timer.ts';
import { eachWaitUnderWay, MOST_OWN_SLEEPS, SHORTEST_OWN_MS } from './waiting.ts';
import { Yields } from './yields.ts';

/** Most timers at once among which the first is looked up: ten for each of a hundred jobs on the event loop. */
const MOST_PENDING = 1000;

type Party = number | null;

/** Calls back when this turn of the event loop is over. Taken before the program can replace it. */
const afterTurn = globalThis.setImmediate;

let ofThread: TimerWaits | null = null;

/**
 * Says that a timer of this thread has just fired, in the context of its owner: `timer`, if the program has set it. The
 * runtime calls each after all that was ready: whoever was active before waits now, but for the owner, which has waited.
 */
export function noteFired(timer?: Timer): void {
  ofThread?.begin(currentJob.getStore());
  if (timer) ofThread?.noteWaited(timer);
}

export class TimerWaits {
  #lane: number;
  #pending: ReadonlyMap<unknown, Timer>;
  #running: ReadonlySet<number>;
  /** Jobs, and main (null), that wait for a timer, and how long that is. */
  #open = new Map<Party, string>();
  /** Those that may begin to wait for one when this turn of the event loop ends. */
  #active = new Set<Party>();
  #left = MOST_OWN_SLEEPS;
  #yields = new Yields();
  /** Whether it hears when a promise resumes a job: only then it knows that one has not gone on in the same turn. */
  #hears = false;
  #isListening = false;
  #isPlanned = false;
  #isReporting = false;

  /** `pending` and `running` are followed: the timers of this thread, and the jobs under way on its `lane`. */
  constructor(lane: number, pending: ReadonlyMap<unknown, Timer>, running: ReadonlySet<number>) {
    this.#lane = lane;
    this.#pending = pending;
    this.#running = running;
    watchReports((report) => this.#hear(report));
    ofThread = this;
  }

  /** Notes that code of `owner` runs, and so waits for no timer until its turn ends. */
  noteActive(owner: Owner | undefined): void {
    if (owner === undefined || owner === 'check') return;
    this.#yields.note(owner);
    const on = this.#open.get(owner);
    this.#open.delete(owner);
    if (this.#pending.size > 0 && this.#left > 0) {
      this.#active.add(owner);
      this.#plan();
    }
    if (on !== undefined)
      this.#report({ type: 'wait-ended', lane: this.#lane, job: owner, for: 'sleep', on });
  }

  /** Notes that code of `owner` has set a timer of `ms`. */
  noteSet(owner: Owner | undefined, ms: number): void {
    if (ms >= SHORTEST_OWN_MS) this.#listen();
    this.noteActive(owner);
  }

  /**
   * Hears from now on when a promise resumes a job that waits for a timer: then it goes on before that is due. Before the
   * job awaits anything, or its runtime would not say so.
   */
  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    this.#hears = hearResumed(() => {
      if (this.#open.size === 0 && this.#active.size === 0) return;
      const owner = currentJob.getStore();
      this.#yields.note(owner);
      if (owner !== undefined && owner !== 'check' && this.#open.has(owner)) this.noteActive(owner);
    });
  }

  /** Called before each report of this thread: a report shows which job is running. */
  #hear(report: Report): void {
    if (this.#isReporting || (this.#pending.size === 0 && this.#open.size === 0)) return;
    const party = partyOf(report, this.#lane);
    if (party !== undefined) this.noteActive(party);
  }

  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    afterTurn(() => {
      this.#isPlanned = false;
      this.begin();
      this.#yields.end();
    });
  }

  /** Begins the waits of those that were active, in a turn that has ended, but not of whoever is `running` now. */
  begin(running?: Owner): void {
    const parties = this.#active;
    this.#active = new Set();
    if (running !== undefined && running !== 'check' && parties.delete(running)) this.#active.add(running);
    if (parties.size === 0) return;
    for (const party of parties) if (party !== null && !this.#running.has(party)) parties.delete(party);
    if (parties.size === 0) return;
    eachWaitUnderWay(({ job }) => parties.delete(job));
    for (const [party, timer] of this.#firstDue(parties)) this.#start(party, timer);
  }

  /** Reports the wait for a timer that has just fired, if its owner has waited for it only in this turn. */
  noteWaited(timer: Timer): void {
    const { owner } = timer;
    if (owner === undefined || owner === 'check' || !this.#active.has(owner) || this.#open.has(owner)) return;
    const parties = new Set([owner]);
    eachWaitUnderWay(({ job }) => parties.delete(job));
    if (parties.size > 0 && this.#hears && this.#yields.lastedMs(owner) > 0) this.#start(owner, timer);
  }

  /** Reports that a party waits for its timer, since it yielded the thread. */
  #start(party: Party, { ms, line }: Timer): void {
    if (!(ms >= SHORTEST_OWN_MS) || this.#left === 0) return;
    this.#left--;
    const on = `${ms / 1000} s`;
    const agoMs = this.#hears ? Math.round(this.#yields.lastedMs(party) * 1000) / 1000 : 0;
    this.#yields.forget(party);
    this.#open.set(party, on);
    this.#report({
      type: 'wait-started',
      lane: this.#lane,
      job: party,
      for: 'sleep',
      on,
      timer: true,
      ...(agoMs > 0 && { agoMs }),
      line,
    });
  }

  /** Returns the timer of each party that is due first. */
  #firstDue(parties: ReadonlySet<Party>): Map<Party, Timer> {
    const first = new Map<Party, Timer>();
    if (this.#pending.size > MOST_PENDING) return first;
    for (const one of this.#pending.values()) {
      const { owner } = one;
      if (owner === undefined || owner === 'check' || !parties.has(owner) || !one.isPending()) continue;
      if (one.dueMs < (first.get(owner)?.dueMs ?? Number.POSITIVE_INFINITY)) first.set(owner, one);
    }
    return first;
  }

  #report(report: Report): void {
    this.#isReporting = true;
    try {
      emit(report);
    } finally {
      this.#isReporting = false;
    }
  }
}

/** Returns the job of the lane that makes a report, or null if main does; undefined if it does not come from the program. */
function partyOf(report: Report, lane: number): Party | undefined {
  if (report.type === 'start-job' || report.type === 'open-lane') return null;
  if (report.type === 'lane-started' || !('job' in report) || !('lane' in report)) return undefined;
  // Main's starting of a job, which waits for a lane.
  if (report.type === 'wait-started' && report.for === 'worker') return null;
  return report.lane === lane ? report.job : undefined;
}
