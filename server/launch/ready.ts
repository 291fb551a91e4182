/** Keeps program processes booted and waiting for their order, so that a run starts at once. Each is used once. */
import fs from 'node:fs';
import type { Stamped } from '../protocol/reports.ts';
import { toMicrosecond } from '../protocol/times.ts';
import { isPython, type Runtime } from '../spec/runtimes.ts';
import type { Child, Listener } from './child.ts';
import { now } from './clock.ts';
import type { Guard } from './guard.ts';
import { launch } from './launch.ts';
import type { Place } from './place.ts';
import { NO_PYTHONS, type Pythons } from './pythons.ts';
import { command } from './runtimes.ts';
import type { Sandbox } from './sandbox.ts';

/**
 * A kind of process: on which runtime, and whether for a program that somebody wrote. `yields`: it is one of many, and
 * gives way to the server: none is kept ready at such a time, but one that was may be used. `forks`: for a script that
 * starts processes by itself; none of these is kept ready.
 */
export type Kind = { runtime: Runtime; isSandboxed: boolean; yields?: boolean; forks?: boolean };

/**
 * A booted process. `bootMs` is how long its boot took; `clock` is the clock skew at that time. `place`: where its
 * program must be, if it is sandboxed. It is removed when the process has ended.
 */
export type Booted = { child: Child; bootMs: number; clock: number; place: Place | null };

/**
 * A process that is booting, or rehearses, or is ready. `isPinged`: it was pinged, and has not answered. `stop` ends its
 * boot.
 */
type Kept = { booting: Promise<Booted>; isReady: boolean; isPinged: boolean; stop: () => void };

/** Longest boot, in ms: it takes a fraction of a second. A process that takes longer hangs, or the machine does. */
const BOOT_MS = 10_000;
/** How long a process that was kept ready may take to answer a ping, in ms. It takes about 1 ms. */
const ANSWER_MS = 2000;

export class Ready {
  /** Longest boot of a process, in ms. */
  readonly bootMs: number;
  /** Hears of each boot: `error` is null if it succeeded. Not of one that was stopped. */
  onBoot: (kind: Kind, error: unknown) => void = () => {};
  #entry: string;
  #guard: Guard;
  #size: number;
  #sandbox: Sandbox | null;
  #pythons: Pythons;
  #denoDir: string | null;
  /** By the name of the kind. */
  #kept = new Map<string, Kept[]>();
  #closing = new AbortController();

  /**
   * `entry`: the compiled child side. `size`: processes kept for each kind in use. `sandbox`: null if no process is to
   * be sandboxed. `pythons`: those that can be launched. `denoDir`: see `command`.
   */
  constructor(
    entry: string,
    guard: Guard,
    size: number,
    {
      sandbox = null,
      pythons = NO_PYTHONS,
      denoDir = null,
      bootMs = BOOT_MS,
    }: { sandbox?: Sandbox | null; pythons?: Pythons; denoDir?: string | null; bootMs?: number } = {},
  ) {
    this.bootMs = bootMs;
    this.#sandbox = sandbox;
    this.#pythons = pythons;
    this.#denoDir = denoDir;
    this.#entry = entry;
    this.#guard = guard;
    this.#size = size;
  }

  /**
   * Returns a booted process: one that was kept ready, or a new one. Rejects if none can be started. When `signal` or
   * `closing` aborts, the process that would have been returned is ended, however far it has booted, and then this
   * rejects. `begin` is called with a process before it has shown that it answers, which takes 1 ms: it can be sent its
   * order, and its listener hears what follows the answer. If there is no answer, that process is killed, and `begin` is
   * called with the next.
   */
  async take(kind: Kind, signal?: AbortSignal, begin: (booted: Booted) => void = () => {}): Promise<Booted> {
    const stopping = AbortSignal.any(signal ? [signal, this.closing] : [this.closing]);
    const kept = kind.forks ? [] : this.#list(kind);
    for (let next = kept.shift(); next; next = kept.shift()) {
      stopping.addEventListener('abort', next.stop);
      if (stopping.aborted) next.stop();
      const booted = await next.booting.catch(() => null);
      stopping.removeEventListener('abort', next.stop);
      if (booted && isFit(booted) && (await isResponsive(booted, next, stopping, begin))) return booted;
      booted?.child.kill();
      if (!stopping.aborted) continue;
      await booted?.child.ended;
      break;
    }
    const booted = await this.#boot(kind, stopping);
    begin(booted);
    return booted;
  }

  /**
   * Wakes the process that `take` will return next, if one is ready. A process that sleeps takes 1 ms to read what it is
   * sent, and meanwhile a run that is being submitted is stored.
   */
  wake(kind: Kind): void {
    const [next] = this.#list(kind);
    if (!next?.isReady || next.isPinged) return;
    next.isPinged = true;
    next.booting.then(({ child }) => child.send({ type: 'ping' }));
  }

  /** Number of processes that are booted and waiting, by kind: `node`, `deno sandboxed`. */
  get counts(): Partial<Record<string, number>> {
    const count = (kept: Kept[]) => kept.filter((entry) => entry.isReady).length;
    return Object.fromEntries([...this.#kept].map(([name, kept]) => [name, count(kept)]));
  }

  /** Starts processes until the right number of a kind is kept. Returns at once. */
  refill(kind: Kind): void {
    const kept = this.#list(kind);
    if (kind.forks) return;
    while (!this.closing.aborted && kept.length < this.#size) {
      const own = new AbortController();
      const booting = this.#boot(kind, AbortSignal.any([own.signal, this.closing]));
      const entry: Kept = { booting, isReady: false, isPinged: false, stop: () => own.abort() };
      // A process that cannot be started, or ends while it waits, is no longer kept; `take` then boots a new one.
      const forget = () => {
        const at = kept.indexOf(entry);
        if (at >= 0) kept.splice(at, 1);
      };
      booting.then(({ child }) => {
        child.ended.then(forget);
        const ready = () => {
          entry.isReady = true;
          entry.isPinged = false;
        };
        child.listener = { ...child.listener, report: ready };
        if (isPython(kind.runtime)) ready();
        else child.send({ type: 'rehearse' });
      }, forget);
      kept.push(entry);
    }
  }

  /** Boots a process of a kind as a test, and ends it. Rejects if it does not boot. */
  async tryOut(kind: Kind): Promise<void> {
    const { child } = await this.#boot(kind, this.closing);
    await child.stop();
  }

  /**
   * Launches a process for a lane of a running pass, in the pass's place if it is sandboxed. It never uses one that was
   * kept ready, because its start-up is shown. `yields` and `forks`: see `Kind`.
   */
  launch(
    runtime: Runtime,
    place: Place | null,
    listener: Listener,
    { yields = false, forks = false }: Pick<Kind, 'yields' | 'forks'> = {},
  ): Promise<Child> {
    const own = { yields, ...(forks && { forks }) };
    if (place === null) {
      const usual = command(runtime, this.#entry, this.#pythons, this.#denoDir);
      return launch({ ...usual, ...own }, this.#guard, listener);
    }
    if (this.#sandbox === null) throw new Error('There is no sandbox.');
    return launch({ ...this.#sandbox.command(runtime, place, forks), ...own }, this.#guard, listener);
  }

  /** Aborted on close. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Ends all processes that are ready or booting. */
  async close(): Promise<void> {
    this.#closing.abort();
    const all = [...this.#kept.values()].flat();
    await Promise.all(all.map(({ booting }) => booting.then(({ child }) => child.stop()).catch(() => {})));
  }

  /** Boots a process. When `stopping` aborts, ends it and then rejects. */
  async #boot(kind: Kind, stopping: AbortSignal): Promise<Booted> {
    stopping.throwIfAborted();
    try {
      const booted = await this.#start(kind, stopping);
      this.onBoot(kind, null);
      return booted;
    } catch (error) {
      if (!stopping.aborted) this.onBoot(kind, error);
      throw error;
    }
  }

  async #start({ runtime, isSandboxed, ...how }: Kind, stopping: AbortSignal): Promise<Booted> {
    const place = (isSandboxed && this.#sandbox?.place(runtime)) || null;
    if (isSandboxed && place === null) throw new Error('There is no sandbox.');
    const hello = Promise.withResolvers<void>();
    const stderrLines: string[] = [];
    const listener = {
      report: ({ report }: Stamped) => report.type === 'hello' && hello.resolve(),
      stderr: (line: string) => stderrLines.length < 20 && stderrLines.push(line),
    };
    const launching = this.launch(runtime, place, listener, how);
    const child = await launching.catch((error) => {
      void place?.remove();
      throw error;
    });
    child.ended.then(() => place?.remove());
    const stop = () => void child.stop();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      stop();
    }, this.bootMs);
    stopping.addEventListener('abort', stop);
    if (stopping.aborted) stop();
    const gone = child.ended.then(({ exitCode, signal }) => {
      const late = isLate ? `, killed because it was not ready within ${this.bootMs / 1000} s` : '';
      const said = stderrLines.join(' ');
      throw new Error(
        `A ${runtime} process ended before it was ready (${signal ?? exitCode}${late}): ${said}`,
      );
    });
    await Promise.race([hello.promise, gone]).finally(() => {
      clearTimeout(timer);
      stopping.removeEventListener('abort', stop);
    });
    // It said hello just as it was asked to end.
    if (stopping.aborted) await gone;
    gone.catch(() => {});
    return { child, bootMs: toMicrosecond(now() - child.launchedAt), clock: clockSkew(), place };
  }

  #list({ runtime, isSandboxed }: Kind): Kept[] {
    const name = isSandboxed ? `${runtime} sandboxed` : runtime;
    const kept = this.#kept.get(name) ?? [];
    this.#kept.set(name, kept);
    return kept;
  }
}

/**
 * Reports whether a booted process answers, before `stopping` aborts. One that was stopped, or hangs, would use up all
 * of a pass's time. `begin`: see `Ready.take`.
 */
async function isResponsive(
  booted: Booted,
  { isPinged }: Kept,
  stopping: AbortSignal,
  begin: (booted: Booted) => void,
): Promise<boolean> {
  const { child } = booted;
  const answered = Promise.withResolvers<boolean>();
  const giveUp = () => answered.resolve(false);
  const timer = setTimeout(giveUp, ANSWER_MS);
  stopping.addEventListener('abort', giveUp);
  if (!isPinged) child.send({ type: 'ping' });
  begin(booted);
  const { listener } = child;
  child.listener = {
    report: ({ report }) => {
      if (report.type !== 'hello' || stopping.aborted) return;
      // What follows may be in the same piece.
      child.listener = listener;
      answered.resolve(true);
    },
    stderr: () => {},
  };
  const isAnswered = await Promise.race([answered.promise, child.ended.then(() => false)]);
  clearTimeout(timer);
  stopping.removeEventListener('abort', giveUp);
  return isAnswered;
}

/** Returns how far the machine's clock has been set since this process began, in ms: see `isFit`. */
function clockSkew(): number {
  return Date.now() - now();
}

/**
 * Reports whether a process booted after the machine's clock was last set, and after it last slept, and whether its
 * place is still there, which somebody may have removed. In an older process, new threads would disagree on the time.
 */
function isFit(booted: Booted): boolean {
  if (booted.place !== null && !fs.existsSync(booted.place.folder)) return false;
  return Math.abs(booted.clock - clockSkew()) < 20;
}
