/**
 * Plays a run again: all its passes begin together, so that they race on one axis of time, and the timeline can be had
 * as it was at any moment. Pure.
 */
import type { RunEvent } from '../protocol/events.ts';
import { firstWhere } from './first-where.ts';
import type { RunTimeline } from './model.ts';
import { apply, newTimeline } from './timeline.ts';

/** Shown from the start, before any pass; and, at the end, when all are over. */
const FIRST = Number.NEGATIVE_INFINITY;
const LAST = Number.POSITIVE_INFINITY;

/** How fast a replay can go, in times of the run itself. */
export const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 5, 10] as const;

type Timed = { event: RunEvent; atMs: number };

export class Replay {
  /** When the last event of the longest pass came. */
  readonly endMs: number;
  #timed: Timed[];
  #timeline: RunTimeline = newTimeline();
  /** How many events it has. */
  #applied = 0;

  constructor(events: RunEvent[]) {
    this.#timed = replayOrder(events);
    this.endMs = this.#timed.reduce((ms, { atMs }) => (Number.isFinite(atMs) ? Math.max(ms, atMs) : ms), 0);
    for (const one of this.#timed) if (one.atMs === LAST) one.atMs = this.endMs;
  }

  /** The timeline `ms` after all passes began: one object while time goes forward, a new one when it has gone back. */
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

  /** When the first event after `ms` comes; null after the last. */
  next(ms: number): number | null {
    return this.#timed[this.#countTo(ms)]?.atMs ?? null;
  }

  /** When the last event before `ms` came; null before the first of any pass. */
  previous(ms: number): number | null {
    const i = firstWhere(this.#timed.length, (one) => (this.#timed[one]?.atMs ?? LAST) >= ms);
    const before = this.#timed[i - 1];
    return before && before.atMs !== FIRST ? before.atMs : null;
  }

  #countTo(ms: number): number {
    return firstWhere(this.#timed.length, (i) => (this.#timed[i]?.atMs ?? LAST) > ms);
  }
}

/**
 * The events of a run in order of the time in their pass, numbered anew, each with when it is shown. What concerns the
 * run as a whole stands before the first pass or after all of them, as it did. Of a lane's events, and of those that
 * tell of what lanes share, the order of the log is kept, also where a time is a hair early.
 */
export function replayOrder(events: RunEvent[]): Timed[] {
  const latest = new Map<string, number>();
  let hasBegun = false;
  const timed = events.map((event): Timed => {
    if (event.pass === null) return { event, atMs: hasBegun ? LAST : FIRST };
    hasBegun = true;
    if (event.type === 'pass-started') return { event, atMs: 0 };
    // No earlier than what the log has before it of the same kind.
    const groups = groupsOf(event).map((group) => `${event.pass} ${group}`);
    const whole = `${event.pass}`;
    const before = event.type === 'pass-ended' ? [whole] : groups;
    const atMs = Math.max(event.atMs, ...before.map((group) => latest.get(group) ?? 0));
    for (const group of [whole, ...groups]) latest.set(group, Math.max(atMs, latest.get(group) ?? 0));
    return { event, atMs };
  });
  timed.sort((one, other) => (one.atMs === other.atMs ? 0 : one.atMs - other.atMs));
  return timed.map(({ event, atMs }, i) => ({ event: { ...event, seq: i + 1 }, atMs }));
}

/** What an event tells of, within which the order matters. The end of a pass comes after all of it. */
function groupsOf(event: RunEvent): string[] {
  switch (event.type) {
    case 'message-sent':
    case 'message-received':
    case 'shared-written':
    case 'shared-read':
    case 'lock-released':
      return ['shared', `lane ${event.lane}`];
    case 'wait-ended':
      return event.for === 'lock' ? ['shared', `lane ${event.lane}`] : [`lane ${event.lane}`];
    default:
      return 'lane' in event ? [`lane ${event.lane}`] : ['pass'];
  }
}
