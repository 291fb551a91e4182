/**
 * A pass's timeline as SVG, drawn on the server: for the page before its script runs, or without script. Classes name
 * the parts and a style sheet styles them. Widths are percentages, so that the drawing fits any page; with `width` it
 * is drawn for that many pixels and is self-contained.
 */
import { html } from 'hono/html';
import { END_CUT_OFF, END_FAILED, RowIndex } from '../../server/figures/totals.ts';
import type { Mode } from '../../server/spec/modes.ts';
import type { Bar, PassTimeline, Row } from '../../server/timeline/model.ts';
import { barTexts } from '../../server/words/awaited.ts';
import { whatWords } from '../../server/words/bar-words.ts';
import { inPass } from '../../server/words/english.ts';
import { braceWords, type LaneNoun, laneClass, nameOfRow, rowTitle } from '../../server/words/names.ts';
import { lengthWords, type TimeUnit, unitOf } from '../../server/words/pass-times.ts';
import { coarseness, columnPaths } from './columns.ts';
import {
  BRACE,
  drawingHeight,
  isNamed,
  LABEL_WIDTH,
  RIGHT_WIDTH,
  rowGap,
  rowHeight,
  TOP_HEIGHT,
  ticks,
  tickText,
} from './geometry.ts';
import { marksOf } from './marks.ts';
import { marksDrawing } from './marks-drawing.ts';
import { fillOf, patterns } from './patterns.ts';

/**
 * `spanMs` is the time that the full width represents; `id` distinguishes the drawing's patterns from another
 * drawing's; `noun` is what the names of rows that do not exist yet are made of; `high` is the row height, if it
 * differs from the page's; `nowMs` is where a pass is, if that is known better than by its last event; `unit` is what the times of a pass to come count;
 * `drawable` returns what is drawn for a text, if that is not the text itself.
 */
type DrawingOptions = {
  mode: Mode;
  rows: number;
  noun: LaneNoun;
  spanMs: number;
  id: string;
  width?: number;
  high?: number;
  nowMs?: number;
  unit?: TimeUnit;
  drawable?: (text: string) => string;
};

/** Width of a letter of a bar's text, in pixels. */
const LETTER = 6;
/**
 * Least width of the bars of a drawing on a page, whose own is not known on the server: on a wide one, and below 40rem,
 * down to 320 px. The style sheet shows the texts for one or the other (static/chart/timeline.css).
 */
const USUAL_WIDTH = 480;
const NARROW_WIDTH = 176;
/** From this number of rows, a drawing on a page is higher than a sheet of paper is in landscape. */
const HIGH_ROWS = 70;

/** Draws `pass`, or empty rows if it has not begun. */
export function passDrawing(pass: PassTimeline | null, o: DrawingOptions) {
  const rows = Math.max(o.rows, pass?.rows.length ?? 0);
  const high = o.high ?? rowHeight(rows);
  const height = drawingHeight(rows, high);
  const spanMs = Math.max(o.spanMs, pass?.latestMs ?? 0, 1);
  const nowMs = o.nowMs ?? pass?.ended?.wallMs ?? pass?.latestMs ?? 0;
  const count = pass?.rows.reduce((sum, row) => sum + row.bars.length, 0) ?? 0;
  const coarse = coarseness(rows, count);
  const width = o.width === undefined ? USUAL_WIDTH : o.width - LABEL_WIDTH - RIGHT_WIDTH;
  const { drawable = (text) => text } = o;
  const unit = pass === null ? (o.unit ?? 'ms') : unitOf(pass);
  const narrow = o.width === undefined ? NARROW_WIDTH : width;
  const frame = { unit, high, spanMs, nowMs, width, narrow, id: o.id, coarse, drawable };
  const content = html`${patterns(o.id)}<g transform="translate(0 ${TOP_HEIGHT})">${grid(rows, high, spanMs, unit)}${Array.from({ length: rows }, (_, i) => label(pass?.rows[i], nameOfRow(pass, i, o.noun), i, high))}${brace(braceWords(o.mode), rows * high)}
${(pass?.rows ?? []).map((row, i) => bars(row, { ...frame, top: i * high, name: row.name }))}
${marksDrawing(marksOf(pass), { share: (ms) => share(ms, spanMs), rowHeight: high, spanMs, id: o.id })}</g>`;
  // The plot starts at 0 and the names are left of it, in the margin that the page's style sheet reserves.
  if (o.width === undefined) {
    return html`<svg class="drawing${rows > HIGH_ROWS ? ' is-high' : ''}" width="100%" height="${height}" overflow="visible" role="img" aria-label="Timeline: ${[inPass(pass ?? { mode: o.mode, rows: [] }), braceWords(o.mode)].filter((words) => words !== null).join(', ')}">
${content}
</svg>`;
  }
  return html`<svg xmlns="http://www.w3.org/2000/svg" class="drawing" width="${o.width}" height="${height}">
<svg x="${LABEL_WIDTH}" width="${o.width - LABEL_WIDTH - RIGHT_WIDTH}" height="${height}" overflow="visible">${content}</svg>
</svg>`;
}

type RowFrame = {
  top: number;
  /** Height of the row. */
  high: number;
  spanMs: number;
  nowMs: number;
  unit: TimeUnit;
  /** Width of the bars in pixels, or what it is taken to be; and on a narrow page. */
  width: number;
  narrow: number;
  /** Name of the row. */
  name: string;
  id: string;
  drawable: (text: string) => string;
  coarse: ReturnType<typeof coarseness>;
};

/** Returns a time as a percentage of the width, precise to a pixel on a wide screen. */
function share(ms: number, spanMs: number): string {
  return `${Number(((100 * ms) / spanMs).toFixed(3))}%`;
}

function grid(rows: number, height: number, spanMs: number, unit: TimeUnit) {
  const bottom = rows * height;
  const all = ticks(0, spanMs, unit);
  const tracks = Array.from(
    { length: rows },
    (_, i) =>
      html`<line class="track" x1="0" x2="100%" y1="${(i + 0.5) * height}" y2="${(i + 0.5) * height}"/>`,
  );
  const times = all.map(
    (
      ms,
    ) => html`<line class="grid" x1="${share(ms, spanMs)}" x2="${share(ms, spanMs)}" y1="0" y2="${bottom}"/>
<text class="time" x="${share(ms, spanMs)}" y="${bottom + 13.5}" text-anchor="${unit === 'step' ? 'end' : 'middle'}">${tickText(ms, all, unit)}</text>`,
  );
  return html`${times}${tracks}`;
}

function label(row: Row | undefined, name: string, i: number, height: number) {
  if (!isNamed(i, height) || name === '') return null;
  const y = (i + 0.5) * height + 3.5;
  return html`${row ? swatch(row, i, height) : null}<text class="lane-label" x="-12" y="${y}" text-anchor="end">${name}${row ? html`<title>${rowTitle(row)}</title>` : null}</text>`;
}

/** Renders the brace around rows that share one thread, with its words if they fit. */
function brace(words: string | null, height: number) {
  if (words === null) return null;
  const { lineX, textX, endPx, textPx } = BRACE;
  const text = html`<text class="lane-label brace-text" transform="translate(${-textX + 4} ${height / 2}) rotate(-90)" text-anchor="middle">${words}</text>`;
  return html`<path class="brace" d="M${-lineX + endPx} 2H${-lineX}V${height - 2}H${-lineX + endPx}"/>${height < textPx ? null : text}`;
}

/** Renders a mark in the colour of the lane's console lines. */
function swatch(row: Row, i: number, height: number) {
  if (row.slot !== null) return null;
  const gap = rowGap(height);
  return html`<rect class="swatch ${laneClass(row.lane)}" x="-7" y="${i * height + gap}" width="3" height="${height - 2 * gap}"/>`;
}

function bars(row: Row, place: RowFrame) {
  const { coarse, spanMs, nowMs, top, high, id } = place;
  if (coarse === null) return row.bars.map((bar) => oneBar(bar, place));
  const { columns, leastWidth } = coarse;
  const merged = new RowIndex(row).merge(0, spanMs, columns, nowMs, leastWidth);
  const gap = rowGap(high);
  const strip = { columns, y: top + gap, height: high - 2 * gap };
  const alone = merged.alone.map((at) => row.bars[at]).filter((bar) => bar !== undefined);
  const ends = merged.mixed.flatMap((column) => {
    const x = share(((column + 1) * spanMs) / columns, spanMs);
    const bits = merged.ends[column] ?? 0;
    const marks = [bits & END_FAILED ? 'failed' : null, bits & END_CUT_OFF ? 'cut-off' : null] as const;
    return marks.map((end) => ending({ end }, x, strip.y, strip.height));
  });
  return html`${alone.map((bar) => oneBar(bar, place))}${columnPaths(merged, strip, (state) => fillOf(state, id))}${ends}`;
}

/** Renders a bar as a nested SVG, so that its text is clipped at its edge. */
function oneBar(bar: Bar, place: RowFrame) {
  const { spanMs, high: height } = place;
  const gap = rowGap(height);
  const endMs = bar.endMs ?? Math.max(place.nowMs, bar.startMs);
  const length = Math.max(0, endMs - bar.startMs);
  const texts = height >= 12 ? barTexts(bar, place.name).map(place.drawable) : [];
  const fitting = (width: number) =>
    texts.find((one) => LETTER * one.length + 6 <= (width * length) / spanMs);
  const title = `${whatWords({ bar }, undefined, place.unit)}: ${lengthWords(length, place.unit)}`;
  const inner = height - 2 * gap;
  const width = share(length, spanMs);
  const end = ending(bar, share(endMs, spanMs), place.top + gap, inner);
  // A zero width is invisible, but some renderers read it as the full width.
  if (width === '0%') return end;
  return html`
<svg x="${share(bar.startMs, spanMs)}" y="${place.top + gap}" width="${width}" height="${inner}"><title>${title}</title><rect class="bar ${bar.state}" width="100%" height="100%" ${fillOf(bar.state, place.id)}/>${barText(bar, fitting(place.width), fitting(place.narrow), inner)}</svg>${end}`;
}

/** Renders the text of a bar, or one for wide pages and one for narrow ones. */
function barText(
  { state }: Pick<Bar, 'state'>,
  wide: string | undefined,
  narrow: string | undefined,
  height: number,
) {
  const one = (text: string | undefined, on: string) =>
    text === undefined
      ? null
      : html`<text class="bar-text on-${state}${on}" x="50%" y="${height / 2 + 4}" text-anchor="middle">${text}</text>`;
  return wide === narrow ? one(wide, '') : html`${one(wide, ' if-wide')}${one(narrow, ' if-narrow')}`;
}

/** Renders the cross or torn edge at a bar's end. It is not clipped: the bar may be narrower than the mark. */
function ending(bar: Pick<Bar, 'end'>, x: string, y: number, height: number) {
  if (bar.end === null) return null;
  const step = height / 4;
  const mark =
    bar.end === 'failed'
      ? html`<path class="cross" d="M-${height - 1} 1L-1 ${height - 1}M-${height - 1} ${height - 1}L-1 1"/>`
      : html`<path class="torn" d="M1 0L-4 ${step}L0 ${2 * step}L-4 ${3 * step}L1 ${height}"/>`;
  return html`<svg x="${x}" y="${y}" overflow="visible">${mark}</svg>`;
}
