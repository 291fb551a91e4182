/**
 * Timers of a lane's thread. Whose each is, so that what it throws is told of its job: Deno has forgotten by then. And
 * which are left when the lane ends (leftovers.ts).
 */
import { FRAMES } from './asker.ts';
import { currentJob } from './console.ts';
import type { Lines } from './line.ts';

export type Timers = {
  /** The job whose timer threw `thrown`, or null for main; undefined where it was no timer's, or nobody knows. */
  ownerOf(thrown: unknown): number | null | undefined;
  /** Timers still to come, by the job that set each, null for main, and the line that did. */
  left(): { job: number | null; line: number | undefined }[];
};

/** Watches the timers that are set on this thread from now on. */
export function watchTimers(lines: Lines): Timers {
  const owners = new WeakMap<object, number | null | undefined>();
  const pending = new Map<unknown, { timer: NodeJS.Timeout; job: number | null; line: number | undefined }>();

  function watched(begin: typeof setTimeout, isOnce: boolean) {
    const called = (callback: (...args: unknown[]) => void, ...rest: unknown[]) => {
      // For the runtime to refuse.
      if (typeof callback !== 'function') return Reflect.apply(begin, undefined, [callback, ...rest]);
      const owner = currentJob.getStore();
      const timer: NodeJS.Timeout = Reflect.apply(begin, undefined, [
        function (this: unknown, ...args: unknown[]) {
          if (isOnce) pending.delete(timer);
          try {
            return Reflect.apply(callback, this, args);
          } catch (thrown) {
            if (typeof thrown === 'object' && thrown !== null) owners.set(thrown, owner);
            throw thrown;
          }
        },
        ...rest,
      ]);
      if (owner !== undefined) pending.set(timer, { timer, job: owner, line: lines.ofCall(called, FRAMES) });
      return timer;
    };
    return called;
  }
  for (const name of ['setTimeout', 'setInterval'] as const) {
    const begin = globalThis[name];
    // With what `promisify` looks for.
    const replaced = Object.assign(watched(begin as typeof setTimeout, name === 'setTimeout'), begin);
    Reflect.set(globalThis, name, replaced);
  }
  for (const name of ['clearTimeout', 'clearInterval'] as const) {
    const end = globalThis[name];
    Reflect.set(globalThis, name, (timer: NodeJS.Timeout) => {
      pending.delete(timer);
      end(timer);
    });
  }

  return {
    ownerOf: (thrown) => (typeof thrown === 'object' && thrown !== null ? owners.get(thrown) : undefined),
    left: () =>
      // Those that were cleared by their number, or closed, are still here; both runtimes mark them so.
      [...pending.values()].filter(({ timer }) => timer.hasRef() && !Reflect.get(timer, '_destroyed')),
  };
}
