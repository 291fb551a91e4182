/**
 * Lines of the program and bars: the line that each row is at, the lines of a bar, and the bars of a line. Known from
 * the facts that name a line: a wait, a log line, a computation, and whatever is done to memory, queue and locks. Pure.
 */
import type { LaneFact } from '../protocol/facts.ts';
import { firstWhere } from './first-where.ts';
import type { Bar, Flow, PassTimeline, Row, Seen } from './model.ts';

/** The facts that name a line and leave the bars as they are. */
type PassingFact = Extract<
  LaneFact,
  {
    type:
      | 'log'
      | 'message-sent'
      | 'message-received'
      | 'shared-written'
      | 'shared-read'
      | 'lock-released'
      | 'permit-released'
      | 'condition-notified'
      | 'step-taken'
      | 'compute-started';
  }
>;

/** A job, or main (`job` null), that is at a line of the program, and the row that shows it. */
export type Position = { row: Row; job: number | null; line: number };

/** Notes that an activity was seen at `line`, in place; null: at an unknown line. */
export function see(flow: Flow, line: number | null, atMs: number): void {
  flow.line = line;
  if (line === null) return;
  const { seen } = flow.track.row;
  seen.push({ atMs: Math.max(atMs, seen.at(-1)?.atMs ?? 0), job: flow.job, line });
}

/** Notes the line of a fact, in place. */
export function noteLine(pass: PassTimeline, { lane: number, job, line }: PassingFact, atMs: number): void {
  const lane = pass.lanes.get(number);
  const flow = job === null ? lane?.tracks[0].flows[0] : lane?.jobs.get(job);
  if (flow) see(flow, line ?? null, atMs);
}

/**
 * Returns what is at a known line now: where it waits, or where it was last seen. Of a row, only what it draws is
 * there: main is not while jobs have its thread.
 */
export function positions(pass: PassTimeline): Position[] {
  const found: Position[] = [];
  for (const row of pass.rows) {
    const last = row.bars.at(-1);
    if (last?.endMs !== null || last.state === 'idle' || last.state === 'unknown') continue;
    const flow = pass.lanes
      .get(row.lane)
      ?.tracks.find((track) => track.row === row)
      ?.flows.at(-1);
    if (!flow || flow.line === null || flow.job !== last.job) continue;
    found.push({ row, job: flow.job, line: flow.line });
  }
  return found;
}

/** Returns the lines that a bar of `row` was seen at, in ascending order. */
export function linesOfBar(pass: PassTimeline, row: Row, bar: Bar): number[] {
  const lines = ownLines(pass, bar);
  const { seen } = row;
  for (let i = firstWhere(seen.length, (at) => (seen[at]?.atMs ?? 0) >= bar.startMs); i < seen.length; i++) {
    const one = seen[i];
    if (!one || one.atMs > (bar.endMs ?? Number.POSITIVE_INFINITY)) break;
    if (row.bars[barOf(row, one)] === bar) lines.add(one.line);
  }
  return [...lines].sort((a, b) => a - b);
}

/** Returns the bars that were seen at a line, row by row, each in order of time. */
export function barsAtLine(pass: PassTimeline, line: number): { row: Row; bar: Bar }[] {
  return pass.rows.flatMap((row) => {
    const seenIn = new Set(row.seen.flatMap((one) => (one.line === line ? [barOf(row, one)] : [])));
    return row.bars.flatMap((bar, i) =>
      seenIn.has(i) || ownLines(pass, bar).has(line) ? [{ row, bar }] : [],
    );
  });
}

/** Adds to `lines` those at which anything in a pass was seen. */
export function addLinesSeen(pass: PassTimeline, lines: Set<number>): void {
  for (const { seen } of pass.rows) for (const { line } of seen) lines.add(line);
  for (const { line } of pass.jobs.values()) if (line !== null) lines.add(line);
}

/** Returns the line where a bar waits, and where its job failed if it did so in this bar. */
function ownLines(pass: PassTimeline, { line, job, end }: Bar): Set<number> {
  const failedAt = end === null || job === null ? null : (pass.jobs.get(job)?.line ?? null);
  return new Set([line, failedAt].filter((one) => one !== null));
}

/**
 * Returns the index of the bar in which something was seen: the last of its job that had begun; -1 if there is none.
 */
function barOf({ bars }: Row, { atMs, job }: Seen): number {
  // Bars without a length are not kept, so what was seen at the end of a bar may belong to the one before.
  for (let i = firstWhere(bars.length, (at) => (bars[at]?.startMs ?? 0) > atMs) - 1; i >= 0; i--) {
    const bar = bars[i];
    if (!bar || (bar.endMs !== null && bar.endMs < atMs)) return -1;
    if (bar.job === job) return i;
  }
  return -1;
}
