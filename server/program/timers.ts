/**
 * Timers of main's thread. Whose each is, so that what it throws is told of its job: Deno has forgotten by then. And
 * which of main's own are left when the program ends: a runtime would wait for them, the program here waits for its jobs.
 */
import { FRAMES } from './asker.ts';
import { currentJob } from './console.ts';
import type { Lines } from './line.ts';

export type Timers = {
  /** The job whose timer threw `thrown`, or null for main; undefined where it was no timer's, or nobody knows. */
  ownerOf(thrown: unknown): number | null | undefined;
  /** Lines that set those timers of main's which are still to come. */
  left(): (number | undefined)[];
};

/** Watches the timers that are set on this thread from now on. */
export function watchTimers(lines: Lines): Timers {
  const owners = new WeakMap<object, number | null | undefined>();
  const ofMain = new Map<NodeJS.Timeout, number | undefined>();

  function watched(set: typeof setTimeout, isOnce: boolean) {
    const called = (callback: (...args: unknown[]) => void, ...rest: unknown[]) => {
      // For the runtime to refuse.
      if (typeof callback !== 'function') return Reflect.apply(set, undefined, [callback, ...rest]);
      const owner = currentJob.getStore();
      const timer: NodeJS.Timeout = Reflect.apply(set, undefined, [
        function (this: unknown, ...args: unknown[]) {
          if (isOnce) ofMain.delete(timer);
          try {
            return Reflect.apply(callback, this, args);
          } catch (thrown) {
            if (typeof thrown === 'object' && thrown !== null) owners.set(thrown, owner);
            throw thrown;
          }
        },
        ...rest,
      ]);
      if (owner === null) ofMain.set(timer, lines.ofCall(called, FRAMES));
      return timer;
    };
    return called;
  }
  for (const name of ['setTimeout', 'setInterval'] as const) {
    const set = globalThis[name];
    // With what `promisify` looks for.
    const replaced = Object.assign(watched(set as typeof setTimeout, name === 'setTimeout'), set);
    Reflect.set(globalThis, name, replaced);
  }

  return {
    ownerOf: (thrown) => (typeof thrown === 'object' && thrown !== null ? owners.get(thrown) : undefined),
    left: () =>
      // Cleared ones are still here; both runtimes mark them so.
      [...ofMain]
        .filter(([timer]) => timer.hasRef() && !Reflect.get(timer, '_destroyed'))
        .map(([, line]) => line),
  };
}
