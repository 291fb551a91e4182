/**
 * A run, from admission to its end: waits for its turn, executes its passes one after the other, and writes its log.
 */

import { now } from '../launch/clock.ts';
import type { Kind, Ready } from '../launch/ready.ts';
import type { CatalogueEntry } from '../lessons/catalogue.ts';
import type { Programs } from '../programs/programs.ts';
import type { Status } from '../protocol/facts.ts';
import type { Settings } from '../settings.ts';
import { lanesOf, limitsOf, memoryPool, orderedMib, PROCESS_MIB, passMib } from '../spec/lanes.ts';
import { MODE_TRAITS } from '../spec/modes.ts';
import { mayWakeUnseen } from '../spec/python.ts';
import type { Runtime } from '../spec/runtimes.ts';
import type { Spec } from '../spec/spec.ts';
import type { Storage } from '../store/storage.ts';
import type { StoredRun } from '../store/store.ts';
import { shortageOf } from '../words/shortage.ts';
import { unsavedRunWords } from '../words/unavailable-words.ts';
import type { Demand, Ticket, Turn } from './admission/admission.ts';
import { type CostSample, MeasuredCost } from './admission/measured-cost.ts';
import type { RunLog } from './log/run-log.ts';
import { isCrowd, isOneOfMany, passDemand } from './pass/pass-demand.ts';
import type { StopReason } from './pass/pass-plan.ts';
import { passSettings } from './pass/pass-settings.ts';
import { runPass } from './pass/run-pass.ts';

/** What a run needs of the server around it. */
export type RunDeps = {
  settings: Settings;
  storage: Pick<Storage, 'trouble' | 'onRecovered'>;
  ready: Ready;
  programs: Programs;
  /** Resolves with the blocks of `compute` per second once they are measured: see `calibrate`. */
  blocksPerSecond(runtime: Runtime): Promise<number>;
  /** See the fact `pass-started`. */
  machine?: string | undefined;
  /** How many other runs are under way on this machine. */
  otherRuns(): number;
  /** Returns how long a pass of a lesson takes, if it is not as long as its jobs: see `Lesson.passSeconds`. */
  passSeconds(spec: Spec): CatalogueEntry['passSeconds'];
};

/** What a run that was displaced says. */
export const DISPLACED =
  'Too many runs were waiting, so this one gave up its place to another person’s first run.';

/** A run that is waiting or under way. */
export class Run {
  readonly id: string;
  readonly spec: Spec;
  readonly log: RunLog;
  #deps: RunDeps;
  #stopping = new AbortController();
  #submittedAt: number;
  #ticket: Ticket | null = null;
  /** The pass that is under way, or waits. */
  #pass = 0;
  #leftMs: number;
  #shares: boolean;
  /** Why the run was stopped, in a sentence; null if its status says it. */
  #why: string | null = null;

  /** `shares`: see `shareCores`. `waitedMs`: for how long it has waited before. */
  constructor(
    { id, spec }: Pick<StoredRun, 'id' | 'spec'>,
    log: RunLog,
    deps: RunDeps,
    { shares = false, waitedMs = 0 } = {},
  ) {
    this.id = id;
    this.spec = spec;
    this.log = log;
    this.#deps = deps;
    this.#leftMs = deps.settings.RUN_SECONDS * 1000;
    this.#shares = shares;
    this.#submittedAt = now() - waitedMs;
  }

  /** Whether it is stopped, or about to be. */
  get isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** Returns what a pass asks admission for. */
  demandOf(pass: number): Demand {
    const { settings, passSeconds } = this.#deps;
    const mode = this.spec.modes[pass] ?? 'sequential';
    return passDemand(this.spec, mode, settings, {
      shares: this.#shares,
      passSeconds: passSeconds(this.spec),
    });
  }

  /** Tells readers the run's turn in the queue. */
  queued(turn: Turn): void {
    this.log.setPlace({ pass: this.#pass, ...turn });
  }

  /** Sets whether its passes may share cores although they compute. */
  shareCores(shares: boolean): void {
    if (this.#shares === shares) return;
    this.#shares = shares;
    const { cores, isExclusive } = this.demandOf(this.#pass);
    if (this.spec.work !== 'wait') this.#ticket?.charge({ cores, isExclusive });
  }

  /** Stops the run, whatever its state. `why`: a sentence, if the reason is not one that its owner knows. */
  stop(reason: StopReason, why: string | null = null): void {
    if (!this.#stopping.signal.aborted) this.#why = why;
    this.#stopping.abort(reason);
  }

  /** Stops the run as cancelled because it gave up its place, in the queue or in its family's. */
  displace(): void {
    this.stop('cancelled', DISPLACED);
  }

  /**
   * Executes the run once `begun` resolves, which waits for `ticket`. `compute` hears of the computing time that it uses: see `PassOptions`.
   * Resolves with its status when no process is left. Never rejects.
   */
  async execute(ticket: Ticket, begun: Promise<void>, compute: (cpuMs: number) => void): Promise<Status> {
    const { signal } = this.#stopping;
    this.#ticket = ticket;
    let status: Status = 'failed';
    let error: string | null = null;
    try {
      await Promise.race([begun, aborted(signal)]);
      this.log.setPlace(null);
      await this.#canBeSaved(signal);
      if (!signal.aborted) {
        this.log.append({ type: 'run-started' }, null, this.#atMs());
        status = await this.#runPasses(signal, compute, ticket);
      }
      if (signal.aborted) {
        status = signal.reason;
        error = this.#why;
      }
    } catch (cause) {
      console.error(`run ${this.id}: ended by a fault of the server`, cause);
      const short = shortageOf(cause);
      error = `The server could not carry out this run${short ? `: ${short}` : ''}.`;
    }
    this.log.setPlace(null);
    this.log.append({ type: 'run-ended', status, error }, null, this.#atMs());
    return status;
  }

  /**
   * Resolves when events can be saved, or when `signal` aborts. Stops the run if that takes too long: those that wait
   * when the disk fills up must not run unseen.
   */
  async #canBeSaved(signal: AbortSignal): Promise<void> {
    const { storage, settings } = this.#deps;
    const { trouble } = storage;
    if (trouble === null || signal.aborted) return;
    const seconds = settings.UNSAVED_SECONDS;
    const recovered = Promise.withResolvers<void>();
    const forget = storage.onRecovered(recovered.resolve);
    const timer = setTimeout(() => this.stop('cancelled', unsavedRunWords(trouble, seconds)), seconds * 1000);
    await Promise.race([recovered.promise, aborted(signal)]);
    clearTimeout(timer);
    forget();
  }

  /** Starts the clock of the run's time limit, which stands still while it waits. Returns a function that stops it. */
  #startClock(): () => void {
    const startedAt = now();
    const timer = setTimeout(() => this.stop('timed-out'), this.#leftMs);
    return () => {
      clearTimeout(timer);
      this.#leftMs -= now() - startedAt;
    };
  }

  /** Gives up the place of the pass that has ended, and waits for that of the next. */
  async #waitFor(pass: number, ticket: Ticket, signal: AbortSignal): Promise<void> {
    this.#pass = pass;
    await Promise.race([ticket.next(this.demandOf(pass)), aborted(signal)]);
    this.log.setPlace(null);
    await this.#canBeSaved(signal);
  }

  /**
   * Executes all passes, each when it is admitted. If one fails or times out, the others still run; the worst status is
   * that of the run.
   */
  async #runPasses(signal: AbortSignal, compute: (cpuMs: number) => void, ticket: Ticket): Promise<Status> {
    const { settings, ready, blocksPerSecond, programs, otherRuns } = this.#deps;
    const { runtime } = this.spec;
    const statuses = new Set<Status>();
    const inputs = Promise.all([programs.of(this.spec), blocksPerSecond(runtime)]);
    const resolved = await Promise.race([inputs, aborted(signal)]);
    if (!resolved) return 'failed'; // Stopped: the signal's reason becomes the status.
    const [program, blocks] = resolved;
    const isSandboxed = 'text' in program;
    for (const [pass, mode] of this.spec.modes.entries()) {
      if (pass > 0 && !signal.aborted) await this.#waitFor(pass, ticket, signal);
      if (signal.aborted) break;
      const forks = program.isScript === true && mode === 'processes';
      const kind: Kind = { runtime, isSandboxed, ...(forks && { forks }) };
      const pool = program.isScript ? null : memoryPool(mode, this.spec, limitsOf(settings));
      const isOrdered = this.spec.explore || this.spec.schedule;
      const lanes = lanesOf(mode, this.spec, limitsOf(settings));
      // Those that a script forks count with main's.
      const within = MODE_TRAITS[mode].lane === 'thread' || forks ? lanes : 0;
      const plan = {
        pass,
        pool,
        kind: { ...kind, yields: isOneOfMany(this.spec, mode, settings, otherRuns()) },
        program,
        wakesUnseen: program.isScript === true && mayWakeUnseen(this.spec.code),
        settings: passSettings(this.spec, mode, settings, blocks, pool, program),
        cores: settings.CORES,
        otherRuns: otherRuns(),
        machine: this.#deps.machine,
        compute,
        measured: this.#meterOf(ticket),
        sharedWith: () => ticket.sharedWith,
        limitMs: settings.PASS_SECONDS * 1000,
        maxProcesses: settings.MAX_PROCESSES,
        maxHub: { entries: settings.QUEUE_ENTRIES, messageBytes: settings.QUEUE_MIB * 2 ** 20 },
        maxMib: {
          main: (isOrdered ? orderedMib(within) : passMib(mode, within)) + settings.PROCESS_MIB,
          child: PROCESS_MIB + settings.PROCESS_MIB,
        },
      };
      const stopClock = this.#startClock();
      try {
        statuses.add(await runPass(plan, ready, this.log, signal));
      } finally {
        stopClock();
      }
      // Replaces the process that the pass used. Its boot time counts towards no pass.
      if (!isCrowd(settings, otherRuns())) ready.refill(kind);
    }
    return (['timed-out', 'failed'] as const).find((worst) => statuses.has(worst)) ?? 'completed';
  }

  /** Returns what hears of the usage of the processes of the current pass, which is charged as it is measured. */
  #meterOf(ticket: Ticket): (sample: CostSample) => void {
    const { settings } = this.#deps;
    const mode = this.spec.modes[this.#pass] ?? 'sequential';
    const lanes = 1 + lanesOf(mode, this.spec, limitsOf(settings));
    const cost = new MeasuredCost(this.demandOf(this.#pass), lanes, settings.CORES);
    return (sample) => {
      const measured = cost.measure(sample, now());
      if (measured) ticket.charge(measured);
    };
  }

  #atMs(): number {
    return now() - this.#submittedAt;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
