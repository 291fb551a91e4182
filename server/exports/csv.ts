/** A run as CSV (RFC 4180): one row for each bar of each lane. Pure. */
import { toMicrosecond } from '../protocol/times.ts';
import { linesOfBar } from '../timeline/lines.ts';
import { type Bar, countsSteps, type RunTimeline } from '../timeline/model.ts';

/**
 * The columns, in order. Passes and jobs count from 0, as in the log; times are ms since the pass began.
 */
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

/** The columns of one order: the times are steps, from 1. */
const STEP_COLUMNS = COLUMNS.map(
  (name) => ({ start_ms: 'first_step', end_ms: 'last_step', duration_ms: 'steps' })[name as string] ?? name,
);

/** What separates the cells of a row, and the decimal sign of its numbers. */
type Dialect = { separator: ',' | ';'; decimal: '.' | ',' };

/** For programs. */
const PLAIN: Dialect = { separator: ',', decimal: '.' };

type Cell = string | number | null;

/**
 * Returns the table with its header. An open bar has neither end nor duration. `ended` is how the bar's job ended,
 * unless it completed; `lines` are those of the program that the bar was seen at, separated by spaces.
 */
export function csvOf(timeline: RunTimeline, dialect = PLAIN): string {
  const isInSteps = timeline.passes.some(countsSteps);
  const line = (cells: readonly Cell[]) =>
    cells.map((cell) => written(cell, dialect)).join(dialect.separator);
  const lines = timeline.passes.flatMap((pass) =>
    pass.rows.flatMap((row) => {
      const lane = line([pass.pass, pass.mode, row.lane, row.kind, row.name, row.pid || null]);
      return row.bars.map((bar) => {
        const lines = linesOfBar(pass, row, bar).join(' ');
        return `${lane}${dialect.separator}${line([...barCells(bar, isInSteps), lines])}`;
      });
    }),
  );
  return [line(isInSteps ? STEP_COLUMNS : COLUMNS), ...lines].map((line) => `${line}\r\n`).join('');
}

/**
 * Returns the table for spreadsheets in a language (BCP 47): with a byte order mark, without which some read UTF-8 as
 * another encoding, and with semicolons and decimal commas where the language writes 1,5.
 */
export function spreadsheetOf(timeline: RunTimeline, language: string): string {
  return `\u{FEFF}${csvOf(timeline, dialectOf(language))}`;
}

/** Returns rows as CSV, for spreadsheets in a language: see `spreadsheetOf`. */
export function rowsAsCsv(rows: readonly (readonly Cell[])[], language: string): string {
  const dialect = dialectOf(language);
  const lines = rows.map((cells) => cells.map((cell) => written(cell, dialect)).join(dialect.separator));
  return `\u{FEFF}${lines.map((line) => `${line}\r\n`).join('')}`;
}

function dialectOf(language: string): Dialect {
  return hasDecimalComma(language) ? { separator: ';', decimal: ',' } : PLAIN;
}

function hasDecimalComma(language: string): boolean {
  try {
    const [known] = Intl.NumberFormat.supportedLocalesOf(language);
    return known !== undefined && new Intl.NumberFormat(known).format(0.5).includes(',');
  } catch (error) {
    if (error instanceof RangeError) return false; // It is not a language.
    throw error;
  }
}

function barCells({ job, state, startMs, endMs, on, end }: Bar, isInSteps: boolean): Cell[] {
  const lastedMs = endMs === null ? null : endMs - startMs;
  if (isInSteps) return [job, state, startMs + 1, endMs, lastedMs, on, end];
  return [job, state, toMicrosecond(startMs), toMicrosecond(endMs), toMicrosecond(lastedMs), on, end];
}

/**
 * By separator. `formula` is where a spreadsheet may begin to read one: at the start of a cell, and, where it splits the
 * file by another separator than ours (as in half of Europe, by `;`), after any of these, with quotes or space between.
 * `special` is what a cell is quoted for.
 */
const RULES = {
  ',': { formula: /(^|[;\t\r\n])(["\s]*)(?=[=+\-@＝＋－＠])/g, special: /[",\r\n]/ },
  ';': { formula: /(^|[,\t\r\n])(["\s]*)(?=[=+\-@＝＋－＠])/g, special: /[",;\t\r\n]/ },
} as const;

/** Quotes a cell. An apostrophe, which marks text, goes before whatever a spreadsheet would read as a formula. */
function written(cell: Cell, { separator, decimal }: Dialect): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell).replace('.', decimal);
  const { formula, special } = RULES[separator];
  const text = cell.replace(formula, "$1$2'").replace(/^(?=[\t\r\n])/, "'");
  return special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
