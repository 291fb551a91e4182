/**
 * What stands between and under the bars of a timeline: messages from put to get, updates that overlapped, and the
 * circle of a deadlock. Pure: the server's drawing and the page's chart both draw what is found here.
 */
import type { Access, PassTimeline } from '../../server/timeline/model.ts';
import { lostUpdates, lostWrites } from '../../server/timeline/updates.ts';

/** A message, from the row where it was put to the row where it was got; `toRow` is null while it is on its way. */
export type Arrow = { fromRow: number; fromMs: number; toRow: number | null; toMs: number | null };

/** From a read of the counter to the write of what was made of it, in one row. */
export type Bracket = {
  row: number;
  fromMs: number;
  toMs: number;
  /** Whether another write came over it. */
  isLost: boolean;
  /** `read 0` and `wrote 1`; the first is empty where nothing was read. */
  readText: string;
  wroteText: string;
};

/** Who waits in `fromRow` for who is in `toRow`, since the circle closed. */
export type Link = { fromRow: number; toRow: number; atMs: number };

export type Marks = { arrows: Arrow[]; brackets: Bracket[]; circle: Link[] };

/** Most messages, and most updates, that are drawn: the newest. More would be a grey cloth. */
const MOST = 400;

/** The marks of a pass, as far as it has come. */
export function marksOf(pass: PassTimeline | null): Marks {
  if (pass === null) return { arrows: [], brackets: [], circle: [] };
  const rowOf = rowFinder(pass);
  return { arrows: arrows(pass, rowOf), brackets: brackets(pass, rowOf), circle: circle(pass, rowOf) };
}

type Who = { lane: number; job: number | null };
type RowFinder = (who: Who) => number | undefined;

/** The row where a job of a lane is drawn, or main. */
function rowFinder({ rows, jobs }: PassTimeline): RowFinder {
  const places = new Map(rows.map(({ lane, slot }, i) => [`${lane} ${slot}`, i]));
  return ({ lane, job }) => {
    const times = job === null ? undefined : jobs.get(job);
    return places.get(`${lane} ${times?.lane === lane ? times.slot : null}`);
  };
}

function arrows({ state }: PassTimeline, rowOf: RowFinder): Arrow[] {
  const newest = [...state.messages.values()].slice(-MOST);
  return newest.flatMap(({ sent, received }): Arrow[] => {
    const fromRow = rowOf(sent);
    const toRow = received === null ? null : rowOf(received);
    if (fromRow === undefined || toRow === undefined) return [];
    return [{ fromRow, fromMs: sent.atMs, toRow, toMs: received?.atMs ?? null }];
  });
}

/** Of each pair that overlapped: the one that was lost, and the one that came over it. */
function brackets({ state }: PassTimeline, rowOf: RowFinder): Bracket[] {
  const pairs = lostUpdates(state)
    .slice(-MOST)
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

/** Where the last of them began to wait: there the circle closed. */
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

/** How far apart the ends of the circle's arcs stand, and how far they go out, in CSS pixels. */
export const CIRCLE = { apart: 8, bulge: 13 };
