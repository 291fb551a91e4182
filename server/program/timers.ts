/**
 * The timers of a lane's thread: which job set each, because Deno no longer knows when its callback throws, which are
 * left when the lane ends (leftovers.ts), and until when there are any: a lane that waits may go on by one.
 */
import { currentJob, type Owner } from './console.ts';
import { emit } from './emit.ts';
import { type Lines, MAX_FRAMES } from './line.ts';
import { Timer } from './timer.ts';
import { replaceTimers } from './timer-sources.ts';
import { noteFired, TimerWaits } from './timer-waits.ts';

export type Timers = {
  /** Returns the owner of the timer that threw `thrown`; undefined if it came from no timer, or is unknown. */
  ownerOf(thrown: unknown): Owner | undefined;
  /** Calls `onLeft` for each pending timer, with its owner, and the line that set it. */
  eachLeft(onLeft: (owner: Owner, line: number | undefined) => void): void;
};

/** How soon the server hears of a timer, in ms: well before it says that nothing can continue (runs/pass/waits.ts). */
const TELL_MS = 100;
/** The shortest time that is reported, in ms, so that timers set again and again are not reported each time. */
const NEAR_MS = 1000;

/** Of how many timers the lines are looked up: a program may set very many. */
const MOST_LINES = 1000;

/** Watches the timers that are set on this thread, which is that of `lane`, from now on; jobs under way are `running`. */
export function watchTimers(lane: number, lines: Lines, running: ReadonlySet<number>): Timers {
  const owners = new WeakMap<object, Owner | undefined>();
  /** By their handles; those that have none by themselves. */
  const pending = new Map<unknown, Timer>();
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
    for (const [key, one] of pending) {
      if (one.isPending()) dueMs = Math.max(dueMs, one.dueMs, nowMs);
      // One that is cleared by number, or closed, does not say so.
      else pending.delete(key);
    }
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

  let linesLeft = MOST_LINES;
  const end = (timer: Timer) => {
    if (pending.delete(timer.handle ?? timer)) tellSoon();
  };
  replaceTimers({
    set(called, handle, ms, keepsAlive) {
      const owner = currentJob.getStore();
      const hasLine = (ms > 0 || keepsAlive) && linesLeft > 0;
      if (hasLine) linesLeft--;
      const line = hasLine ? lines.ofCall(called, MAX_FRAMES) : undefined;
      const timer = new Timer(handle, ms, keepsAlive, owner, line);
      pending.set(handle ?? timer, timer);
      tellSoon();
      waits.noteSet(owner, ms);
      return timer;
    },
    fire(timer, callback, self, args, isLast) {
      const { owner } = timer;
      noteFired(timer);
      if (isLast) end(timer);
      else timer.dueMs = performance.now() + timer.ms;
      waits.noteActive(owner);
      try {
        return Reflect.apply(callback, self, args);
      } catch (thrown) {
        if (typeof thrown === 'object' && thrown !== null) owners.set(thrown, owner);
        throw thrown;
      }
    },
    end(timer) {
      // Otherwise it was aborted, in anybody's turn.
      if (performance.now() >= timer.dueMs) noteFired(timer);
      end(timer);
      waits.noteActive(timer.owner);
    },
    clear(handle) {
      const timer = pending.get(handle);
      if (timer) end(timer);
    },
  });

  return {
    ownerOf: (thrown) => (typeof thrown === 'object' && thrown !== null ? owners.get(thrown) : undefined),
    eachLeft: (onLeft) =>
      pending.forEach((one) => {
        if (one.owner !== undefined && one.isPending() && one.keepsAlive()) onLeft(one.owner, one.line);
      }),
  };
}
