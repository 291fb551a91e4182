/** The marks of a timeline as SVG; times are percentages of the width, as in drawing.ts. */
import { html } from 'hono/html';
import { rowGap } from './geometry.ts';
import { type Arrow, type Bracket, CIRCLE, type Link, type Marks } from './marks.ts';

/**
 * `share` converts a time to a percentage of the width; `rowHeight` is in pixels; `id` distinguishes the arrow heads
 * from another drawing's.
 */
type MarksFrame = { share(ms: number): string; rowHeight: number; spanMs: number; id: string };

/** Renders the marks, to be drawn over the bars. */
export function marksDrawing({ arrows, brackets, circle }: Marks, place: MarksFrame) {
  return html`${arrows.length + circle.length > 0 ? heads(place.id) : null}${brackets.map((one) => bracket(one, place))}${arrows.map((one) => arrow(one, place))}${circle.map((one) => link(one, place))}`;
}

function heads(id: string) {
  const head = (name: string) =>
    html`<marker id="${id}-${name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path class="${name}-head" d="M0 1L8 4L0 7Z"/></marker>`;
  return html`<defs>${head('message')}${head('circle')}</defs>`;
}

/** A message in transit is a dot where it was put. */
function arrow({ fromRow, fromMs, toRow, toMs }: Arrow, { share, rowHeight, id }: MarksFrame) {
  const y = (row: number) => (row + 0.5) * rowHeight;
  const dot = html`<circle class="message-dot" cx="${share(fromMs)}" cy="${y(fromRow)}" r="2.5"/>`;
  if (toRow === null || toMs === null || toRow === fromRow) return dot;
  return html`${dot}<line class="message" x1="${share(fromMs)}" x2="${share(toMs)}" y1="${y(fromRow)}" y2="${y(toRow)}" marker-end="url(#${id}-message)"/>`;
}

function bracket(one: Bracket, { share, rowHeight, spanMs }: MarksFrame) {
  const y = (one.row + 1) * rowHeight - rowGap(rowHeight) + 1;
  const isWide = one.toMs - one.fromMs > spanMs / 5 && rowHeight >= 18;
  const width = `${Number((((one.toMs - one.fromMs) / spanMs) * 100).toFixed(3))}%`;
  return html`<svg x="${share(one.fromMs)}" y="${y}" width="${width}" height="1" overflow="visible"><line class="bracket" x1="0" x2="100%" y1="0" y2="0"/><line class="bracket" x1="0" x2="0" y1="-5" y2="0"/><line class="bracket" x1="100%" x2="100%" y1="-5" y2="0"/>${isWide ? html`<text class="on-sleep bracket-text" x="5" y="-4">${one.readText}</text><text class="on-sleep bracket-text" x="100%" dx="-10" y="-4" text-anchor="end">${one.wroteText}</text>` : null}</svg>${one.isLost ? html`<svg x="${share(one.toMs)}" y="${y}" overflow="visible"><path class="lost-cross" d="M-4 -7L4 1M-4 1L4 -7"/></svg>` : null}`;
}

/**
 * Arrows down bulge to the right and arrows up to the left, so that two rows that wait for each other form a circle.
 */
function link({ fromRow, toRow, atMs }: Link, { share, rowHeight, id }: MarksFrame) {
  const from = (fromRow + 0.5) * rowHeight;
  const to = (toRow + 0.5) * rowHeight;
  const side = to > from ? 1 : -1;
  const x = (side * CIRCLE.apart) / 2;
  const out = x + side * CIRCLE.bulge;
  return html`<svg x="${share(atMs)}" overflow="visible"><path class="circle-ground" d="M${x} ${from}C${out} ${from} ${out} ${to} ${x} ${to}"/><path class="circle" d="M${x} ${from}C${out} ${from} ${out} ${to} ${x} ${to}" marker-end="url(#${id}-circle)"/></svg>`;
}
