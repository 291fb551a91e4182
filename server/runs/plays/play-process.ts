/** The process of a program that is executed by hand: it takes the steps that were chosen, and waits for the next. */
import type { PlayOutcome } from '../../figures/play-goals.ts';
import type { Child } from '../../launch/child.ts';
import type { Booted } from '../../launch/ready.ts';
import { MAX_CHOICES, type NextStep } from '../../protocol/play.ts';
import type { Report, Stamped } from '../../protocol/reports.ts';
import { STEP_SECONDS } from '../../protocol/search.ts';
import { formatSchedule, type ScheduleStep } from '../../spec/schedule.ts';
import { capital } from '../../words/english.ts';
import { Ledger } from '../pass/ledger.ts';
import { PassLog } from '../pass/pass-log.ts';
import { addressFor, linesIn, type PassOptions } from '../pass/pass-plan.ts';
import { PassProcess } from '../pass/pass-process.ts';
import { UsageMeter } from '../pass/usage.ts';
import { Waits } from '../pass/waits.ts';
import { PlayLog } from './play-log.ts';
import type { Position } from './position.ts';

/** Longest that it may take to come to the next choice, in ms: each lane has STEP_SECONDS for a step. */
const MOVE_MS = 20_000;
/** Later than any wait has begun. */
const LATER = 1e9;

export type PlayPlan = Pick<PassOptions, 'program' | 'settings' | 'cores' | 'compute'> & { maxMib: number };

/** What the process says at a choice, or at the end. */
type Settled = { at: number; count: number; isMisfit: boolean };

export class PlayProcess {
  readonly startedAt = performance.now();
  #plan: PlayPlan;
  #child: Child;
  #main: PassProcess;
  #ledger: Ledger;
  #events = new PlayLog();
  #log: PassLog;
  #waits: Waits;
  #usage = new UsageMeter();
  #next: NextStep[] = [];
  #outcome: PlayOutcome | null = null;
  #settle: (settled: Settled) => void = () => {};
  #fault: string | null = null;

  constructor(booted: Booted, plan: PlayPlan) {
    this.#plan = plan;
    this.#child = booted.child;
    this.#main = new PassProcess(booted.child, 0, 'the program’s process', plan.maxMib);
    [this.#ledger, this.#log, this.#waits] = this.#fresh();
    const program = addressFor(plan.program, booted);
    this.#child.listener = {
      report: (stamped) => this.#report(stamped),
      stderr: (text) => {
        this.#main.noteStderr(text);
        this.#log.stderr(0, text);
      },
      fault: (what) => {
        this.#fault ??= `${capital(this.#main.subject)} ${what}, and was killed.`;
      },
      usage: (usage) => {
        this.#usage.measure(this.#child.pid, usage);
        plan.compute(this.#usage.takeComputed());
        const took = this.#main.overrun(usage.rssBytes / 2 ** 20);
        if (took !== null) this.#kill(`Its process ${took}, and was killed.`);
      },
    };
    const reloads = plan.program.hasState ?? true;
    const settings = { ...plan.settings, program, order: { kind: 'play', reloads } as const };
    const { pid } = this.#child;
    this.#child.send({ type: 'begin-main', settings, bootMs: booted.bootMs, pid, parentPid: 0 });
  }

  /** Whether it has ended, or is about to. */
  get isGone(): boolean {
    return this.#fault !== null || this.#child.exitedAt !== null;
  }

  /** Executes `steps`, going on from those before if it can. Never rejects: see `Position.fault`. */
  async show(steps: readonly ScheduleStep[]): Promise<Position> {
    this.#next = [];
    this.#outcome = null;
    const settling = Promise.withResolvers<Settled>();
    this.#settle = settling.resolve;
    const timer = setTimeout(
      () =>
        this.#kill(
          `The program did not come to its next step within ${MOVE_MS / 1000} s, and its process was killed.`,
        ),
      MOVE_MS,
    );
    this.#child.send({ type: 'play', schedule: formatSchedule(steps) });
    const settled = await Promise.race([settling.promise, this.#child.ended.then(() => null)]);
    clearTimeout(timer);
    const exit = settled === null ? await this.#child.ended : null;
    if (exit) {
      const { bye } = this.#main;
      this.#fault ??= bye?.error ?? `${capital(this.#main.subject)} ${this.#main.describeEnd(exit)}.`;
    }
    const taken = settled === null ? steps : steps.slice(0, settled.at);
    const schedule = formatSchedule(taken);
    return {
      steps: taken,
      events: this.#events.events.map((event) =>
        event.type === 'pass-started' ? { ...event, schedule } : event,
      ),
      next: settled === null ? [] : this.#next,
      count: settled?.count ?? 0,
      outcome: settled === null ? null : this.#outcome,
      fault: settled === null ? this.#fault : null,
      isMisfit: settled?.isMisfit === true || taken.length < steps.length,
    };
  }

  /** Ends the process. Resolves when it has ended. */
  async stop(): Promise<void> {
    if (this.#child.exitedAt === null) this.#fault ??= 'The program’s process was ended.';
    await this.#child.stop();
    this.#plan.compute(this.#usage.takeComputed());
  }

  #kill(why: string): void {
    this.#fault ??= why;
    this.#child.kill();
  }

  /** Returns what each execution begins with. */
  #fresh(): [Ledger, PassLog, Waits] {
    const { settings, program, cores } = this.#plan;
    const { mode, maxLanes, reuse } = settings;
    this.#events = new PlayLog();
    this.#events.append({ type: 'run-started' }, null, 0);
    const start = { mode, cores, otherRuns: 0, order: 'schedule', schedule: 'none' } as const;
    const log = new PassLog(this.#events, 0, { type: 'pass-started', ...start });
    log.begin();
    const lines = linesIn(program);
    const pass = { main: this.#child, mode, maxLanes, reuse, bootMs: 0, lines, order: 'schedule' } as const;
    return [new Ledger(pass), log, new Waits(mode)];
  }

  #report({ t, report }: Stamped): void {
    switch (report.type) {
      case 'play-begun':
        [this.#ledger, this.#log, this.#waits] = this.#fresh();
        return;
      case 'play-next': {
        const { type: _, ...next } = report;
        if (this.#next.length < MAX_CHOICES) this.#next.push(next);
        return;
      }
      case 'play-waits':
        this.#settle(report);
        return;
      case 'outcome':
        this.#outcome = report;
        return;
      case 'play-ended':
        if (this.#outcome) this.#conclude(this.#outcome);
        this.#settle({ at: report.at, count: 0, isMisfit: false });
        return;
      case 'start-job':
        this.#ledger.start(this.#child, report.job);
        return;
      case 'bye':
        this.#main.bye ??= report;
        return;
      case 'hello':
      case 'calibrated':
      case 'open-lane':
      case 'run-job':
      case 'close-lane':
      case 'ask':
      case 'evidence':
      case 'timers':
      case 'check-started':
      case 'search-progress':
      case 'search-ended':
        return;
      default:
        this.#log.reach(t);
        this.#note(report);
    }
  }

  /** Logs a fact, if the process may report it. */
  #note(reported: Extract<Report, { lane: number }> & Parameters<Ledger['check']>[1]): void {
    const fact = this.#ledger.check(this.#child, reported);
    const { excess } = this.#ledger;
    if (excess !== null) this.#kill(excess);
    if (fact === null) return;
    const { logBytes } = this.#plan.settings;
    if (fact.type === 'log' && !this.#log.takesOutput(fact.job, fact.text, logBytes)) return;
    this.#log.append(fact);
    this.#waits.apply(fact, 0);
  }

  /** Logs the end of the program, as of a run. */
  #conclude({ failed, check, stuck, isCut }: PlayOutcome): void {
    const waits = stuck.length > 0 ? this.#waits.stuck(LATER) : null;
    const why = stuck.length > 0 ? (waits?.text ?? 'Nothing can continue.') : null;
    const cut = isCut
      ? `A job computed for more than ${STEP_SECONDS} s without a step, or took too many.`
      : null;
    const wrong = check === null ? null : `Check failed: ${check}`;
    const error = cut ?? why ?? failed.find(({ job }) => job === null)?.error ?? wrong;
    if (waits?.circle) this.#log.append({ type: 'deadlock', circle: waits.circle });
    for (const { lane, kind, jobs } of this.#ledger.close(this.#child)) {
      for (const job of jobs)
        this.#log.append({ type: 'job-ended', lane, job, status: 'cut-off', error: null });
      const reason = kind !== 'main' ? 'cut-off' : why !== null ? 'killed' : error ? 'threw' : 'returned';
      this.#log.append({ type: 'lane-ended', lane, reason, exitCode: null, signal: null });
    }
    const status = error === null ? 'completed' : 'failed';
    const wallMs = this.#log.step ?? 0;
    this.#log.append({ type: 'pass-ended', status, error, wallMs, cpuMs: null, peakRssBytes: null });
    this.#events.append({ type: 'run-ended', status, error }, null, 0);
  }
}
