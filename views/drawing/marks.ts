/**
 * Marks between and below the bars of a timeline: messages from put to get, overlapping updates, and the circle of a
 * deadlock. Pure: the server's drawing and the page's chart both draw these marks.
 */
import type { PassTimeline } from '../../server/timeline/model.ts';
import type { Access } from '../../server/timeline/state-model.ts';
import { lostUpdates, lostWrites } from '../../server/timeline/updates.ts';

/** A message, from the row that put it to the row that got it; `toRow` is null while it is in transit. */
export type Arrow = { fromRow: number; fromMs: number; toRow: number | null; toMs: number | null };

/** An update of the counter, from its read to its write, in one row. */
export type Bracket = {
  row: number;
  fromMs: number;
  toMs: number;
  /** Whether another write overwrote it. */
  isLost: boolean;
  /** `read 0` and `wrote 1`; the first is empty if nothing was read. */
  readText: string;
  wroteText: string;
};

/** The lane of `fromRow` has waited for the lane of `toRow` since the circle closed. */
export type Link = { fromRow: number; toRow: number; atMs: number };

export type Marks = { arrows: Arrow[]; brackets: Bracket[]; circle: Link[] };

/** Largest number of messages, and of updates, that are drawn: the newest. More would merge into grey. */
const MAX_MARKS = 400;

/** Returns the marks of a pass up to now. */
export function marksOf(pass: PassTimeline | null): Marks {
  if (pass === null) return { arrows: [], brackets: [], circle: [] };
  const rowOf = rowFinder(pass);
  return { arrows: arrows(pass, rowOf), brackets: brackets(pass, rowOf), circle: circle(pass, rowOf) };
}

type LaneJob = { lane: number; job: number | null };
type RowFinder = (at: LaneJob) => number | undefined;

/** Returns a function that finds the row of a lane's job, or of main. */
function rowFinder({ rows, jobs }: PassTimeline): RowFinder {
  const places = new Map(rows.map(({ lane, slot }, i) => [`${lane} ${slot}`, i]));
  return ({ lane, job }) => {
    const times = job === null ? undefined : jobs.get(job);
    return places.get(`${lane} ${times?.lane === lane ? times.slot : null}`);
  };
}

function arrows({ state }: PassTimeline, rowOf: RowFinder): Arrow[] {
  const newest = [...state.messages.values()].slice(-MAX_MARKS);
  return newest.flatMap(({ sent, received }): Arrow[] => {
    const fromRow = rowOf(sent);
    const toRow = received === null ? null : rowOf(received);
    if (fromRow === undefined || toRow === undefined) return [];
    return [{ fromRow, fromMs: sent.atMs, toRow, toMs: received?.atMs ?? null }];
  });
}

/** Returns both updates of each overlapping pair: the lost one, and the one that overwrote it. */
function brackets({ state }: PassTimeline, rowOf: RowFinder): Bracket[] {
  const pairs = lostUpdates(state)
    .slice(-MAX_MARKS)
    .flatMap(({ lost, by }) => [lost, by]);
  if (pairs.length === 0) return [];
  const wanted = new Set(pairs.map(({ job, writtenAtMs }) => `${job} ${writtenAtMs}`));
  const losses = lostWrites(state);
  const lastRead = new Map<string, Access>();
  const found: Bracket[] = [];
  for (const access of state.accesses) {
    const own = `${access.pid} ${access.lane} ${access.job}`;
    const read = lastRead.get(own);
    lastRead.delete(own);
    if (access.kind === 'read') lastRead.set(own, access);
    else if (wanted.has(`${access.job} ${access.atMs}`)) {
      const row = rowOf(access);
      if (row === undefined) continue;
      const { atMs: toMs, value, kind } = access;
      const isLost = losses.has(access);
      const readText = read === undefined ? '' : `read ${read.value}`;
      const wroteText = kind === 'added' ? `made it ${value}` : `wrote ${value}`;
      found.push({ row, fromMs: read?.atMs ?? toMs, toMs, isLost, readText, wroteText });
    }
  }
  return found;
}

/** The circle closed when the last of its lanes began to wait. */
function circle({ deadlock, rows, latestMs }: PassTimeline, rowOf: RowFinder): Link[] {
  if (deadlock === null) return [];
  const since = deadlock.map((one) => rows[rowOf(one) ?? -1]?.bars.at(-1)?.startMs ?? latestMs);
  const atMs = Math.max(...since);
  return deadlock.flatMap((one, i): Link[] => {
    const fromRow = rowOf(one);
    const toRow = rowOf(deadlock[(i + 1) % deadlock.length] ?? one);
    return fromRow === undefined || toRow === undefined ? [] : [{ fromRow, toRow, atMs }];
  });
}

/** The distance between the ends of the circle's arcs, and how far the arcs bulge, in CSS pixels. */
export const CIRCLE = { apart: 8, bulge: 13 };
