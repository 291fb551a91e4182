/**
 * Replays a run: all its passes begin together and race on one time axis, and the timeline is available as of any
 * moment. Pure.
 */
import type { RunEvent } from '../protocol/events.ts';
import { firstWhere } from './first-where.ts';
import type { RunTimeline } from './model.ts';
import { apply, newTimeline } from './timeline.ts';

/** Times of events shown from the start, before any pass, and at the end, after all passes. */
const FIRST = Number.NEGATIVE_INFINITY;
const LAST = Number.POSITIVE_INFINITY;

/** Replay speeds, as multiples of the run's own speed. */
export const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 5, 10] as const;

type Timed = { event: RunEvent; atMs: number };

export class Replay {
  /** Time of the last event of the longest pass. */
  readonly endMs: number;
  #timed: Timed[];
  #timeline: RunTimeline = newTimeline();
  /** How many events have been applied to `#timeline`. */
  #applied = 0;

  constructor(events: RunEvent[]) {
    this.#timed = replayOrder(events);
    this.endMs = this.#timed.reduce((ms, { atMs }) => (Number.isFinite(atMs) ? Math.max(ms, atMs) : ms), 0);
    for (const timed of this.#timed) if (timed.atMs === LAST) timed.atMs = this.endMs;
  }

  /**
   * Returns the timeline `ms` after all passes began. The object is the same while time goes forward, and a new one
   * after time went back.
   */
  at(ms: number): RunTimeline {
    const count = this.#countTo(ms);
    if (count < this.#applied) {
      this.#timeline = newTimeline();
      this.#applied = 0;
    }
    for (; this.#applied < count; this.#applied++) {
      const next = this.#timed[this.#applied];
      if (next) apply(this.#timeline, next.event);
    }
    return this.#timeline;
  }

  /** Returns the time of the first event after `ms`; null after the last. */
  next(ms: number): number | null {
    return this.#timed[this.#countTo(ms)]?.atMs ?? null;
  }

  /** Returns the time of the last event before `ms`; null before the first of any pass. */
  previous(ms: number): number | null {
    const i = firstWhere(this.#timed.length, (index) => (this.#timed[index]?.atMs ?? LAST) >= ms);
    const before = this.#timed[i - 1];
    return before && before.atMs !== FIRST ? before.atMs : null;
  }

  #countTo(ms: number): number {
    return firstWhere(this.#timed.length, (index) => (this.#timed[index]?.atMs ?? LAST) > ms);
  }
}

/**
 * Returns the events of a run in order of their time within their pass, renumbered, each with the time at which it is
 * shown. Events of the run as a whole stay before the first pass or after all of them. Events of one lane, and events
 * about what lanes share, keep the order of the log even if a time is slightly early.
 */
export function replayOrder(events: RunEvent[]): Timed[] {
  const latest = new Map<string, number>();
  let hasBegun = false;
  const timed = events.map((event): Timed => {
    if (event.pass === null) return { event, atMs: hasBegun ? LAST : FIRST };
    hasBegun = true;
    if (event.type === 'pass-started') return { event, atMs: 0 };
    // No earlier than the events of the same group that precede it in the log.
    const groups = orderGroupsOf(event).map((group) => `${event.pass} ${group}`);
    const whole = `${event.pass}`;
    const isLast = event.type === 'pass-ended' || (event.type === 'cut' && event.what !== 'log');
    const before = isLast ? [whole] : groups;
    const atMs = Math.max(event.atMs, ...before.map((group) => latest.get(group) ?? 0));
    for (const group of [whole, ...groups]) latest.set(group, Math.max(atMs, latest.get(group) ?? 0));
    return { event, atMs };
  });
  timed.sort((a, b) => (a.atMs === b.atMs ? 0 : a.atMs - b.atMs));
  return timed.map(({ event, atMs }, i) => ({ event: { ...event, seq: i + 1 }, atMs }));
}

/**
 * Returns the groups within which an event must keep its order. The end of a pass comes after all of its events, and
 * the point where the log is cut after all those before it.
 */
function orderGroupsOf(event: RunEvent): string[] {
  switch (event.type) {
    case 'message-sent':
    case 'message-received':
    case 'shared-written':
    case 'shared-read':
    case 'lock-released':
    case 'permit-released':
    case 'condition-notified':
    case 'step-taken':
      return ['shared', `lane ${event.lane}`];
    case 'wait-ended':
      return event.for === 'lock' || event.for === 'semaphore' || event.for === 'condition'
        ? ['shared', `lane ${event.lane}`]
        : [`lane ${event.lane}`];
    default:
      return 'lane' in event ? [`lane ${event.lane}`] : ['pass'];
  }
}
