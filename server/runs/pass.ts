/**
 * One pass: launches the program process and the child processes that it asks for, receives their reports, and writes
 * the log. The ledger (ledger.ts) checks each report.
 */
import fs from 'node:fs';
import process from 'node:process';
import type { Child, Exit } from '../launch/child.ts';
import { now } from '../launch/clock.ts';
import type { Place } from '../launch/place.ts';
import type { Booted, Ready } from '../launch/ready.ts';
import type { Ask } from '../protocol/asks.ts';
import type { Evidence } from '../protocol/evidence.ts';
import type { LaneFact, Pauses, Status } from '../protocol/facts.ts';
import type { JobOutcome, PassSettings } from '../protocol/orders.ts';
import type { Stamped } from '../protocol/reports.ts';
import { toMicrosecond } from '../protocol/times.ts';
import { nameOfLane } from '../spec/lanes.ts';
import { MODE_TRAITS } from '../spec/modes.ts';
import { capital } from '../words/english.ts';
import { pauseWords } from '../words/pause-words.ts';
import { shortageOf } from '../words/shortage.ts';
import { BootWatch } from './boot-watch.ts';
import { Ledger } from './ledger.ts';
import { LostJobs } from './lost-jobs.ts';
import { areMany } from './pass-demand.ts';
import { PassLog } from './pass-log.ts';
import { addressFor, linesIn, type PassOptions, type StopReason, startOf } from './pass-plan.ts';
import { PassProcess } from './pass-process.ts';
import { PassSearch } from './pass-search.ts';
import { PassedEvidence } from './passed-evidence.ts';
import { PauseMeter } from './pauses.ts';
import type { RunLog } from './run-log.ts';
import { ServedHub } from './served-hub.ts';
import { UsageMeter } from './usage.ts';
import { Waits } from './waits.ts';

/** How many processes are tried, if they end before the pass begins. */
const ATTEMPTS = 3;
/** Interval between checks for a pass that cannot continue, in ms. */
const CHECK_MS = 250;
/** At the time limit, how long what has been reported by then may take to be read, in ms: the server may be late. */
const LATE_MS = 1000;

/**
 * Executes a pass. Resolves with its status when no process of it is left: `failed` if main could not be launched. A
 * pass that `signal` stops before main has booted leaves no events.
 */
export async function runPass(
  plan: PassOptions,
  ready: Ready,
  log: RunLog,
  signal: AbortSignal,
  attempts = ATTEMPTS,
): Promise<Status> {
  const begun: { pass?: Promise<Pass> } = {};
  const begin = (booted: Booted) => {
    begun.pass = beginPass(plan, ready, log, booted);
    // If the process does not answer, it is not awaited.
    begun.pass.catch(() => {});
  };
  const booted = await ready.take(plan.kind, signal, begin).catch((error) => {
    if (!signal.aborted) failToStart(plan, log, error);
    return null;
  });
  if (!booted) return signal.aborted ? signal.reason : 'failed';
  const another = () => runPass(plan, ready, log, signal, attempts - 1);
  try {
    const pass = await begun.pass;
    // It ended before it had the program, as if it had not been ready.
    if (booted.child.exitedAt !== null && !pass?.hasBegun && attempts > 1) return another();
    return (await pass?.run(signal)) ?? 'failed';
  } catch (error) {
    const isPlaceGone = booted.place !== null && !fs.existsSync(booted.place.folder);
    await booted.child.stop();
    if (isPlaceGone && attempts > 1 && !signal.aborted) return another();
    // The program could not be written: the disk is full.
    throw error;
  }
}

/** Gives a booted process its program. Rejects if that cannot be put where the process can read it. */
async function beginPass(plan: PassOptions, ready: Ready, log: RunLog, booted: Booted): Promise<Pass> {
  const pass = new Pass(plan, ready, log, booted, addressFor(plan.program, booted));
  await pass.begin(booted.bootMs);
  return pass;
}

/** Logs a pass that failed because its program process could not be started. */
function failToStart(plan: PassOptions, runLog: RunLog, cause: unknown): void {
  console.error('pass: cannot start the program’s process', cause);
  const log = new PassLog(runLog, plan.pass, startOf(plan));
  const short = shortageOf(cause);
  const error = `The program’s process could not be started${short ? `: ${short}` : ''}.`;
  log.remark('stderr', error);
  log.append({ type: 'pass-ended', status: 'failed', error, wallMs: 0, cpuMs: null, peakRssBytes: null });
}

class Pass {
  #plan: PassOptions;
  /** Sent to each lane. */
  #settings: PassSettings;
  #place: Place | null;
  #ready: Ready;
  #log: PassLog;
  #main: PassProcess;
  #processes = new Map<number, PassProcess>();
  #ledger: Ledger;
  /** The time of each lane's latest fact, in ms since the start of the pass. */
  #latestMs = new Map<number, number>();
  #usage = new UsageMeter();
  /** How many lanes have been ready. */
  #readyLanes = 0;
  /** When the last check was made. */
  #checkedAt = 0;
  #pauses = new PauseMeter(CHECK_MS, { monotonic: () => performance.now(), wall: () => Date.now() });
  /** The queue and the locks of a pass with processes as lanes. */
  #hub: ServedHub;
  #waits: Waits;
  #stopped: StopReason | null = null;
  /** Why the server ended the pass as failed; null if it did not. */
  #fault: string | null = null;
  #lost: LostJobs;
  #boots: BootWatch;
  /** A sentence on what had not ended at the time limit; null if the limit was not reached. */
  #unended: string | null = null;
  /** Whether the pass was stopped or main has ended: no process is launched any more. */
  #isOver = false;
  #evidence = new PassedEvidence();
  /** Whether main and its jobs have ended, and the program's check runs. */
  #isChecking = false;
  /** What a search reports, in a pass that is one. */
  #search: PassSearch;
  /** Lanes of child processes, those being launched included. */
  #children = new Set<number>();
  #endedMs = 0;
  /** Resolve when a child process has ended, those being launched included. */
  #endings: Promise<void>[] = [];

  constructor(plan: PassOptions, ready: Ready, log: RunLog, booted: Booted, program: string) {
    const main = booted.child;
    this.#plan = plan;
    this.#settings = { ...plan.settings, program };
    this.#place = booted.place;
    this.#ready = ready;
    this.#log = new PassLog(log, plan.pass, startOf(plan));
    this.#lost = new LostJobs(this.#log);
    this.#boots = new BootWatch(ready.bootMs);
    this.#waits = new Waits(plan.settings.mode, plan.settings.script);
    this.#hub = new ServedHub(plan.maxHub, {
      changed: (state) => {
        for (const { child } of this.#processes.values()) child.send({ type: 'queue-state', state });
      },
      answered: (lane) => this.#waits.answered(lane, now()),
    });
    const { mode, maxLanes, reuse, order, script: isScript = false } = plan.settings;
    const { bootMs } = booted;
    const lines = linesIn(plan.program);
    this.#ledger = new Ledger({
      ...{ main, mode, maxLanes, reuse, bootMs, lines, order: order?.kind ?? null, isScript },
    });
    this.#search = new PassSearch(plan, ready, this.#log, this.#usage);
    const subject = plan.kind.forks ? 'the script with its processes' : 'the program’s process';
    this.#main = new PassProcess(main, 0, subject, plan.maxMib.main);
    this.#processes.set(0, this.#main);
  }

  /** Whether its process has reported anything of it. */
  get hasBegun(): boolean {
    return this.#log.hasBegun;
  }

  /** Sends main its orders. The pass is logged from its first report on. */
  async begin(bootMs: number): Promise<void> {
    const { child } = this.#main;
    this.#listen(this.#main);
    const { pid, parentPid } = child;
    const isSearch = this.#settings.order?.kind === 'search';
    const settings = isSearch ? await this.#search.settingsFor(this.#settings, child) : this.#settings;
    child.send({ type: 'begin-main', settings, bootMs, pid, parentPid });
  }

  /** Executes the pass, which has begun, to its end. */
  async run(signal: AbortSignal): Promise<Status> {
    const { limitMs } = this.#plan;
    const { child } = this.#main;
    this.#log.begin();
    const stop = (reason: StopReason) => {
      // The search itself has ended in time.
      if (this.#search.stop() && reason === 'timed-out') return;
      if (this.#stopped === null && reason === 'timed-out') this.#logTimeout();
      this.#stopped ??= reason;
      this.#stopProcesses();
    };
    const onAbort = () => stop(signal.reason);
    const limitAt = now() + limitMs;
    let timer = setTimeout(() => {
      // Main may have ended in time, and the server not have read so yet.
      const isUnsure = this.#main.bye !== null || now() - limitAt > LATE_MS;
      if (isUnsure) timer = setTimeout(stop, LATE_MS, 'timed-out');
      else stop('timed-out');
    }, limitMs);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    this.#checkedAt = now();
    const watch = setInterval(() => this.#check(), CHECK_MS);

    const exit = await child.ended;
    // Any process left is a daemon, or main crashed and cannot receive results.
    this.#stopProcesses();
    this.#endProcess(this.#main, exit);
    while (this.#endings.length > 0) await Promise.all(this.#endings.splice(0));
    if (this.#stopped === null && this.#fault === null && (await this.#search.replay()))
      this.#endedMs = Math.max(this.#endedMs, now() - this.#log.startedAt);
    clearTimeout(timer);
    clearInterval(watch);
    signal.removeEventListener('abort', onAbort);

    const { bye } = this.#main;
    const crash = bye ? null : `${capital(this.#main.subject)} ${this.#main.describeEnd(exit)}.`;
    const reason = this.#lost.sentence ?? this.#fault ?? bye?.error ?? null;
    // The end of main's process explains all else, unless the server ended it.
    const error = this.#stopped ? this.#unended : this.#fault === null ? (crash ?? reason) : reason;
    const status = this.#stopped ?? (error === null ? 'completed' : 'failed');
    const { step } = this.#log;
    const { cpuMs, peakRssBytes } = step === null ? this.#usage.total() : { cpuMs: null, peakRssBytes: null };
    this.#plan.compute(this.#usage.takeComputed());
    this.#pauses.tick();
    const paused = step === null ? this.#heldUp() : null;
    const atMs = this.#endedMs;
    if (paused) this.#log.remark('stderr', `While this pass ran, ${pauseWords(paused)}.`, { atMs });
    const wallMs = step ?? toMicrosecond(this.#endedMs);
    this.#log.append(
      { type: 'pass-ended', status, error, wallMs, cpuMs, peakRssBytes, ...(paused && { paused }) },
      this.#endedMs,
    );
    return status;
  }

  /** Returns what held up the pass from outside; null if nothing did. */
  #heldUp(): Pauses | null {
    const sharedWith = this.#plan.sharedWith();
    const paused = this.#pauses.total();
    return sharedWith > 0 ? { ...paused, sharedWith } : paused;
  }

  #check(): void {
    // What was reported while the server stood still, or was short of cores, has not been read yet.
    const isLate = now() - this.#checkedAt > 2 * CHECK_MS;
    this.#checkedAt = now();
    if (isLate) this.#waits.restart(now());
    if (this.#pauses.tick()) {
      this.#boots.restart();
      return;
    }
    this.#checkBoots();
    this.#checkStuck();
  }

  /** Kills processes that do not finish booting. */
  #checkBoots(): void {
    const { limitMs } = this.#boots;
    for (const one of this.#processes.values()) {
      // Where a scheduler of ours gives the order, main's process first loads the program in each lane.
      if (this.#isOver || this.#settings.order || !this.#boots.isMute(one)) continue;
      if (one === this.#main) this.#fail(`The program’s process did not start within ${limitMs / 1000} s.`);
      else one.killMute(limitMs);
    }
  }

  /** Ends the pass if nothing in it can ever continue. */
  #checkStuck(): void {
    // What main left behind may still wait, and the check itself cannot.
    if (this.#isChecking || this.#plan.wakesUnseen) return;
    const stuck = this.#waits.stuck(now());
    if (!stuck || this.#isOver) return;
    this.#fail(stuck.text);
    if (stuck.circle) this.#log.append({ type: 'deadlock', circle: stuck.circle });
  }

  /** Ends the pass as failed. */
  #fail(error: string): void {
    this.#fault ??= error;
    this.#log.remark('stderr', error);
    this.#stopProcesses();
  }

  /** Logs what has not ended at the time limit, and what each of them waits for. */
  #logTimeout(): void {
    this.#unended = this.#isOver
      ? null
      : this.#isChecking
        ? 'The program’s check has not ended.'
        : this.#waits.unended();
    if (this.#unended === null) return;
    this.#log.remark('stderr', `Stopped at the time limit. ${this.#unended}`);
  }

  /** Logs the waits that are cut off because main has returned and its process ends. */
  #logCutWaits(atMs: number): void {
    for (const { on, line } of this.#waits.ofMain()) {
      const text = `Main has ended; its wait for ${on} is cut off.`;
      this.#log.remark('stdout', text, { atMs, ...(line !== undefined && { line }) });
    }
  }

  #stopProcesses(): void {
    this.#isOver = true;
    for (const { child } of this.#processes.values()) void child.stop();
  }

  #listen(source: PassProcess): void {
    const { child } = source;
    child.listener = {
      report: (stamped) => this.#report(source, stamped),
      stderr: (text) => {
        source.noteStderr(text);
        this.#log.stderr(source.lane, text);
      },
      fault: (what) => {
        source.blame(what);
        this.#fail(`${capital(source.subject)} ${what}, and was killed.`);
      },
      usage: (usage) => {
        this.#pauses.sample(child.pid, usage.isStopped ?? false);
        const sample = this.#usage.measure(child.pid, usage);
        this.#plan.compute(this.#usage.takeComputed());
        this.#checkMemory(source, usage.rssBytes / 2 ** 20);
        if (source === this.#main) {
          const memoryBytes = this.#usage.ownBytes();
          this.#plan.measured({ memoryBytes, cpuMs: sample.cpuMs, lanes: this.#readyLanes });
        }
        // One sample for all processes, when the guard measures main. Main without memory is about to end.
        // What is read late was measured at an unknown time.
        const isSample = this.#log.step === null && !this.#pauses.isLate;
        if (source === this.#main && usage.rssBytes > 0 && isSample)
          this.#log.append({ type: 'sample', ...sample });
      },
    };
  }

  /** Kills a process that exceeds its memory limit. Measured from outside: no flag limits memory outside the heap. */
  #checkMemory(source: PassProcess, mib: number): void {
    const took = source.overrun(mib);
    if (took === null) return;
    const [job, ...others] = this.#ledger.jobsOf(source.child);
    const isOfJob = job !== undefined && others.length === 0 && !this.#plan.kind.forks;
    const whole = source === this.#main && this.#plan.kind.forks ? capital(source.subject) : 'Its process';
    const subject = isOfJob ? `Job ${job}: its process` : whole;
    this.#log.stderr(source.lane, `${subject} ${took}, and is killed.`);
    source.child.kill();
  }

  /** Handles a report. What the process may not report is ignored. */
  #report(source: PassProcess, { t, report }: Stamped): void {
    // An answer to a ping, and no part of the pass.
    if (report.type === 'hello' && source === this.#main) return;
    if (!source.hasReported) this.#boots.restart();
    const atMs = source.timeOf(t, this.#log.startedAt) - this.#log.startedAt;
    switch (report.type) {
      case 'hello':
      case 'calibrated':
        return;
      case 'bye':
        if (source === this.#main && !source.bye && report.reason === 'returned') this.#logCutWaits(atMs);
        if (source.bye) return;
        source.bye = report;
        this.#usage.final(source.child.pid, report, source.mostUsage());
        return;
      case 'start-job':
        this.#ledger.start(source.child, report.job);
        return;
      case 'open-lane':
        if (source === this.#main) this.#openLane(report.lane, report.job, report.daemon);
        return;
      case 'run-job':
        if (source !== this.#main || !this.#ledger.give(report.lane, report.job)) return;
        this.#processes.get(report.lane)?.child.send({ type: 'run-job', job: report.job });
        return;
      case 'close-lane':
        if (source === this.#main) this.#processes.get(report.lane)?.child.send({ type: 'close-lane' });
        return;
      case 'ask':
        this.#ask(source, report.ask);
        return;
      case 'evidence':
        this.#passOn(source, report.lane, report.evidence);
        return;
      case 'timers':
        if (this.#ledger.laneOf(source.child, report.lane))
          this.#waits.timers(report.lane, now() + report.forMs);
        return;
      case 'check-started':
        if (source === this.#main) this.#isChecking = true;
        return;
      case 'search-progress':
      case 'outcome':
      case 'search-ended':
        if (source === this.#main) this.#search.add(report);
        return;
      case 'play-begun':
      case 'play-next':
      case 'play-waits':
      case 'play-ended':
        return;
      default:
        this.#log.reach(t);
        this.#checkFact(source, report, atMs);
    }
  }

  /** Logs a fact, if the process may report it. */
  #checkFact(source: PassProcess, reported: LaneFact, atMs: number): void {
    const fact = this.#ledger.check(source.child, reported);
    const { excess } = this.#ledger;
    if (excess !== null && this.#fault === null) this.#fail(excess);
    if (fact === null) {
      const { type, lane } = reported;
      if (type === 'job-ended' && this.#ledger.lose(source.child, lane, reported.job))
        this.#loseJob(lane, reported.job, reported.error, atMs);
      return;
    }
    // Those of a lane are in order, whatever times the process gives them.
    const orderedMs = Math.max(atMs, this.#latestMs.get(fact.lane) ?? 0);
    this.#latestMs.set(fact.lane, orderedMs);
    if (fact.type === 'log' && !this.#log.takesOutput(fact.job, fact.text, this.#plan.settings.logBytes))
      return;
    this.#appendFact(fact, orderedMs);
    if (fact.type === 'job-ended' && source !== this.#main) this.#main.child.send(fact);
  }

  /** Launches the child process that main asked for. */
  #openLane(lane: number, job: number, daemon: boolean): void {
    const { mode, script } = this.#settings;
    // Our own main respects the limit, so a request beyond it comes from code that misuses the protocol.
    const isAllowed =
      MODE_TRAITS[mode].lane === 'process' && !script && this.#children.size < this.#plan.maxProcesses;
    if (!isAllowed || this.#isOver || !this.#ledger.reserve(lane, job)) return;
    this.#children.add(lane);
    this.#endings.push(this.#runLane(lane, job, daemon));
  }

  /** Launches the process of a lane. Resolves when it has ended. */
  async #runLane(lane: number, job: number, daemon: boolean): Promise<void> {
    const settings = this.#settings;
    const name = nameOfLane(lane, job, settings.reuse);
    const startedMs = now() - this.#log.startedAt;
    const started = (pid: number, parentPid: number) => {
      const fact = { kind: 'process', pid, threadId: 0, parentPid } as const;
      this.#appendFact({ type: 'lane-started', lane, name, job, daemon, ...fact }, startedMs);
    };
    let child: Child;
    try {
      const listener = { report: () => {}, stderr: () => {} };
      const { kind, cores } = this.#plan;
      // A program can start more jobs than the form says.
      const yields =
        kind.yields || (settings.work === 'wait' && areMany(this.#children.size, cores, kind.isSandboxed));
      child = await this.#ready.launch(kind.runtime, this.#place, listener, { yields });
    } catch (error) {
      started(0, process.pid);
      this.#failLane(lane, job, error);
      return;
    }
    const opened = new PassProcess(child, lane, `the process of ${name}`, this.#plan.maxMib.child);
    this.#processes.set(lane, opened);
    // Only now that its process exists: until then, main's reports about it are rejected.
    this.#ledger.open(lane, 'process', child, job);
    started(child.pid, child.parentPid);
    this.#listen(opened);
    child.send({ type: 'begin-lane', settings, pid: child.pid, lane, job, queue: this.#hub.state });
    this.#main.child.send({ type: 'lane-opened', lane, pid: child.pid });
    if (this.#isOver) void child.stop();
    this.#endProcess(opened, await child.ended);
  }

  /** Logs that the process of a lane could not be launched. Main receives that as the outcome of the job. */
  #failLane(lane: number, job: number, cause: unknown): void {
    if (this.#lost.sentence === null) console.error('pass: cannot launch a child process', cause);
    const reason = shortageOf(cause) ?? 'its process could not be started';
    const atMs = now() - this.#log.startedAt;
    this.#loseJob(lane, job, reason, atMs);
    const ending = { reason: 'exited', exitCode: null, signal: null } as const;
    this.#appendFact({ type: 'lane-ended', lane, ...ending }, atMs);
    this.#main.child.send({ type: 'lane-opened', lane, pid: 0 });
    this.#endChild(lane, null, { status: 'failed', error: `It never began: ${reason}.` });
  }

  /** Closes what a process left open, and logs how it ended. */
  #endProcess(ended: PassProcess, exit: Exit): void {
    const atMs = ended.endedAt(exit) - this.#log.startedAt;
    this.#endedMs = Math.max(this.#endedMs, atMs);
    this.#usage.gone(ended.child.pid);
    // Whatever still ran after main's final report was a daemon, or main failed: it is cut off.
    const isCut = !this.#stopped && this.#main.bye !== null && (ended === this.#main || !ended.bye);
    const isForked = this.#plan.kind.forks && ended === this.#main;
    // If several jobs shared the process, it is unknown which of them ended it: all are cut off. So are the jobs of a
    // script when its main ends: none of them ran in main's own lane.
    const status = isForked || this.#ledger.jobsOf(ended.child).length > 1 ? 'cut-off' : 'failed';
    const subject = isForked ? capital(ended.subject) : 'Its process';
    const outcome: JobOutcome =
      isCut || this.#stopped || this.#fault !== null
        ? { status: 'cut-off', error: null }
        : { status, error: `${subject} ${ended.describeEnd(exit)}.` };
    for (const { lane, kind, jobs, given } of this.#ledger.close(ended.child)) {
      // A thread of it, or a process that a script has forked.
      const isWithin = lane !== ended.lane;
      for (const job of jobs) this.#appendFact({ type: 'job-ended', lane, job, ...outcome }, atMs);
      const why = ended.bye?.error ?? `its process ${ended.describeEnd(exit)}`;
      if (given !== null) this.#loseJob(lane, given, outcome.error && why, atMs);
      const ownReason = ended.bye?.reason ?? (exit.signal ? 'killed' : 'exited');
      const { exitCode, signal } = isWithin ? { exitCode: null, signal: null } : exit;
      const reason = isCut && kind !== 'main' ? 'cut-off' : isWithin ? 'killed' : ownReason;
      this.#appendFact({ type: 'lane-ended', lane, reason, exitCode, signal }, atMs);
    }
    if (ended === this.#main) return;
    if (ended.bye?.error) this.#log.stderr(ended.lane, ended.bye.error, ended.bye.line);
    this.#processes.delete(ended.lane);
    this.#endChild(ended.lane, exit.exitCode, outcome);
  }

  /** Logs that a job given to a lane never begins. Unless the pass is being stopped anyway, that is why it fails. */
  #loseJob(lane: number, job: number, error: string | null, atMs: number): void {
    this.#lost.add(lane, job, this.#isOver ? null : error, atMs);
  }

  /** Sends main the end of a child process, with the outcome of the job that it was running. */
  #endChild(lane: number, exitCode: number | null, outcome: JobOutcome): void {
    this.#children.delete(lane);
    // While the pass is being stopped, nothing may continue: no join ends, and no lock is released.
    if (this.#isOver) return;
    this.#hub.leave(lane);
    this.#main.child.send({ type: 'lane-ended', lane, exitCode, ...outcome });
  }

  /** Passes on a request for the queue or for a lock, and its answer. */
  #ask(source: PassProcess, ask: Ask): void {
    const { lane, child } = source;
    if (this.#fault !== null || !this.#ledger.isParty(child, lane, ask.job)) return;
    const excess = this.#hub.ask(lane, child, ask);
    if (excess !== null) this.#fail(excess);
  }

  /** Sends main what the program's check is given from another process. */
  #passOn({ lane: own, child }: PassProcess, lane: number, evidence: Evidence): void {
    if (this.#isOver || this.#isChecking || own === 0 || !this.#ledger.isEvidence(child, lane, evidence))
      return;
    if (this.#evidence.takes(evidence)) this.#main.child.send({ type: 'evidence', evidence });
  }

  /** Logs a fact of a lane, and applies it to the waits. */
  #appendFact(fact: LaneFact, atMs: number): void {
    if (fact.type === 'lane-ready') this.#readyLanes++;
    this.#log.append(fact, atMs);
    this.#waits.apply(fact, now());
  }
}
