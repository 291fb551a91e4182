/**
 * One pass: gives a process its program, receives what it and the child processes report (pass-lanes.ts,
 * pass-children.ts), watches that they get on, and ends them.
 */
import type { Exit } from '../../launch/child.ts';
import { now } from '../../launch/clock.ts';
import type { Booted, Ready } from '../../launch/ready.ts';
import type { Ask } from '../../protocol/asks.ts';
import type { Evidence } from '../../protocol/evidence.ts';
import type { LaneFact, Pauses, Status } from '../../protocol/facts.ts';
import type { PassSettings } from '../../protocol/orders.ts';
import type { Stamped } from '../../protocol/reports.ts';
import { toMicrosecond } from '../../protocol/times.ts';
import { capital } from '../../words/english.ts';
import { pauseWords } from '../../words/pause-words.ts';
import type { RunLog } from '../log/run-log.ts';
import { BootWatch } from './boot-watch.ts';
import { PassChildren } from './pass-children.ts';
import { PassEnd } from './pass-end.ts';
import { PassLanes } from './pass-lanes.ts';
import { PassLog } from './pass-log.ts';
import { linesIn, type PassOptions, type StopReason, startOf } from './pass-plan.ts';
import { PassProcess } from './pass-process.ts';
import { PassSearch } from './pass-search.ts';
import { PassedEvidence } from './passed-evidence.ts';
import { PauseMeter } from './pauses.ts';
import { ServedHub } from './served-hub.ts';
import { UsageMeter } from './usage.ts';

/** Interval between checks for a pass that cannot continue, in ms. */
const CHECK_MS = 250;
/** At the time limit, how long what has been reported by then may take to be read, in ms: the server may be late. */
const LATE_MS = 1000;

export class Pass {
  #plan: PassOptions;
  /** Sent to each lane. */
  #settings: PassSettings;
  #log: PassLog;
  #main: PassProcess;
  #children: PassChildren;
  #lanes: PassLanes;
  #end = new PassEnd();
  #usage = new UsageMeter();
  /** When the last check was made. */
  #checkedAt = 0;
  #pauses = new PauseMeter(CHECK_MS, { monotonic: () => performance.now(), wall: () => Date.now() });
  /** The queue and the locks of a pass with processes as lanes. */
  #hub: ServedHub;
  #boots: BootWatch;
  /** A sentence on what had not ended at the time limit; null if the limit was not reached. */
  #unended: string | null = null;
  #evidence = new PassedEvidence();
  /** Whether main and its jobs have ended, and the program's check runs. */
  #isChecking = false;
  /** What a search reports, in a pass that is one. */
  #search: PassSearch;

  constructor(plan: PassOptions, ready: Ready, log: RunLog, booted: Booted, program: string) {
    const { child, bootMs, place } = booted;
    const settings = { ...plan.settings, program };
    this.#plan = plan;
    this.#settings = settings;
    this.#log = new PassLog(log, plan.pass, startOf(plan));
    this.#boots = new BootWatch(ready.bootMs);
    const subject = plan.kind.forks ? 'the script with its processes' : 'the program’s process';
    this.#main = new PassProcess(child, 0, subject, plan.maxMib.main);
    const { mode, maxLanes, reuse, order, script: isScript = false } = settings;
    const lines = linesIn(plan.program);
    const known = { main: child, mode, maxLanes, reuse, bootMs, lines, order: order?.kind ?? null, isScript };
    this.#lanes = new PassLanes(plan, known, this.#main, this.#log, this.#end);
    this.#hub = new ServedHub(plan.maxHub, {
      changed: (state) => {
        for (const { child } of this.#processes()) child.send({ type: 'queue-state', state });
      },
      answered: (lane) => this.#lanes.waits.answered(lane, now()),
    });
    this.#children = new PassChildren({
      ...{ plan, settings, ready, place, main: this.#main, lanes: this.#lanes, log: this.#log },
      ...{ hub: this.#hub, usage: this.#usage, end: this.#end, listen: (opened) => this.#listen(opened) },
    });
    this.#search = new PassSearch(plan, ready, this.#log, this.#usage);
  }

  *#processes(): Iterable<PassProcess> {
    yield this.#main;
    yield* this.#children.all;
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
      if (this.#end.stopped === null && reason === 'timed-out') this.#logTimeout();
      this.#end.stopped ??= reason;
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
    this.#usage.gone(child.pid);
    this.#lanes.close(this.#main, exit);
    await this.#children.ended();
    const { stopped, fault } = this.#end;
    const hasReplayed = stopped === null && fault === null && (await this.#search.replay());
    const endedMs = Math.max(this.#lanes.endedMs, hasReplayed ? now() - this.#log.startedAt : 0);
    clearTimeout(timer);
    clearInterval(watch);
    signal.removeEventListener('abort', onAbort);

    const { status, error } = this.#outcome(exit);
    const { step } = this.#log;
    const { cpuMs, peakRssBytes } = step === null ? this.#usage.total() : { cpuMs: null, peakRssBytes: null };
    this.#plan.compute(this.#usage.takeComputed());
    this.#pauses.tick();
    const paused = step === null ? this.#heldUp() : null;
    if (paused) this.#log.remark('stderr', `While this pass ran, ${pauseWords(paused)}.`, { atMs: endedMs });
    const wallMs = step ?? toMicrosecond(endedMs);
    this.#log.append(
      { type: 'pass-ended', status, error, wallMs, cpuMs, peakRssBytes, ...(paused && { paused }) },
      endedMs,
    );
    return status;
  }

  /** Returns how the pass has ended, and why in a sentence if that is known. */
  #outcome(exit: Exit): { status: Status; error: string | null } {
    const { stopped, fault } = this.#end;
    const { bye } = this.#main;
    const crash = bye ? null : `${capital(this.#main.subject)} ${this.#main.describeEnd(exit)}.`;
    const reason = this.#lanes.lost.sentence ?? fault ?? bye?.error ?? null;
    // The end of main's process explains all else, unless the server ended it.
    const error = stopped ? this.#unended : fault === null ? (crash ?? reason) : reason;
    return { status: stopped ?? (error === null ? 'completed' : 'failed'), error };
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
    if (isLate) this.#lanes.waits.restart(now());
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
    for (const one of this.#processes()) {
      // Where a scheduler of ours gives the order, main's process first loads the program in each lane.
      if (this.#end.isOver || this.#settings.order || !this.#boots.isMute(one)) continue;
      if (one === this.#main) this.#fail(`The program’s process did not start within ${limitMs / 1000} s.`);
      else one.killMute(limitMs);
    }
  }

  /** Ends the pass if nothing in it can ever continue. */
  #checkStuck(): void {
    // What main left behind may still wait, and the check itself cannot.
    if (this.#isChecking || this.#plan.wakesUnseen) return;
    const stuck = this.#lanes.waits.stuck(now());
    if (!stuck || this.#end.isOver) return;
    this.#fail(stuck.text);
    if (stuck.circle) this.#log.append({ type: 'deadlock', circle: stuck.circle });
  }

  /** Ends the pass as failed. */
  #fail(error: string): void {
    this.#end.fault ??= error;
    this.#log.remark('stderr', error);
    this.#stopProcesses();
  }

  /** Logs what has not ended at the time limit, and what each of them waits for. */
  #logTimeout(): void {
    this.#unended = this.#end.isOver
      ? null
      : this.#isChecking
        ? 'The program’s check has not ended.'
        : this.#lanes.waits.unended();
    if (this.#unended === null) return;
    this.#log.remark('stderr', `Stopped at the time limit. ${this.#unended}`);
  }

  /** Logs the waits that are cut off because main has returned and its process ends. */
  #logCutWaits(atMs: number): void {
    for (const { on, line } of this.#lanes.waits.ofMain()) {
      const text = `Main has ended; its wait for ${on} is cut off.`;
      this.#log.remark('stdout', text, { atMs, ...(line !== undefined && { line }) });
    }
  }

  #stopProcesses(): void {
    this.#end.isOver = true;
    for (const { child } of this.#processes()) void child.stop();
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
          this.#plan.measured({ memoryBytes, cpuMs: sample.cpuMs, lanes: this.#lanes.readied });
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
    const [job, ...others] = this.#lanes.ledger.jobsOf(source.child);
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
        this.#lanes.ledger.start(source.child, report.job);
        return;
      case 'open-lane':
        if (source === this.#main) this.#children.open(report.lane, report.job, report.daemon);
        return;
      case 'run-job':
        if (source !== this.#main || !this.#lanes.ledger.give(report.lane, report.job)) return;
        this.#children.of(report.lane)?.send({ type: 'run-job', job: report.job });
        return;
      case 'close-lane':
        if (source === this.#main) this.#children.of(report.lane)?.send({ type: 'close-lane' });
        return;
      case 'ask':
        this.#ask(source, report.ask);
        return;
      case 'evidence':
        this.#passOn(source, report.lane, report.evidence);
        return;
      case 'timers':
        if (this.#lanes.ledger.laneOf(source.child, report.lane))
          this.#lanes.waits.timers(report.lane, now() + report.forMs);
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

  /** Logs a fact, if the process may report it, and tells main of the end of a job elsewhere. */
  #checkFact(source: PassProcess, reported: LaneFact, atMs: number): void {
    const fact = this.#lanes.report(source, reported, atMs);
    const { excess } = this.#lanes.ledger;
    if (excess !== null && this.#end.fault === null) this.#fail(excess);
    if (fact?.type === 'job-ended' && source !== this.#main) this.#main.child.send(fact);
  }

  /** Passes on a request for the queue or for a lock, and its answer. */
  #ask(source: PassProcess, ask: Ask): void {
    const { lane, child } = source;
    if (this.#end.fault !== null || !this.#lanes.ledger.isParty(child, lane, ask.job)) return;
    const excess = this.#hub.ask(lane, child, ask);
    if (excess !== null) this.#fail(excess);
  }

  /** Sends main what the program's check is given from another process. */
  #passOn({ lane: own, child }: PassProcess, lane: number, evidence: Evidence): void {
    if (
      this.#end.isOver ||
      this.#isChecking ||
      own === 0 ||
      !this.#lanes.ledger.isEvidence(child, lane, evidence)
    )
      return;
    if (this.#evidence.takes(evidence)) this.#main.child.send({ type: 'evidence', evidence });
  }
}
