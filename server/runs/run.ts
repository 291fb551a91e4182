/**
 * A run, from admission to its end: waits for its turn, executes its passes one after the other, and writes its log.
 */

import { now } from '../launch/clock.ts';
import type { Usage } from '../launch/guard.ts';
import type { Kind, Ready } from '../launch/ready.ts';
import type { Programs } from '../programs/programs.ts';
import type { Status } from '../protocol/facts.ts';
import type { PassSettings } from '../protocol/orders.ts';
import type { Settings } from '../settings.ts';
import { lanesOf, limitsOf, type MemoryPool, memoryPool, PROCESS_MIB, passMib } from '../spec/lanes.ts';
import { MODE_TRAITS, type Mode } from '../spec/modes.ts';
import type { Runtime } from '../spec/runtimes.ts';
import type { Spec } from '../spec/spec.ts';
import type { Storage } from '../store/storage.ts';
import { shortageOf } from '../words/shortage.ts';
import { unsavedRunWords } from '../words/unavailable-words.ts';
import type { Cost, Ticket } from './admission.ts';
import { MeasuredCost } from './measured-cost.ts';
import { runPass } from './pass.ts';
import type { StopReason } from './pass-plan.ts';
import type { RunLog } from './run-log.ts';

/** What a run needs of the server around it. */
export type RunDeps = {
  settings: Settings;
  storage: Pick<Storage, 'trouble' | 'onRecovered'>;
  ready: Ready;
  programs: Programs;
  /** Resolves with the blocks of `compute` per second once they are measured: see `calibrate`. */
  blocksPerSecond(runtime: Runtime): Promise<number>;
  /** How many other runs are under way on this machine. */
  otherRuns(): number;
};

/** What a run that was displaced says. */
const DISPLACED = 'Too many runs were waiting, so this one gave up its place to another person’s first run.';

/** A run that is waiting or under way. */
export class Run {
  readonly id: string;
  readonly spec: Spec;
  readonly createdAt = Date.now();
  readonly log: RunLog;
  #deps: RunDeps;
  #stopping = new AbortController();
  #submittedAt = now();
  /** Why the run was stopped, in a sentence; null if its status says it. */
  #why: string | null = null;

  constructor(id: string, spec: Spec, log: RunLog, deps: RunDeps) {
    this.id = id;
    this.spec = spec;
    this.log = log;
    this.#deps = deps;
  }

  /** Tells readers the position in the queue. */
  queued(position: number): void {
    this.log.setPlace({ pass: 0, position, waitMs: null });
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
   * Executes the run once `ticket` admits it. `compute` hears of the computing time that it uses: see `PassOptions`.
   * Resolves with its status when no process is left. Never rejects.
   */
  async execute(ticket: Ticket, compute: (cpuMs: number) => void): Promise<Status> {
    const { signal } = this.#stopping;
    let timer: NodeJS.Timeout | undefined;
    let status: Status = 'failed';
    let error: string | null = null;
    try {
      await Promise.race([ticket.admitted, aborted(signal)]);
      this.log.setPlace(null);
      await this.#canBeSaved(signal);
      if (!signal.aborted) {
        this.log.append({ type: 'run-started' }, null, this.#atMs());
        timer = setTimeout(() => this.stop('timed-out'), this.#deps.settings.RUN_SECONDS * 1000);
        status = await this.#runPasses(signal, compute, this.#meterOf(ticket));
      }
      if (signal.aborted) {
        status = signal.reason;
        error = this.#why;
      }
    } catch (cause) {
      console.error(`run ${this.id}: ended by a fault of the server`, cause);
      const short = shortageOf(cause);
      error = `The server could not carry out this run${short ? `: ${short}` : ''}.`;
    } finally {
      clearTimeout(timer);
    }
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

  /** Executes all passes. If one fails or times out, the others still run; the worst status is that of the run. */
  async #runPasses(
    signal: AbortSignal,
    compute: (cpuMs: number) => void,
    measured: (sample: Usage) => void,
  ): Promise<Status> {
    const { settings, ready, blocksPerSecond, programs, otherRuns } = this.#deps;
    const { runtime } = this.spec;
    const statuses = new Set<Status>();
    const inputs = Promise.all([programs.of(this.spec), blocksPerSecond(runtime)]);
    const resolved = await Promise.race([inputs, aborted(signal)]);
    if (!resolved) return 'failed'; // Stopped: the signal's reason becomes the status.
    const [program, blocks] = resolved;
    const kind: Kind = { runtime, isSandboxed: 'text' in program };
    for (const [pass, mode] of this.spec.modes.entries()) {
      if (signal.aborted) break;
      const pool = memoryPool(mode, this.spec, limitsOf(settings));
      const threads = MODE_TRAITS[mode].lane === 'thread' ? lanesOf(mode, this.spec, limitsOf(settings)) : 0;
      const plan = {
        pass,
        pool,
        kind,
        program,
        settings: passSettings(this.spec, mode, settings, blocks, pool),
        cores: settings.CORES,
        otherRuns: otherRuns(),
        compute,
        measured,
        limitMs: settings.PASS_SECONDS * 1000,
        maxProcesses: settings.MAX_PROCESSES,
        maxHub: { entries: settings.QUEUE_ENTRIES, messageBytes: settings.QUEUE_MIB * 2 ** 20 },
        maxMib: {
          main: passMib(mode, threads) + settings.PROCESS_MIB,
          child: PROCESS_MIB + settings.PROCESS_MIB,
        },
      };
      statuses.add(await runPass(plan, ready, this.log, signal));
      // Replaces the process that the pass used. Its boot time counts towards no pass.
      ready.refill(kind);
    }
    return (['timed-out', 'failed'] as const).find((worst) => statuses.has(worst)) ?? 'completed';
  }

  /**
   * Returns what hears of the usage of a run's processes. The form tells what a lesson costs; what somebody's code
   * costs is charged again as it is measured.
   */
  #meterOf(ticket: Ticket): (sample: Usage) => void {
    const { settings } = this.#deps;
    if (this.spec.code === '') return () => {};
    const cost = new MeasuredCost(runCost(this.spec, settings), settings.CORES);
    return (sample) => {
      const measured = cost.measure(sample, now());
      if (measured) ticket.charge(measured);
    };
  }

  #atMs(): number {
    return now() - this.#submittedAt;
  }
}

function passSettings(
  spec: Spec,
  mode: Mode,
  settings: Settings,
  blocksPerSecond: number,
  pool: MemoryPool | null,
): Omit<PassSettings, 'program'> {
  const { jobs, minSeconds, maxSeconds, work, seed } = spec;
  const workers = pool?.lanes ?? spec.workers;
  const bound = MODE_TRAITS[mode].lane === 'process' ? settings.MAX_PROCESSES : null;
  const maxLanes = workers !== null && bound !== null ? Math.min(workers, bound) : (workers ?? bound);
  const reuse = workers !== null;
  const logBytes = settings.LOG_BYTES;
  return {
    mode,
    jobs,
    minSeconds,
    maxSeconds,
    work,
    seed,
    blocksPerSecond,
    maxLanes,
    reuse,
    logBytes,
  };
}

/** Cores that a run with nothing to compute counts as: enough to spread out a class of runs that start at once. */
const WAITING_CORES = 0.1;

/** Returns the cost of a run for admission: that of its most expensive pass, in a pool if memory is short. */
export function runCost(spec: Spec, settings: Settings): Cost {
  const lanes = spec.modes.map((mode) => ({ mode, lanes: lanesOf(mode, spec, limitsOf(settings)) }));
  const busy = Math.max(1, ...lanes.map((pass) => pass.lanes));
  return {
    cores: spec.work === 'wait' ? WAITING_CORES : Math.min(busy, settings.CORES),
    memoryMib: Math.max(...lanes.map((pass) => passMib(pass.mode, pass.lanes))),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
