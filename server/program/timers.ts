/**
 * The timers of a lane's thread: which job set each, because Deno no longer knows when its callback throws, which are
 * left when the lane ends (leftovers.ts), and until when there are any: a lane that waits may go on by one.
 */
import { currentJob, type Owner } from './console.ts';
import { emit } from './emit.ts';
import { type Lines, MAX_FRAMES } from './line.ts';
import { replaceTimers } from './timer-sources.ts';
import { type Pending, TimerWaits } from './timer-waits.ts';

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

/** Watches the timers that are set on this thread, which is that of `lane`, from now on; jobs under way are `running`. */
export function watchTimers(lane: number, lines: Lines, running: ReadonlySet<number>): Timers {
  const owners = new WeakMap<object, Owner | undefined>();
  const pending = new Set<Pending>();
  const waits = new TimerWaits(lane, pending, running);
  const later = globalThis.setTimeout;
  /** Until when the server knows of timers, in ms on this thread's clock. */
  let toldMs = 0;
  let isTelling = false;

  function tell(): void {
    isTelling = false;
    const nowMs = performance.now();
    let dueMs = 0;
    // One that is late, or has been refreshed, is still to come.
    for (const one of pending) if (one.isPending()) dueMs = Math.max(dueMs, one.dueMs, nowMs);
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

  replaceTimers((timer) => {
    const owner = currentJob.getStore();
    const line = timer.ms > 0 || timer.keepsAlive() ? lines.ofCall(timer.called, MAX_FRAMES) : undefined;
    const one: Pending = { ...timer, owner, line, dueMs: performance.now() + timer.ms };
    const end = () => {
      if (pending.delete(one)) tellSoon();
    };
    pending.add(one);
    tellSoon();
    waits.noteActive(owner);
    return {
      fire(callback, isLast) {
        if (isLast) end();
        else one.dueMs = performance.now() + one.ms;
        waits.noteActive(owner);
        try {
          return callback();
        } catch (thrown) {
          if (typeof thrown === 'object' && thrown !== null) owners.set(thrown, owner);
          throw thrown;
        }
      },
      end() {
        end();
        waits.noteActive(owner);
      },
    };
  });

  return {
    ownerOf: (thrown) => (typeof thrown === 'object' && thrown !== null ? owners.get(thrown) : undefined),
    eachLeft: (onLeft) =>
      pending.forEach((one) => {
        if (one.owner !== undefined && one.isPending() && one.keepsAlive()) onLeft(one.owner, one.line);
      }),
  };
}
