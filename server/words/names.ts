/** The page's own words for what the model names by a key: bar states, statuses, lanes. */
import type { Status } from '../protocol/facts.ts';
import { interleaves, type Mode } from '../spec/modes.ts';
import type { PassTimeline, Row } from '../timeline/model.ts';

/** How a run or a pass ended. */
export const STATUS_WORDS: Record<Status, string> = {
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  'timed-out': 'stopped at the time limit',
  interrupted: 'interrupted: the server stopped',
};

/**
 * A row's name where space is short: `main`, `job 0`, `worker 1`, `job 2 daemon`. A worker takes jobs of both kinds, so
 * it is not called a daemon for its first.
 */
export function rowName(row: Row): string {
  return row.daemon && !row.name.startsWith('worker ') ? `${row.name} daemon` : row.name;
}

/**
 * What comes before the number in the names of a pass's lanes or slots, known from the spec before anything has run.
 */
export type LaneNoun = 'job' | 'worker' | 'slot';

/** Returns `text` as one of them: `job` if it is none. */
export function asLaneNoun(text: string | undefined): LaneNoun {
  return text === 'worker' || text === 'slot' ? text : 'job';
}

export function laneNoun(mode: Mode, isPool: boolean): LaneNoun {
  return !isPool ? 'job' : interleaves(mode) ? 'slot' : 'worker';
}

/** Returns the name that row `i` of a pass will have if its jobs start in order. Jobs count from 0, workers from 1. */
function expectedName(i: number, noun: LaneNoun): string {
  return i === 0 ? 'main' : `${noun} ${noun === 'job' ? i - 1 : i}`;
}

/**
 * Returns the name of row `i` where space is short. A row that has no lane yet has the name that is expected, unless
 * that is of a job that runs elsewhere: on the event loop, a job may take the slot of one that has ended.
 */
export function nameOfRow(pass: PassTimeline | null, i: number, noun: LaneNoun): string {
  const row = pass?.rows[i];
  if (row !== undefined) return rowName(row);
  return noun === 'job' && pass?.jobs.has(i - 1) ? '' : expectedName(i, noun);
}

/** What the rows of a pass have in common, in words, where they share one thread: `one thread`; null if they do not. */
export function braceWords(mode: Mode): string | null {
  return interleaves(mode) ? 'one thread' : null;
}

/** What a row is, in full: `job 1: thread 4 of process 1234, daemon`, `worker 2: process 1236, child of the server (1230)`. */
export function rowTitle(row: Row): string {
  return `${row.name}: ${laneWords(row)}`;
}

/** What the lane of a row is: `thread 4 of process 1234, daemon`, `process 1236, child of the server (1230), exited with 0`. */
export function laneWords(row: Row): string {
  if (row.slot !== null) return `shares the main thread of process ${row.pid}`;
  const what = isMissing(row)
    ? `a ${row.kind} that could not be started`
    : row.kind === 'thread'
      ? `thread ${row.threadId} of process ${row.pid}`
      : row.kind === 'process'
        ? `process ${row.pid}, child of ${parentWords(row)} (${row.parentPid})`
        : row.pid === 0
          ? 'unknown'
          : `main thread of process ${row.pid}`;
  const how = exitWords(row);
  return `${what}${row.daemon ? ', daemon' : ''}${how === null ? '' : `, ${how}`}`;
}

/** What has started the process of a row: `the server`, or of a script `main` or `job 3`. */
export function parentWords({ parent }: Row): string {
  if (parent === undefined) return 'the server';
  // A lane of a script is named for its job.
  return parent === 0 ? 'main' : `job ${parent - 1}`;
}

/** Whether there is no thread or process behind a row, because it could not be started. */
export function isMissing({ kind, pid, threadId }: Row): boolean {
  return (kind === 'process' && pid === 0) || (kind === 'thread' && threadId === 0);
}

/**
 * What the end of a row's lane left: `exited with 0`, `killed by SIGKILL`; null where it left nothing, as a thread that
 * returned.
 */
export function exitWords({ ended }: Row): string | null {
  if (ended === null) return null;
  if (ended.signal !== null) return `killed by ${ended.signal}`;
  return ended.exitCode === null ? null : `exited with ${ended.exitCode}`;
}

/**
 * Name of a lane of `pass`. `noun` is what the name of a lane that has not started will be made of, if that is known.
 */
export function laneName(pass: PassTimeline | null, lane: number, noun?: LaneNoun): string {
  const row = pass?.rows.find((one) => one.lane === lane && one.slot === null);
  return row?.name ?? (noun === undefined && lane !== 0 ? `lane ${lane}` : expectedName(lane, noun ?? 'job'));
}

/**
 * Who did something, main or a job, and on which worker if that has a name of its own: `job 3`, `job 3 on worker 1`.
 */
export function partyName(pass: PassTimeline, { lane, job }: { lane: number; job: number | null }): string {
  const name = laneName(pass, lane);
  if (job === null) return name;
  return lane === 0 || name === `job ${job}` ? `job ${job}` : `job ${job} on ${name}`;
}

/** Who has written a line, where space is short: a job of its own lane is named by that, one on main's by its number. */
export function writerName(
  pass: PassTimeline | null,
  { lane, job }: { lane: number; job: number | null },
): string {
  return lane === 0 && job !== null ? `job ${job}` : laneName(pass, lane);
}

/** Colours there are for lanes besides main's. */
export const LANE_COLOURS = 8;

/** Number of a lane's colour: main has 0, and further lanes begin again after the last. */
export function laneColour(lane: number): number {
  return lane === 0 ? 0 : ((lane - 1) % LANE_COLOURS) + 1;
}

/** Class of a lane's colour. */
export function laneClass(lane: number): string {
  return `lane-${lane === 0 ? 'main' : laneColour(lane)}`;
}
