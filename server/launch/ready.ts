/** Keeps program processes ready, booted and waiting for their order, so that a run starts at once. Each is used once. */
import type { Runtime } from '../runs/spec.ts';
import type { Guard } from './guard.ts';
import { type Child, type Listener, launch, now } from './launch.ts';
import { command } from './runtimes.ts';

/** A booted process and how long its boot took, in ms. */
export type Booted = { child: Child; bootMs: number; clock: number };

/** A process that is kept, or on its way to be. */
type Kept = { booting: Promise<Booted>; isBooted: boolean };

/** Longest boot, in ms; a machine so slow that it takes longer is of no use. */
const BOOT_MS = 30_000;

export class Ready {
  #entry: string;
  #guard: Guard;
  #size: number;
  #kept = new Map<Runtime, Kept[]>();
  #isClosed = false;

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
      if (booted && isFit(booted)) return booted;
      await booted?.child.stop();
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
    while (!this.#isClosed && kept.length < this.#size) {
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

  /** Ends what is kept. */
  async close(): Promise<void> {
    this.#isClosed = true;
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
    const timer = setTimeout(() => child.stop(), BOOT_MS);
    const gone = child.ended.then(({ exitCode, signal }) => {
      throw new Error(
        `A ${runtime} process ended before it was ready (${signal ?? exitCode}): ${words.join(' ')}`,
      );
    });
    await Promise.race([hello.promise, gone]).finally(() => clearTimeout(timer));
    gone.catch(() => {});
    return { child, bootMs: now() - child.launchedAt, clock: clockSkew() };
  }

  #list(runtime: Runtime): Kept[] {
    const kept = this.#kept.get(runtime) ?? [];
    this.#kept.set(runtime, kept);
    return kept;
  }
}

/** How far the machine's clock has been set since this process began, in ms: see `isFit`. */
function clockSkew(): number {
  return Date.now() - now();
}

/** Not fit: one that booted before the machine's clock was set or slept, for its threads would disagree on the time. */
function isFit(booted: Booted): boolean {
  return Math.abs(booted.clock - clockSkew()) < 20;
}
