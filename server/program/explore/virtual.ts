/**
 * Makes the globals of a lane's thread the same in every execution of a schedule: clocks, dates, random numbers and
 * timers. What the scheduler cannot put in order is refused by name.
 */
import { uniform } from '../../spec/random.ts';
import { process } from '../builtins.ts';
import { currentJob, type Owner } from '../console.ts';
import { type Lines, MAX_FRAMES } from '../line.ts';
import type { SleepOf } from '../steps.ts';
import type { Timers } from '../timers.ts';
import type { Sleep } from './messages.ts';
import { replace } from './replace.ts';

/** The time at which every schedule begins: 1 January 2000, UTC. */
const BEGIN_MS = 946_684_800_000;

/** What the scheduler can end: sleeps and timers of the lane, by number, oldest first. */
type Pending = {
  end: () => void;
  /** How long it is to last. */
  ms: number;
  /** Of a sleep. */
  of?: SleepOf;
  /** Of a timer. */
  timer?: { owner: Owner; line: number | undefined };
};

export class VirtualGlobals {
  #lines: Lines;
  #lane: number;
  #seed: number;
  #pending = new Map<number, Pending>();
  #last = 0;
  #nowMs = 0;
  #random: () => number = () => 0;
  readonly timers: Timers;

  /** Replaces the globals of this thread. */
  constructor(lane: number, seed: number, lines: Lines) {
    this.#lane = lane;
    this.#seed = seed;
    this.#lines = lines;
    this.timers = {
      ownerOf: () => undefined,
      eachLeft: (onLeft) => {
        for (const { timer } of this.#pending.values()) if (timer) onLeft(timer.owner, timer.line);
      },
    };
    this.reset();
    this.#replaceClocks();
    this.#replaceRandom();
    this.#replaceTimers();
    refuseOthers();
  }

  /** Begins anew, for another schedule. */
  reset(): void {
    this.#pending.clear();
    this.#last = 0;
    this.#nowMs = 0;
    this.#random = uniform(this.#seed, 100_000 + this.#lane);
  }

  /** The sleeps and timers that wait, oldest first. */
  get waiting(): Sleep[] {
    return Array.from(this.#pending, ([id, { ms, of }]) => ({ id, ms, ...of }));
  }

  /** Resolves when the scheduler ends it. */
  sleep(seconds: number, of: SleepOf): Promise<void> {
    return new Promise((resolve) => {
      this.#pending.set(++this.#last, { end: resolve, ms: seconds * 1000, of });
    });
  }

  /** Ends a sleep, or calls a timer's function. */
  end(id: number): void {
    const found = this.#pending.get(id);
    this.#pending.delete(id);
    found?.end();
  }

  /** Each look at a clock takes a millisecond, so that a loop that waits for a time ends. */
  #tick(): number {
    return ++this.#nowMs;
  }

  #replaceClocks(): void {
    const now = () => BEGIN_MS + this.#tick();
    const RealDate = globalThis.Date;
    const virtualDate: DateConstructor = new Proxy(RealDate, {
      construct: (target, args, newTarget) =>
        Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
      apply: () => new RealDate(now()).toString(),
      get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
    });
    Reflect.set(RealDate.prototype, 'constructor', virtualDate);
    replace(globalThis, 'Date', virtualDate);
    const clock = globalThis.performance;
    replace(clock, 'now', () => this.#tick());
    replace(clock, 'timeOrigin', BEGIN_MS);
    const hrtime = (before?: [number, number]): [number, number] => {
      const ms = this.#tick();
      return [Math.floor(ms / 1000) - (before?.[0] ?? 0), (ms % 1000) * 1e6 - (before?.[1] ?? 0)];
    };
    replace(process, 'hrtime', Object.assign(hrtime, { bigint: () => BigInt(this.#tick()) * 1_000_000n }));
    replace(process, 'uptime', () => this.#tick() / 1000);
    replace(process, 'cpuUsage', () => ({ user: 0, system: 0 }));
    replace(process, 'memoryUsage', () => ({
      rss: 0,
      heapTotal: 0,
      heapUsed: 0,
      external: 0,
      arrayBuffers: 0,
    }));
  }

  #replaceRandom(): void {
    replace(globalThis.Math, 'random', () => this.#random());
    const fill = <T extends ArrayBufferView>(array: T): T => {
      const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
      for (let at = 0; at < bytes.length; at++) bytes[at] = Math.floor(this.#random() * 256);
      return array;
    };
    const uuid = () => {
      const hex = [...fill(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
    };
    replace(globalThis.crypto, 'getRandomValues', fill);
    replace(globalThis.crypto, 'randomUUID', uuid);
    refuse(globalThis.crypto, 'subtle', 'crypto.subtle');
  }

  #replaceTimers(): void {
    const set = (isOnce: boolean) => {
      const called = (callback: unknown, ...rest: unknown[]) => {
        if (typeof callback !== 'function') throw new TypeError('A timer needs a function.');
        const args = called === setNow ? rest : rest.slice(1);
        const ms = called === setNow ? 0 : Math.max(0, Number(rest[0]) || 0);
        const owner = currentJob.getStore() ?? null;
        const line = this.#lines.ofCall(called, MAX_FRAMES);
        let id = 0;
        const wait = () => {
          id = ++this.#last;
          this.#pending.set(id, { end, ms, timer: { owner, line } });
        };
        const end = () => {
          if (!isOnce) wait();
          currentJob.run(owner, () => Reflect.apply(callback, undefined, args));
        };
        wait();
        const timer = {
          ref: () => timer,
          unref: () => timer,
          hasRef: () => true,
          refresh: () => timer,
          close: () => void this.#pending.delete(id),
          [Symbol.toPrimitive]: () => id,
        };
        return timer;
      };
      return called;
    };
    const setOnce = set(true);
    const setNow = set(true);
    const clear = (timer: unknown) => {
      if (
        typeof timer === 'object' &&
        timer !== null &&
        'close' in timer &&
        typeof timer.close === 'function'
      )
        timer.close();
      else this.#pending.delete(Number(timer));
    };
    replace(globalThis, 'setTimeout', setOnce);
    replace(globalThis, 'setInterval', set(false));
    replace(globalThis, 'setImmediate', setNow);
    for (const name of ['clearTimeout', 'clearInterval', 'clearImmediate']) replace(globalThis, name, clear);
  }
}

/** What ends at a time that nothing here decides. */
function refuseOthers(): void {
  for (const name of [
    'fetch',
    'WebSocket',
    'EventSource',
    'BroadcastChannel',
    'MessageChannel',
    'Worker',
    'SharedWorker',
    'Blob',
    'CompressionStream',
    'DecompressionStream',
    'scheduler',
    'caches',
  ])
    if (name in globalThis) refuse(globalThis, name, name);
  for (const name of ['compile', 'instantiate', 'compileStreaming', 'instantiateStreaming'])
    if (name in WebAssembly) refuse(WebAssembly, name, `WebAssembly.${name}`);
  refuse(globalThis.Atomics, 'wait', 'Atomics.wait');
  refuse(globalThis.Atomics, 'waitAsync', 'Atomics.waitAsync');
  refuse(AbortSignal, 'timeout', 'AbortSignal.timeout');
  if ('locks' in navigator) refuse(Object.getPrototypeOf(navigator), 'locks', 'navigator.locks');
}

function refuse(object: object, name: string, shown: string): void {
  if (Object.getOwnPropertyDescriptor(object, name)?.configurable === false) return;
  Object.defineProperty(object, name, {
    configurable: true,
    get() {
      throw new Error(
        `${shown} cannot be used where the order of steps is given: nothing here decides when it ends.`,
      );
    },
  });
}
