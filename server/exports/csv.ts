/** A run as CSV (RFC 4180): one row for each bar of each lane. Pure. */
import { toMicrosecond } from '../protocol/times.ts';
import { linesOfBar } from '../timeline/lines.ts';
import type { Bar, RunTimeline } from '../timeline/model.ts';

/** The columns, in order. Passes and jobs count from 0, as in the log; times are ms since the pass began. */
export const COLUMNS = [
  'pass',
  'mode',
  'lane',
  'kind',
  'name',
  'pid',
  'job',
  'state',
  'start_ms',
  'end_ms',
  'duration_ms',
  'waits_for',
  'ended',
  'lines',
] as const;

type Cell = string | number | null;

/**
 * Returns the table with its header. An open bar has neither end nor duration. `ended` is how the bar's job ended,
 * unless it completed; `lines` are those of the program that the bar was seen at, separated by spaces.
 */
export function csvOf(timeline: RunTimeline): string {
  const lines = timeline.passes.flatMap((pass) =>
    pass.rows.flatMap((row) => {
      const lane = csvLine([pass.pass, pass.mode, row.lane, row.kind, row.name, row.pid || null]);
      return row.bars.map((bar) => {
        const lines = linesOfBar(pass, row, bar).join(' ');
        return `${lane},${csvLine([...barCells(bar), lines])}`;
      });
    }),
  );
  return [COLUMNS.join(','), ...lines].map((line) => `${line}\r\n`).join('');
}

function barCells({ job, state, startMs, endMs, on, end }: Bar): Cell[] {
  const lastedMs = endMs === null ? null : endMs - startMs;
  return [job, state, toMicrosecond(startMs), toMicrosecond(endMs), toMicrosecond(lastedMs), on, end];
}

function csvLine(cells: Cell[]): string {
  return cells.map(quoted).join(',');
}

/**
 * Where a spreadsheet may begin to read a formula: at the start of a cell, and, where it splits the file by other
 * separators than the comma (as in half of Europe, by `;`), after any of these, with quotes or space between.
 */
const FORMULA = /(^|[;\t\r\n])(["\s]*)(?=[=+\-@＝＋－＠])/g;

/** Quotes a cell. An apostrophe, which marks text, goes before whatever a spreadsheet would read as a formula. */
function quoted(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = cell.replace(FORMULA, "$1$2'").replace(/^(?=[\t\r\n])/, "'");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
