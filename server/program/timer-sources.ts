/**
 * Replaces what sets timers on a thread: the global functions, and those of `node:timers`, `node:timers/promises` and
 * `AbortSignal`. A program that is loaded afterwards imports what is put into the modules here; only on Deno, what it
 * imports by name from `node:timers` stays as it is.
 */
import { process } from './builtins.ts';

/** Most ms of a timer. With more, or fewer than 1, the runtimes take 1. */
const MOST_MS = 2 ** 31 - 1;

/** A timer as the runtime has it. */
export type SetTimer = {
  /** The function that the program has called. */
  called: (...args: never[]) => unknown;
  ms: number;
  /** Whether it neither has fired nor was cleared, in any way. */
  isPending(): boolean;
  /** Whether a runtime would stay alive for it. */
  keepsAlive(): boolean;
};

/** What is told of a timer that was set. */
export type Noted = {
  /** Calls what the program gave it. `isLast`: whether it does not fire again. */
  fire(callback: () => unknown, isLast: boolean): unknown;
  /** It was cleared, or has ended without a callback. */
  end(): void;
};

/** Notes a timer that was set; null if it is of no interest. */
type Note = (timer: SetTimer) => Noted | null;

type Callback = (...args: unknown[]) => void;
type Setting = (callback: Callback, ...rest: unknown[]) => NodeJS.Timeout;

/** Replaces them all, from now on. */
export function replaceTimers(note: Note): void {
  const { getBuiltinModule: builtin } = process;
  const timers = builtin('node:timers');
  const noted = new WeakMap<object, Noted>();
  // One that sets another for itself has been noted.
  let isInside = false;
  const noteOuter: Note = (timer) => (isInside ? null : note(timer));
  const inside = <T>(step: () => T): T => {
    const before = isInside;
    isInside = true;
    try {
      return step();
    } finally {
      isInside = before;
    }
  };

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
    put(name, (timer: never) => {
      if (typeof timer === 'object' && timer !== null) noted.get(timer)?.end();
      original(timer);
    });
  }
  const { timeout } = AbortSignal;
  AbortSignal.timeout = function replaced(ms: number): AbortSignal {
    const signal = inside(() => timeout.call(AbortSignal, ms));
    const isPending = () => !signal.aborted;
    const own = noteOuter({ called: replaced, ms, isPending, keepsAlive: () => false });
    if (own) signal.addEventListener('abort', () => own.end());
    return signal;
  };

  function put(name: keyof typeof timers & keyof typeof globalThis, value: unknown): void {
    Reflect.set(globalThis, name, value);
    Reflect.set(timers, name, value);
  }

  function setting(original: Setting, fires: 'once' | 'each' | 'now') {
    return function replaced(callback: Callback, ...rest: unknown[]) {
      // The runtime refuses it with its own error.
      if (typeof callback !== 'function') return Reflect.apply(original, undefined, [callback, ...rest]);
      let own: Noted | null = null;
      const timer: NodeJS.Timeout = inside(() =>
        Reflect.apply(original, undefined, [
          function (this: unknown, ...args: unknown[]) {
            const step = () => Reflect.apply(callback, this, args);
            return own ? own.fire(step, fires !== 'each') : step();
          },
          ...rest,
        ]),
      );
      own = noteOuter({
        called: replaced,
        ms: fires === 'now' ? 0 : msOf(rest[0]),
        // Both runtimes mark what was cleared by its number, or closed, as destroyed.
        isPending: () => !Reflect.get(timer, '_destroyed'),
        keepsAlive: () => fires !== 'now' && timer.hasRef(),
      });
      if (own) noted.set(timer, own);
      return timer;
    };
  }

  function replacePromised(promises: typeof timers.promises): void {
    const { setTimeout: once, setInterval: each, scheduler } = promises;
    type Options = Parameters<typeof once>[2];
    const during = async <T>(
      called: SetTimer['called'],
      ms: number | undefined,
      options: Options,
      step: () => Promise<T>,
    ): Promise<T> => {
      const timer = { called, ms: msOf(ms), isPending: () => true };
      const own = noteOuter({ ...timer, keepsAlive: () => options?.ref !== false });
      try {
        return await inside(step);
      } finally {
        own?.end();
      }
    };
    Reflect.set(promises, 'setTimeout', function replaced(ms?: number, value?: unknown, options?: Options) {
      return during(replaced, ms, options, () => once(ms, value, options));
    });
    Reflect.set(scheduler, 'wait', function replaced(ms: number, options?: Options) {
      return during(replaced, ms, options, () => once(ms, undefined, options));
    });
    Reflect.set(
      promises,
      'setInterval',
      async function* replaced(ms?: number, value?: unknown, options?: Options) {
        const ticks = each(ms, value, options)[Symbol.asyncIterator]();
        try {
          for (;;) {
            const next = await during(replaced, ms, options, () => ticks.next());
            if (next.done) return;
            yield next.value;
          }
        } finally {
          await ticks.return?.();
        }
      },
    );
  }
}

/** Returns how many ms a runtime waits that is given `value`. */
function msOf(value: unknown): number {
  const ms = Number(value);
  return ms >= 1 && ms <= MOST_MS ? ms : 1;
}
