/**
 * The timers of a lane's thread: which job set each, because Deno no longer knows when its callback throws, which are
 * left when the lane ends (leftovers.ts), and until when there are any: a lane that waits may go on by one.
 */
import { currentJob, type Owner } from './console.ts';
import { emit } from './emit.ts';
import { type Lines, MAX_FRAMES } from './line.ts';

export type Timers = {
  /** Returns the owner of the timer that threw `thrown`; undefined if it came from no timer, or is unknown. */
  ownerOf(thrown: unknown): Owner | undefined;
  /** Calls `onLeft` for each pending timer, with its owner, and the line that set it. */
  eachLeft(onLeft: (owner: Owner, line: number | undefined) => void): void;
};

/** How soon the server hears of a timer, in ms: well before it would say that nothing can continue (runs/waits.ts). */
const TELL_MS = 100;
/** The shortest time that is reported, in ms, so that timers set again and again are not reported each time. */
const NEAR_MS = 1000;

/** Longest timer, in ms. */
const MOST_MS = 2 ** 31 - 1;

type Pending = { timer: NodeJS.Timeout; owner: Owner; line: number | undefined; dueMs: number };

/** Watches the timers that are set on this thread, which is that of `lane`, from now on. */
export function watchTimers(lane: number, lines: Lines): Timers {
  const owners = new WeakMap<object, Owner | undefined>();
  const pending = new Map<unknown, Pending>();
  const later = globalThis.setTimeout;
  /** Until when the server knows of timers, in ms on this thread's clock. */
  let toldMs = 0;
  let isTelling = false;

  function tell(): void {
    isTelling = false;
    const nowMs = performance.now();
    let dueMs = 0;
    // One that is late, or has been refreshed, is still to come.
    for (const one of pending.values()) if (isPending(one)) dueMs = Math.max(dueMs, one.dueMs, nowMs);
    // Those that are cleared by number, or closed, do not say so.
    if (dueMs > 0) tellAfter(NEAR_MS / 2);
    if (dueMs > 0 ? dueMs <= toldMs : toldMs <= nowMs) return;
    toldMs = dueMs > 0 ? Math.max(dueMs, nowMs + NEAR_MS) : 0;
    emit({ type: 'timers', lane, forMs: Math.max(0, toldMs - nowMs) });
  }
  function tellAfter(ms: number): void {
    isTelling = true;
    later(tell, ms).unref();
  }
  function tellSoon(): void {
    if (!isTelling) tellAfter(TELL_MS);
  }

  function watched(original: typeof setTimeout, isOnce: boolean) {
    const replacement = (callback: (...args: unknown[]) => void, ...rest: unknown[]) => {
      // The runtime refuses it with its own error.
      if (typeof callback !== 'function') return Reflect.apply(original, undefined, [callback, ...rest]);
      const owner = currentJob.getStore();
      // As the runtimes do with what is too long for them.
      const periodMs = Number(rest[0]) <= MOST_MS ? Number(rest[0]) : 1;
      const timer: NodeJS.Timeout = Reflect.apply(original, undefined, [
        function (this: unknown, ...args: unknown[]) {
          const own = pending.get(timer);
          if (isOnce) pending.delete(timer);
          else if (own) own.dueMs = performance.now() + periodMs;
          if (own) tellSoon();
          try {
            return Reflect.apply(callback, this, args);
          } catch (thrown) {
            if (typeof thrown === 'object' && thrown !== null) owners.set(thrown, owner);
            throw thrown;
          }
        },
        ...rest,
      ]);
      if (owner !== undefined) {
        const line = lines.ofCall(replacement, MAX_FRAMES);
        pending.set(timer, { timer, owner, line, dueMs: performance.now() + periodMs });
        tellSoon();
      }
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
      if (pending.delete(timer)) tellSoon();
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
      pending.forEach((one) => {
        if (one.timer.hasRef() && isPending(one)) onLeft(one.owner, one.line);
      }),
  };
}

/** Whether a timer has been neither cleared by its number nor closed: both runtimes mark those as destroyed. */
function isPending({ timer }: Pending): boolean {
  return !Reflect.get(timer, '_destroyed');
}
