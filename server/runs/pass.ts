/**
 * One pass: launches the program process, listens to it and to the child processes it asks for, and writes the log.
 * What a process says is checked by the ledger (ledger.ts) before it is believed.
 */
import process from 'node:process';
import { type Child, type Exit, now } from '../launch/launch.ts';
import type { Ready } from '../launch/ready.ts';
import { Hub } from '../program/hub.ts';
import type { Fact, LaneFact, Status } from '../protocol/facts.ts';
import type { JobOutcome, PassSettings } from '../protocol/orders.ts';
import type { Stamped } from '../protocol/reports.ts';
import { toMicrosecond } from '../protocol/times.ts';
import { MODE_TRAITS } from '../spec/modes.ts';
import type { Runtime } from '../spec/runtimes.ts';
import { Ledger } from './ledger.ts';
import { PassProcess } from './pass-process.ts';
import type { RunLog } from './run-log.ts';
import { UsageMeter } from './usage.ts';
import { Waits } from './waits.ts';

export type PassOptions = {
  pass: number;
  runtime: Runtime;
  settings: PassSettings;
  cores: number;
  otherRuns: number;
  /** Longest the pass may take. */
  limitMs: number;
  /** Most child processes at once. */
  maxProcesses: number;
  /** Most memory of main's process, and of a child, in MiB. */
  maxMib: { main: number; child: number };
};

/** Why a pass or a run is stopped from outside. */
export type StopReason = Exclude<Status, 'completed' | 'failed'>;

/** Pause between looks for lanes that can never go on, in ms. */
const CHECK_MS = 250;
/** Most bytes of its own words, outside any job, that a pass's processes may write. */
const STDERR_BYTES = 64 * 1024;

/** Runs the pass to its end, however it ends: resolves when no process of it is left. Rejects if none could be launched. */
export async function runPass(
  plan: PassOptions,
  ready: Ready,
  log: RunLog,
  signal: AbortSignal,
): Promise<Status> {
  const { child, bootMs } = await ready.take(plan.runtime);
  return new Pass(plan, ready, log, child).run(bootMs, signal);
}

class Pass {
  #plan: PassOptions;
  #ready: Ready;
  #log: RunLog;
  #startedAt = now();
  #main: PassProcess;
  #processes = new Map<number, PassProcess>();
  #ledger: Ledger;
  #usage = new UsageMeter();
  /** The queue and the locks, where jobs are processes. */
  #hub = new Hub((state) => {
    for (const { child } of this.#processes.values()) child.send({ type: 'queue-state', state });
  });
  #waits: Waits;
  #stopped: StopReason | null = null;
  /** Why the pass failed, where the server ended it. */
  #fault: string | null = null;
  /** Who had not ended when the time was up. */
  #unended: string | null = null;
  /** Stopped, or main has gone: no process is launched any more. */
  #isOver = false;
  /** Lanes of child processes, those being launched included. */
  #children = new Set<number>();
  #endedMs = 0;
  /** The ends of child processes, those being launched included. */
  #endings: Promise<void>[] = [];

  constructor(plan: PassOptions, ready: Ready, log: RunLog, main: Child) {
    this.#plan = plan;
    this.#ready = ready;
    this.#log = log;
    this.#waits = new Waits(plan.settings.mode);
    this.#ledger = new Ledger(main, MODE_TRAITS[plan.settings.mode].lane === 'thread');
    this.#main = new PassProcess(main, 0);
    this.#processes.set(0, this.#main);
  }

  async run(bootMs: number, signal: AbortSignal): Promise<Status> {
    const { settings, cores, otherRuns, limitMs } = this.#plan;
    const { child } = this.#main;
    this.#append({ type: 'pass-started', mode: settings.mode, cores, otherRuns }, 0);
    this.#listen(this.#main);
    child.send({ type: 'begin-main', settings, bootMs, parentPid: process.pid });

    const stop = (reason: StopReason) => {
      if (this.#stopped === null && reason === 'timed-out') this.#logTimeout();
      this.#stopped ??= reason;
      this.#stopProcesses();
    };
    const onAbort = () => stop(signal.reason);
    const timer = setTimeout(stop, limitMs, 'timed-out');
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    const watch = setInterval(() => this.#checkStuck(), CHECK_MS);

    const exit = await child.ended;
    // Main has gone: what is left is daemons, or main fell, and nobody would hear the rest.
    this.#stopProcesses();
    this.#endProcess(this.#main, exit);
    while (this.#endings.length > 0) await Promise.all(this.#endings.splice(0));
    clearTimeout(timer);
    clearInterval(watch);
    signal.removeEventListener('abort', onAbort);

    const { bye } = this.#main;
    const fell = bye ? null : `The program’s process ${this.#main.describeEnd(exit)}.`;
    const error = this.#stopped ? this.#unended : (this.#fault ?? bye?.error ?? fell);
    const status = this.#stopped ?? (error === null ? 'completed' : 'failed');
    const { cpuMs, peakRssBytes } = this.#usage.total();
    this.#append(
      { type: 'pass-ended', status, error, wallMs: toMicrosecond(this.#endedMs), cpuMs, peakRssBytes },
      this.#endedMs,
    );
    return status;
  }

  /** Ends the pass where nobody in it can ever go on. */
  #checkStuck(): void {
    const stuck = this.#waits.stuck(now());
    if (!stuck || this.#isOver) return;
    this.#fail(stuck.text);
    if (stuck.circle) this.#append({ type: 'deadlock', circle: stuck.circle });
  }

  /** Ends the pass as failed. */
  #fail(error: string): void {
    this.#fault ??= error;
    this.#append({ type: 'log', lane: 0, job: null, stream: 'stderr', text: error });
    this.#stopProcesses();
  }

  /** The time is up: says who has not ended, and waits for what. */
  #logTimeout(): void {
    this.#unended = this.#isOver ? null : this.#waits.unended();
    if (this.#unended === null) return;
    const text = `Stopped at the time limit. ${this.#unended}`;
    this.#append({ type: 'log', lane: 0, job: null, stream: 'stderr', text });
  }

  /** Main has returned, and its process ends: what it still waits for, it does not get. */
  #logLeftovers(): void {
    for (const { on, line } of this.#waits.ofMain()) {
      const text = `Main has ended; its wait for ${on} is cut off.`;
      this.#append({ type: 'log', lane: 0, job: null, stream: 'stdout', text, line });
    }
  }

  #stopProcesses(): void {
    this.#isOver = true;
    for (const one of this.#processes.values()) void one.child.stop();
  }

  #listen(one: PassProcess): void {
    const { child } = one;
    child.listener = {
      report: (stamped) => this.#report(one, stamped),
      stderr: (text) => this.#stderr(one, text),
      usage: (usage) => {
        const sample = this.#usage.measure(child.pid, usage);
        this.#checkMemory(one, usage.rssBytes / 2 ** 20);
        // One event for all processes, when the guard has come round to main; not when main has let go of its memory
        // and is about to be gone.
        if (one === this.#main && usage.rssBytes > 0) this.#append({ type: 'sample', ...sample });
      },
    };
  }

  /** Ends a process that takes more than it may. Watched from outside: what a program takes off its heap passes every flag. */
  #checkMemory(one: PassProcess, mib: number): void {
    const max = one === this.#main ? this.#plan.maxMib.main : this.#plan.maxMib.child;
    const took = one.overrun(mib, max);
    if (took === null) return;
    const [job, ...others] = this.#ledger.jobsOf(one.child);
    const whose = job !== undefined && others.length === 0 ? `Job ${job}: its process` : 'Its process';
    this.#stderr(one, `${whose} ${took}, and is killed.`);
    one.child.kill();
  }

  /** Takes what a process says, if it may say it. Anything else is not of this run, and is left out. */
  #report(one: PassProcess, { t, report }: Stamped): void {
    const atMs = one.timeOf(t, this.#startedAt) - this.#startedAt;
    switch (report.type) {
      case 'hello':
      case 'calibrated':
        return;
      case 'bye':
        if (one === this.#main && !one.bye && report.reason === 'returned') this.#logLeftovers();
        one.bye = report;
        this.#usage.final(one.child.pid, report);
        return;
      case 'open-lane':
        if (one === this.#main) this.#openLane(report.lane, report.job, report.daemon);
        return;
      case 'run-job':
        if (one === this.#main)
          this.#processes.get(report.lane)?.child.send({ type: 'run-job', job: report.job });
        return;
      case 'close-lane':
        if (one === this.#main) this.#processes.get(report.lane)?.child.send({ type: 'close-lane' });
        return;
      case 'ask':
        this.#hub.ask(one.lane, report.ask, (answer) => one.child.send({ type: 'answer', answer }));
        return;
      case 'log': {
        const isOwn = this.#ledger.laneOf(one.child, report.lane) !== undefined;
        const limit = this.#plan.settings.logBytes;
        if (isOwn && this.#takesLog(report.job, report.text, limit)) this.#appendFact(report, atMs);
        return;
      }
      default:
        if (!this.#ledger.accepts(one.child, report)) return;
        this.#appendFact(report, atMs);
        if (report.type === 'job-ended' && one !== this.#main) this.#main.child.send(report);
    }
  }

  /** A line of the log, as far as there is room for it. */
  #takesLog(job: number | null, text: string, limit: number): boolean {
    const { isTaken, isFirstLeftOut } = this.#ledger.takesLog(job, text, limit);
    if (isFirstLeftOut) this.#append({ type: 'cut', what: 'log', job, limit });
    return isTaken;
  }

  /** Words of a process outside any job; `line` is that of the program, where they come from one. */
  #stderr(one: PassProcess, text: string, line?: number): void {
    if (text.trim() === '' || !this.#takesLog(null, text, STDERR_BYTES)) return;
    this.#append({ type: 'log', lane: one.lane, job: null, stream: 'stderr', text, line });
  }

  /** Main asked for a child process. */
  #openLane(lane: number, job: number, daemon: boolean): void {
    const { settings, runtime, maxProcesses } = this.#plan;
    // Main keeps within the bound by itself: past it, this is not the main that we gave it.
    const isAllowed = MODE_TRAITS[settings.mode].lane === 'process' && this.#children.size < maxProcesses;
    if (!isAllowed || this.#isOver || !this.#ledger.reserve(lane)) return;
    this.#children.add(lane);
    const startedAt = now();
    // Until there is a process, its lane is nobody's: what main says of it is not taken.
    const launching = this.#ready.launch(runtime, { report: () => {}, stderr: () => {} });
    this.#endings.push(
      launching.then(
        async (child) => {
          const one = new PassProcess(child, lane);
          this.#processes.set(lane, one);
          this.#ledger.open(lane, 'process', child);
          const { pid } = child;
          const parentPid = process.pid;
          const started = {
            lane,
            kind: 'process',
            name: `#${lane}`,
            pid,
            threadId: 0,
            parentPid,
            daemon,
          } as const;
          this.#appendFact({ type: 'lane-started', ...started }, startedAt - this.#startedAt);
          this.#listen(one);
          child.send({ type: 'begin-lane', settings, lane, job, queue: this.#hub.state });
          this.#main.child.send({ type: 'lane-opened', lane, pid: child.pid });
          if (this.#isOver) void child.stop();
          this.#endProcess(one, await child.ended);
        },
        (error) => {
          // It never came to be; main is told that its job failed, the log why.
          console.error('pass: cannot launch a child process', error);
          this.#stderr(this.#main, `The process for job ${job} could not be started.`);
          this.#main.child.send({ type: 'lane-opened', lane, pid: 0 });
          this.#endChild(lane, null, { status: 'failed', error: 'Its process could not be started.' });
        },
      ),
    );
  }

  /** Closes what a process left open, and tells how it ended. */
  #endProcess(one: PassProcess, exit: Exit): void {
    const atMs = exit.atMs - this.#startedAt;
    this.#endedMs = Math.max(this.#endedMs, atMs);
    this.#usage.gone(one.child.pid);
    // What still ran when main had returned was a daemon's, or main failed: it is cut off there.
    const isCut = !this.#stopped && this.#main.bye !== null && (one === this.#main || !one.bye);
    // Of several jobs, nobody knows which of them ended their process: all are cut off by it.
    const status = this.#ledger.jobsOf(one.child).length > 1 ? 'cut-off' : 'failed';
    const outcome: JobOutcome =
      isCut || this.#stopped || this.#fault !== null
        ? { status: 'cut-off', error: null }
        : { status, error: `Its process ${one.describeEnd(exit)}.` };
    for (const { lane, kind, jobs } of this.#ledger.close(one.child)) {
      for (const job of jobs) this.#appendFact({ type: 'job-ended', lane, job, ...outcome }, atMs);
      const own = one.bye?.reason ?? (exit.signal ? 'killed' : 'exited');
      const { exitCode, signal } = kind === 'thread' ? { exitCode: null, signal: null } : exit;
      const reason = isCut && kind !== 'main' ? 'cut-off' : kind === 'thread' ? 'killed' : own;
      this.#appendFact({ type: 'lane-ended', lane, reason, exitCode, signal }, atMs);
    }
    if (one === this.#main) return;
    if (one.bye?.error) this.#stderr(one, one.bye.error, one.bye.line);
    this.#processes.delete(one.lane);
    this.#endChild(one.lane, exit.exitCode, outcome);
  }

  /** Tells main that a child process has ended, with the outcome of the job that it had in hand. */
  #endChild(lane: number, exitCode: number | null, outcome: JobOutcome): void {
    this.#children.delete(lane);
    // Where all are being stopped, nobody goes on for it: no join ends by it, and no lock is free.
    if (this.#isOver) return;
    this.#hub.leave(lane);
    this.#main.child.send({ type: 'lane-ended', lane, exitCode, ...outcome });
  }

  /** Logs a fact of a lane, and follows what it changes of the waits. */
  #appendFact(fact: LaneFact, atMs: number): void {
    this.#append(fact, atMs);
    this.#waits.apply(fact, now());
  }

  #append(fact: Fact, atMs = now() - this.#startedAt): void {
    this.#log.append(fact, this.#plan.pass, Math.max(0, atMs));
  }
}
