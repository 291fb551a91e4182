/** Recorded runs of the lessons in all modes, and what tests make of their events. */
import path from 'node:path';
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Pauses, Status } from '../../server/protocol/facts.ts';
import type { Mode } from '../../server/spec/modes.ts';
import { namesIn, readLines } from '../recorded/read.ts';

const FOLDER = path.join(import.meta.dirname, 'recorded');

/** The lessons with a recorded run. */
export const RECORDED = namesIn(FOLDER);

/** Returns the events of the recorded run of a lesson. */
export function recorded(lesson: string): RunEvent[] {
  return readLines(FOLDER, lesson);
}

const numbered = (events: RunEvent[]) => events.map((event, i): RunEvent => ({ ...event, seq: i + 1 }));

/** Leaves only the passes in `modes`. The run's status becomes that of the first of them that did not complete. */
export function only(events: RunEvent[], ...modes: Mode[]): RunEvent[] {
  const kept = modes.map((mode) => events.find((e) => e.type === 'pass-started' && e.mode === mode)?.pass);
  const ends = events.filter((e) => e.type === 'pass-ended' && kept.includes(e.pass));
  const status = ends.flatMap((e) =>
    e.type === 'pass-ended' && e.status !== 'completed' ? [e.status] : [],
  )[0];
  return numbered(
    events
      .filter(({ pass }) => pass === null || kept.includes(pass))
      .map((e) => ({ ...e, pass: e.pass === null ? null : kept.indexOf(e.pass) }))
      .map((e) => (e.type === 'run-ended' ? { ...e, status: status ?? 'completed' } : e)),
  );
}

/** Ends a run with `status` after its first `count` events. */
export function stopped(events: RunEvent[], count: number, status: Status): RunEvent[] {
  const atMs = events[count - 1]?.atMs ?? 0;
  const end: RunEvent = { type: 'run-ended', status, error: null, seq: 0, pass: null, atMs };
  return numbered([...events.slice(0, count), end]);
}

/** Lets a job fail in all modes. */
export function failing(events: RunEvent[], job: number): RunEvent[] {
  return events.map((e) =>
    e.type === 'job-ended' && e.job === job ? { ...e, status: 'failed', error: 'Error: no' } : e,
  );
}

/** Lets something hold up every pass. */
export function heldUp(events: RunEvent[], paused: Pauses): RunEvent[] {
  return events.map((e) => (e.type === 'pass-ended' ? { ...e, paused } : e));
}

/** Leaves out what happened in lanes after the first `count` events, as in a log that was cut. */
export function cutAfter(events: RunEvent[], count: number): RunEvent[] {
  const last = events[count - 1];
  const cut: RunEvent = {
    type: 'cut',
    what: 'events',
    job: null,
    limit: count,
    seq: 0,
    pass: last?.pass ?? 0,
    atMs: last?.atMs ?? 0,
  };
  const rest = events.slice(count).filter(({ type }) => /^(pass|run)-/.test(type));
  return numbered([...events.slice(0, count), cut, ...rest]);
}
