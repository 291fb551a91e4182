/**
 * Replaces what sets timers on a thread: the global functions, and those of `node:timers`, `node:timers/promises`,
 * `AbortSignal` and `Atomics`. A program that is loaded afterwards imports what is put into the modules here; on Deno,
 * what it imports by name from `node:timers` needs more: see timer-imports.ts.
 */
import { process } from './builtins.ts';
import type { Handle, Timer } from './timer.ts';

/** Most ms of a timer. With more, or fewer than 1, the runtimes take 1. */
const MOST_MS = 2 ** 31 - 1;

/** What is called when the program sets a timer, when one fires, and when one ends or is cleared. */
type TimerWatch = {
  /** The program has set one by calling `called`. `keepsAlive`: whether a runtime stays alive for its kind. */
  set(called: (...args: never[]) => unknown, handle: Handle, ms: number, keepsAlive: boolean): Timer;
  /** One fires: calls what the program gave it. `isLast`: whether it does not fire again. */
  fire(timer: Timer, callback: Callback, self: unknown, args: unknown[], isLast: boolean): unknown;
  /** One has ended without a callback. */
  end(timer: Timer): void;
  /** The program has cleared what may be the handle of one. */
  clear(handle: unknown): void;
};

type Callback = (...args: unknown[]) => void;
type Setting = (callback: Callback, ...rest: unknown[]) => NodeJS.Timeout;

/** Replaces them all, from now on. */
export function replaceTimers(watch: TimerWatch): void {
  const { getBuiltinModule: builtin } = process;
  const timers = builtin('node:timers');
  // A timer that another one sets for itself is not told of.
  let isInside = false;

  // First, because `promisify(setTimeout)` is one of them.
  for (const promises of new Set([timers.promises, builtin('node:timers/promises')]))
    replacePromised(promises);
  const [promised] = Object.getOwnPropertySymbols(timers.setTimeout);
  put('setTimeout', setting(timers.setTimeout as Setting, 'once'));
  put('setInterval', setting(timers.setInterval as Setting, 'each'));
  put('setImmediate', setting(timers.setImmediate as unknown as Setting, 'now'));
  const { setTimeout: pause } = builtin('node:timers/promises');
  if (promised) Object.defineProperty(globalThis.setTimeout, promised, { value: pause });
  for (const name of ['clearTimeout', 'clearInterval', 'clearImmediate'] as const) {
    const original: (timer: never) => void = timers[name];
    put(name, (handle: never) => {
      watch.clear(handle);
      original(handle);
    });
  }
  replaceTimeoutSignal();
  replaceWaitAsync();

  function put(
    name: keyof typeof timers & keyof typeof globalThis,
    value: (...args: never[]) => unknown,
  ): void {
    Object.defineProperty(value, 'name', { value: name });
    Reflect.set(globalThis, name, value);
    Reflect.set(timers, name, value);
  }

  function setting(original: Setting, fires: 'once' | 'each' | 'now') {
    return function replaced(callback: Callback, ...rest: unknown[]) {
      // The runtime refuses it with its own error.
      if (isInside || typeof callback !== 'function')
        return Reflect.apply(original, undefined, [callback, ...rest]);
      let timer: Timer | null = null;
      const fired = function (this: unknown, ...args: unknown[]) {
        return timer ? watch.fire(timer, callback, this, args, fires !== 'each') : undefined;
      };
      const handle: NodeJS.Timeout = Reflect.apply(original, undefined, [fired, ...rest]);
      timer = watch.set(replaced, handle, fires === 'now' ? 0 : msOf(rest[0]), fires !== 'now');
      return handle;
    };
  }

  function replaceTimeoutSignal(): void {
    const { timeout } = AbortSignal;
    AbortSignal.timeout = function replaced(ms: number): AbortSignal {
      const signal = inside(() => Reflect.apply(timeout, AbortSignal, [ms]));
      const timer = watch.set(replaced, signal, msOf(ms), false);
      signal.addEventListener('abort', () => watch.end(timer));
      return signal;
    };
  }

  function replaceWaitAsync(): void {
    // Not the copy that our own code has (natives.ts).
    const { Atomics: atomics } = globalThis;
    const { waitAsync } = atomics;
    const until = async (end: Promise<unknown>, timer: Timer) => {
      await end;
      watch.end(timer);
    };
    Reflect.set(atomics, 'waitAsync', function replaced(...args: Parameters<typeof waitAsync>) {
      const wait = Reflect.apply(waitAsync, atomics, args);
      const [, , , ms] = args;
      // Without a time, only a notify ends it, which is no timer.
      if (wait.async && typeof ms === 'number' && ms <= MOST_MS)
        void until(wait.value, watch.set(replaced, null, ms, false));
      return wait;
    });
  }

  function replacePromised(promises: typeof timers.promises): void {
    const { setTimeout: once, setInterval: each, scheduler } = promises;
    type Options = Parameters<typeof once>[2];
    const during = async <T>(
      called: Callback,
      ms: number | undefined,
      options: Options,
      step: () => Promise<T>,
    ): Promise<T> => {
      const timer = watch.set(called, null, msOf(ms), options?.ref !== false);
      try {
        return await inside(step);
      } finally {
        watch.end(timer);
      }
    };
    Reflect.set(promises, 'setTimeout', function replaced(ms?: number, value?: unknown, options?: Options) {
      return during(replaced as Callback, ms, options, () => once(ms, value, options));
    });
    Reflect.set(scheduler, 'wait', function replaced(ms: number, options?: Options) {
      return during(replaced as Callback, ms, options, () => once(ms, undefined, options));
    });
    Reflect.set(
      promises,
      'setInterval',
      async function* replaced(ms?: number, value?: unknown, options?: Options) {
        const ticks = each(ms, value, options)[Symbol.asyncIterator]();
        try {
          for (;;) {
            const next = await during(replaced as Callback, ms, options, () => ticks.next());
            if (next.done) return;
            yield next.value;
          }
        } finally {
          await ticks.return?.();
        }
      },
    );
  }

  function inside<T>(step: () => T): T {
    const before = isInside;
    isInside = true;
    try {
      return step();
    } finally {
      isInside = before;
    }
  }
}

/** Returns how many ms a runtime waits that is given `value`. */
function msOf(value: unknown): number {
  const ms = Number(value);
  return ms >= 1 && ms <= MOST_MS ? ms : 1;
}
