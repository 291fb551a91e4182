/**
 * The current view as the fragment of the address: a link shows what its sender saw. Times are ms since a pass began.
 * Pure; invalid parts of a fragment are ignored.
 *
 * #view=1200-5400.25&range=1300-2100&bar=1.3.17&line=7&t=2300&speed=0.5&show=arrows,path
 */
import { SPEEDS } from '../../server/timeline/replay.ts';
import type { Selection } from './selection.ts';
import { CLOSEST_MS, type View } from './view.ts';

/** What can be turned on: arrows for all waits, the critical path, and the passes job by job. */
export const TURNS = ['arrows', 'path', 'jobs'] as const;
export type Turn = (typeof TURNS)[number];

export type Look = {
  /** null: the whole time axis. */
  view: View | null;
  /** The measured range; null for none. */
  measured: View | null;
  selection: Selection | null;
  /** The line of the program with its bars marked. */
  line: number | null;
  /** The replay's current time; null at its end, or live. */
  atMs: number | null;
  speed: number;
  turns: ReadonlySet<Turn>;
};

/** Returns the fragment for `look` without its `#`; empty for the page's initial state. */
export function toFragment({ view, measured, selection, line, atMs, speed, turns }: Look): string {
  const parts: string[] = [];
  const round = (ms: number) => Number(ms.toFixed(3));
  const range = ({ minMs, maxMs }: View) => `${round(minMs)}-${round(maxMs)}`;
  if (view) parts.push(`view=${range(view)}`);
  if (measured && round(measured.maxMs) > round(measured.minMs)) parts.push(`range=${range(measured)}`);
  if (selection) {
    const { chart, lane, slot, bar } = selection;
    parts.push(`bar=${[chart, slot === null ? lane : `${lane}:${slot}`, bar].join('.')}`);
  }
  if (line !== null) parts.push(`line=${line}`);
  if (atMs !== null) parts.push(`t=${round(atMs)}`);
  if (speed !== 1) parts.push(`speed=${speed}`);
  if (turns.size > 0) parts.push(`show=${TURNS.filter((one) => turns.has(one)).join(',')}`);
  return parts.join('&');
}

/** Parses a fragment. Returns null if it describes no view: one that names an element of the page, for example. */
export function fromFragment(fragment: string): Look | null {
  const text = fragment.replace(/^#/, '');
  return text.includes('=') ? lookOf(text) : null;
}

/** Parses the text of `toFragment`: the page's initial state, too. */
export function lookOf(text: string): Look {
  const fields = new URLSearchParams(text);
  const at = numberOf(fields.get('t'));
  const speed = Number(fields.get('speed') ?? 1);
  const shown = fields.get('show')?.split(',') ?? [];
  return {
    view: rangeOf(fields.get('view'), CLOSEST_MS),
    measured: rangeOf(fields.get('range'), 0.001),
    selection: selectionOf(fields.get('bar')),
    line: /^[1-9]\d{0,5}$/.test(fields.get('line') ?? '') ? Number(fields.get('line')) : null,
    atMs: at,
    speed: SPEEDS.find((one) => one === speed) ?? 1,
    turns: new Set(TURNS.filter((one) => shown.includes(one))),
  };
}

/** Parses a number of at least 0 in plain digits. */
function numberOf(text: string | null | undefined): number | null {
  return text && /^\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) : null;
}

/** Parses a range of at least `leastMs`. */
function rangeOf(text: string | null, leastMs: number): View | null {
  const [min, max] = text?.split('-').map(numberOf) ?? [];
  if (min === null || min === undefined || max === null || max === undefined) return null;
  return max - min >= leastMs - 1e-6 ? { minMs: min, maxMs: max } : null;
}

function selectionOf(text: string | null): Selection | null {
  const found = /^(\d{1,4})\.(\d{1,4})(?::(\d{1,4}))?\.(\d{1,7})$/.exec(text ?? '');
  if (!found) return null;
  const [, chart, lane, slot, bar] = found;
  return {
    chart: Number(chart),
    lane: Number(lane),
    slot: slot === undefined ? null : Number(slot),
    bar: Number(bar),
  };
}
