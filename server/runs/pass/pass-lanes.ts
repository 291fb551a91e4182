/** The lanes of a pass, as its log has them: what their processes report, if the ledger accepts it, and how they end. */
import type { Exit } from '../../launch/child.ts';
import { now } from '../../launch/clock.ts';
import type { LaneFact } from '../../protocol/facts.ts';
import type { JobOutcome } from '../../protocol/orders.ts';
import { capital } from '../../words/english.ts';
import { Ledger, type LedgerPass } from './ledger.ts';
import { LostJobs } from './lost-jobs.ts';
import type { PassEnd } from './pass-end.ts';
import type { PassLog } from './pass-log.ts';
import type { PassOptions } from './pass-plan.ts';
import type { PassProcess } from './pass-process.ts';
import { Waits } from './waits.ts';

export class PassLanes {
  readonly ledger: Ledger;
  readonly waits: Waits;
  readonly lost: LostJobs;
  #plan: PassOptions;
  #main: PassProcess;
  #log: PassLog;
  #end: PassEnd;
  /** The time of each lane's latest fact, in ms since the start of the pass. */
  #latestMs = new Map<number, number>();
  #readied = 0;
  #endedMs = 0;

  constructor(plan: PassOptions, pass: LedgerPass, main: PassProcess, log: PassLog, end: PassEnd) {
    this.#plan = plan;
    this.#main = main;
    this.#log = log;
    this.#end = end;
    this.ledger = new Ledger(pass);
    this.waits = new Waits(pass.mode, pass.isScript);
    this.lost = new LostJobs(log);
  }

  /** How many lanes have been ready. */
  get readied(): number {
    return this.#readied;
  }

  /** When the last process so far ended, in ms since the start of the pass. */
  get endedMs(): number {
    return this.#endedMs;
  }

  /** Logs a fact of a lane, and applies it to the waits. */
  append(fact: LaneFact, atMs: number): void {
    if (fact.type === 'lane-ready') this.#readied++;
    this.#log.append(fact, atMs);
    this.waits.apply(fact, now());
  }

  /** Logs a fact, if the process may report it. Returns it as logged; null if it is not. */
  report(source: PassProcess, reported: LaneFact, atMs: number): LaneFact | null {
    const fact = this.ledger.check(source.child, reported);
    if (fact === null) {
      const { type, lane } = reported;
      if (type === 'job-ended' && this.ledger.lose(source.child, lane, reported.job))
        this.lose(lane, reported.job, reported.error, atMs);
      return null;
    }
    // Those of a lane are in order, whatever times the process gives them.
    const orderedMs = Math.max(atMs, this.#latestMs.get(fact.lane) ?? 0);
    this.#latestMs.set(fact.lane, orderedMs);
    if (fact.type === 'log' && !this.#log.takesOutput(fact.job, fact.text, this.#plan.settings.logBytes))
      return null;
    this.append(fact, orderedMs);
    return fact;
  }

  /** Logs that a job given to a lane never begins. Unless the pass is being stopped anyway, that is why it fails. */
  lose(lane: number, job: number, error: string | null, atMs: number): void {
    this.lost.add(lane, job, this.#end.isOver ? null : error, atMs);
  }

  /** Closes what a process left open, and logs how it ended. Returns how jobs of it ended. */
  close(ended: PassProcess, exit: Exit): JobOutcome {
    const { stopped, fault } = this.#end;
    const atMs = ended.endedAt(exit) - this.#log.startedAt;
    this.#endedMs = Math.max(this.#endedMs, atMs);
    // Whatever still ran after main's final report was a daemon, or main failed: it is cut off.
    const isCut = !stopped && this.#main.bye !== null && (ended === this.#main || !ended.bye);
    const outcome: JobOutcome =
      isCut || stopped || fault !== null ? { status: 'cut-off', error: null } : this.#outcome(ended, exit);
    for (const { lane, kind, jobs, given } of this.ledger.close(ended.child)) {
      // A thread of it, or a process that a script has forked.
      const isWithin = lane !== ended.lane;
      for (const job of jobs) this.append({ type: 'job-ended', lane, job, ...outcome }, atMs);
      const why = ended.bye?.error ?? `its process ${ended.describeEnd(exit)}`;
      if (given !== null) this.lose(lane, given, outcome.error && why, atMs);
      const ownReason = ended.bye?.reason ?? (exit.signal ? 'killed' : 'exited');
      const { exitCode, signal } = isWithin ? { exitCode: null, signal: null } : exit;
      const reason = isCut && kind !== 'main' ? 'cut-off' : isWithin ? 'killed' : ownReason;
      this.append({ type: 'lane-ended', lane, reason, exitCode, signal }, atMs);
    }
    return outcome;
  }

  /** Returns the outcome of the jobs of a process that ended by itself. */
  #outcome(ended: PassProcess, exit: Exit): JobOutcome {
    const isForked = this.#plan.kind.forks && ended === this.#main;
    // If several jobs shared the process, it is unknown which of them ended it: all are cut off. So are the jobs of a
    // script when its main ends: none of them ran in main's own lane.
    const status = isForked || this.ledger.jobsOf(ended.child).length > 1 ? 'cut-off' : 'failed';
    const subject = isForked ? capital(ended.subject) : 'Its process';
    return { status, error: `${subject} ${ended.describeEnd(exit)}.` };
  }
}
