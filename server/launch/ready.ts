/** Keeps program processes ready, booted and waiting for their order, so that a run starts at once. Each is used once. */
import { toMicrosecond } from '../protocol/times.ts';
import type { Runtime } from '../spec/runtimes.ts';
import type { Guard } from './guard.ts';
import { type Child, type Listener, launch, now } from './launch.ts';
import { command } from './runtimes.ts';

/** A booted process and how long its boot took, in ms. */
export type Booted = { child: Child; bootMs: number; clock: number };

/** A process that is kept, or on its way to be. */
type Kept = { booting: Promise<Booted>; isBooted: boolean };

/** Longest boot, in ms; a machine so slow that it takes longer is of no use. */
const BOOT_MS = 30_000;
/**
 * Longest time that a process which was kept may take to say that it is still there, in ms. It takes about 2, and its
 * first word in the pass then comes 1 sooner, because it is awake.
 */
const ANSWER_MS = 2000;

export class Ready {
  #entry: string;
  #guard: Guard;
  #size: number;
  #kept = new Map<Runtime, Kept[]>();
  #closing = new AbortController();

  /** `entry`: the compiled child side. `size`: processes kept for each runtime that was used. */
  constructor(entry: string, guard: Guard, size: number) {
    this.#entry = entry;
    this.#guard = guard;
    this.#size = size;
  }

  /** A booted process: one that was kept, or else a new one. Throws if none can be started. */
  async take(runtime: Runtime): Promise<Booted> {
    const kept = this.#list(runtime);
    for (let next = kept.shift(); next; next = kept.shift()) {
      const booted = await next.booting.catch(() => null);
      if (booted && isFit(booted) && (await answers(booted.child))) return booted;
      booted?.child.kill();
    }
    return this.#boot(runtime);
  }

  /** How many processes are booted and wait, by runtime. */
  get counts(): Partial<Record<Runtime, number>> {
    const count = (kept: Kept[]) => kept.filter((one) => one.isBooted).length;
    return Object.fromEntries([...this.#kept].map(([runtime, kept]) => [runtime, count(kept)]));
  }

  /** Brings the number of processes kept for `runtime` back to what it should be. Returns at once. */
  refill(runtime: Runtime): void {
    const kept = this.#list(runtime);
    while (!this.closing.aborted && kept.length < this.#size) {
      const one: Kept = { booting: this.#boot(runtime), isBooted: false };
      // One that cannot be started, or ends while it waits, is no longer kept; `take` then tells why.
      const forget = () => {
        const at = kept.indexOf(one);
        if (at >= 0) kept.splice(at, 1);
      };
      one.booting.then(({ child }) => {
        one.isBooted = true;
        child.ended.then(forget);
      }, forget);
      kept.push(one);
    }
  }

  /** Launches a process for a lane of a pass that is under way: never one that was kept, its start-up is to be seen. */
  launch(runtime: Runtime, listener: Listener): Promise<Child> {
    return launch(command(runtime, this.#entry), this.#guard, listener);
  }

  /** Aborted when it closes. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Ends what is kept, and what is on its way to be. */
  async close(): Promise<void> {
    this.#closing.abort();
    const all = [...this.#kept.values()].flat();
    await Promise.all(all.map(({ booting }) => booting.then(({ child }) => child.stop()).catch(() => {})));
  }

  async #boot(runtime: Runtime): Promise<Booted> {
    const hello = Promise.withResolvers<void>();
    const words: string[] = [];
    const child = await this.launch(runtime, {
      report: ({ report }) => report.type === 'hello' && hello.resolve(),
      stderr: (line) => words.length < 20 && words.push(line),
    });
    const stop = () => void child.stop();
    const timer = setTimeout(stop, BOOT_MS);
    this.closing.addEventListener('abort', stop);
    if (this.closing.aborted) stop();
    const gone = child.ended.then(({ exitCode, signal }) => {
      throw new Error(
        `A ${runtime} process ended before it was ready (${signal ?? exitCode}): ${words.join(' ')}`,
      );
    });
    await Promise.race([hello.promise, gone]).finally(() => {
      clearTimeout(timer);
      this.closing.removeEventListener('abort', stop);
    });
    gone.catch(() => {});
    return { child, bootMs: toMicrosecond(now() - child.launchedAt), clock: clockSkew() };
  }

  #list(runtime: Runtime): Kept[] {
    const kept = this.#kept.get(runtime) ?? [];
    this.#kept.set(runtime, kept);
    return kept;
  }
}

/** Whether a booted process answers: one that somebody stopped, or that hangs, would cost a pass all of its time. */
async function answers(child: Child): Promise<boolean> {
  const heard = Promise.withResolvers<boolean>();
  const timer = setTimeout(heard.resolve, ANSWER_MS, false);
  child.listener = {
    report: ({ report }) => report.type === 'hello' && heard.resolve(true),
    stderr: () => {},
  };
  child.send({ type: 'ping' });
  const isAnswered = await Promise.race([heard.promise, child.ended.then(() => false)]);
  clearTimeout(timer);
  return isAnswered;
}

/** How far the machine's clock has been set since this process began, in ms: see `isFit`. */
function clockSkew(): number {
  return Date.now() - now();
}

/** Not fit: one that booted before the machine's clock was set or slept, for its threads would disagree on the time. */
function isFit(booted: Booted): boolean {
  return Math.abs(booted.clock - clockSkew()) < 20;
}
