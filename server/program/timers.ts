/**
 * The timers of a lane's thread: which job set each, because Deno no longer knows when its callback throws, and which
 * are left when the lane ends (leftovers.ts).
 */
import { currentJob, type Owner } from './console.ts';
import { type Lines, MAX_FRAMES } from './line.ts';

export type Timers = {
  /** Returns the owner of the timer that threw `thrown`; undefined if it came from no timer, or is unknown. */
  ownerOf(thrown: unknown): Owner | undefined;
  /** Calls `onLeft` for each pending timer, with its owner, and the line that set it. */
  eachLeft(onLeft: (owner: Owner, line: number | undefined) => void): void;
};

/** Watches the timers that are set on this thread from now on. */
export function watchTimers(lines: Lines): Timers {
  const owners = new WeakMap<object, Owner | undefined>();
  const pending = new Map<unknown, { timer: NodeJS.Timeout; owner: Owner; line: number | undefined }>();

  function watched(original: typeof setTimeout, isOnce: boolean) {
    const replacement = (callback: (...args: unknown[]) => void, ...rest: unknown[]) => {
      // The runtime refuses it with its own error.
      if (typeof callback !== 'function') return Reflect.apply(original, undefined, [callback, ...rest]);
      const owner = currentJob.getStore();
      const timer: NodeJS.Timeout = Reflect.apply(original, undefined, [
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
      if (owner !== undefined)
        pending.set(timer, { timer, owner, line: lines.ofCall(replacement, MAX_FRAMES) });
      return timer;
    };
    return replacement;
  }
  function watchSetting(name: 'setTimeout' | 'setInterval'): void {
    const original = globalThis[name];
    // With the properties that `promisify` looks for.
    const replaced = Object.assign(watched(original as typeof setTimeout, name === 'setTimeout'), original);
    Reflect.set(globalThis, name, replaced);
  }
  function watchClearing(name: 'clearTimeout' | 'clearInterval'): void {
    const original = globalThis[name];
    Reflect.set(globalThis, name, (timer: NodeJS.Timeout) => {
      pending.delete(timer);
      original(timer);
    });
  }
  watchSetting('setTimeout');
  watchSetting('setInterval');
  watchClearing('clearTimeout');
  watchClearing('clearInterval');

  return {
    ownerOf: (thrown) => (typeof thrown === 'object' && thrown !== null ? owners.get(thrown) : undefined),
    eachLeft: (onLeft) =>
      pending.forEach(({ timer, owner, line }) => {
        // Timers that were cleared by number, or closed, are still in the map; both runtimes mark them as destroyed.
        if (timer.hasRef() && !Reflect.get(timer, '_destroyed')) onLeft(owner, line);
      }),
  };
}
