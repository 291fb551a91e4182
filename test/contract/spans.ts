/** Spans of time in a pass: waits, and holds of a lock. */
import type { Of, Played } from './play.ts';

/** The time of one wait, or of one hold. */
export type Span = { lane: number; job: number | null; on: string; from: number; to: number };

/** Returns the waits of one kind that ended. */
export function waits(pass: Played, kind: Of<'wait-started'>['for']): Span[] {
  const isEndOf = (started: Of<'wait-started'>) => (ended: Of<'wait-ended'>) =>
    ended.seq > started.seq &&
    ended.lane === started.lane &&
    ended.job === started.job &&
    ended.for === started.for &&
    ended.on === started.on;
  return pass.of('wait-started').flatMap((started) => {
    const ended = pass.of('wait-ended').find(isEndOf(started));
    const { lane, job, on, atMs, agoMs = 0 } = started;
    return started.for === kind && ended ? [{ lane, job, on, from: atMs - agoMs, to: ended.atMs }] : [];
  });
}

/** Returns the holds of locks, from acquire to release. */
export function holds(pass: Played): Span[] {
  return waits(pass, 'lock').map(({ lane, job, on, to: from }) => {
    const isOwn = (one: Of<'lock-released'>) =>
      one.lane === lane && one.job === job && one.on === on && one.atMs >= from;
    return {
      lane,
      job,
      on,
      from,
      to: pass.of('lock-released').find(isOwn)?.atMs ?? Number.POSITIVE_INFINITY,
    };
  });
}

/** Returns how many of `spans` overlap at most. A span that begins where another ends does not overlap it. */
export function mostAtOnce(spans: { from: number; to: number }[]): number {
  const counts = spans.map(({ from }) => spans.filter((one) => one.from <= from && from < one.to).length);
  return Math.max(0, ...counts);
}
