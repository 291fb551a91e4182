/**
 * The measures of a timeline, in CSS pixels. The server's drawing and the page's chart both follow them, so that
 * one can take the place of the other without moving anything.
 */
import { MODE_TRAITS, type Mode } from '../../server/spec/modes.ts';
import type { Spec } from '../../server/spec/spec.ts';
import type { RunTimeline } from '../../server/timeline/model.ts';

/** Room for the lanes' names, left of the bars: for `#100 daemon` in a wide font. The style sheet has it as --label-width. */
export const LABEL_WIDTH = 92;
/** Room right of the bars, for half of the last time's text. The style sheet has it as --right-width. */
export const RIGHT_WIDTH = 16;
/** Room above the first row, for a name that is higher than its row. */
export const TOP_HEIGHT = 2;
/** Room for the times, under the bars. */
export const AXIS_HEIGHT = 22;
/** Type of names, times and job numbers. */
export const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

/** Height of a row: 22 px, and down to 8 px where there are many. */
export function rowHeight(rows: number): number {
  return Math.max(8, Math.min(22, Math.floor(264 / rows)));
}

/** Height of a whole drawing with so many rows, each so high. */
export function drawingHeight(rows: number, height = rowHeight(rows)): number {
  return TOP_HEIGHT + rows * height + AXIS_HEIGHT;
}

/** Space left free above and below a bar in its row. */
export function rowGap(height: number): number {
  return height >= 18 ? 3 : height >= 12 ? 2 : height >= 5 ? 1 : 0;
}

/** Whether row `i` is named, where each is so high: each one, or only as many as there is height for. */
export function isNamed(i: number, height: number): boolean {
  const step = Math.ceil(11 / height);
  return i % step === 0;
}

/**
 * How many rows a pass will have, known from the spec before anything has run: main, and one for each job or each
 * lane of the pool. Nothing below a drawing has to move when lanes appear.
 */
export function expectedRows(mode: Mode, spec: Pick<Spec, 'jobs' | 'workers'>): number {
  if (!MODE_TRAITS[mode].overlaps) return 1;
  return 1 + Math.min(spec.jobs, spec.workers ?? spec.jobs);
}

/** Round times between `minMs` and `maxMs`, at most `most` steps of 1, 2 or 5 of a power of ten. */
export function ticks(minMs: number, maxMs: number, most = 6): number[] {
  const span = maxMs - minMs;
  if (!(span > 0)) return [minMs];
  const power = 10 ** Math.floor(Math.log10(span / most));
  const step = [1, 2, 5, 10].map((n) => n * power).find((size) => span / size <= most) ?? 10 * power;
  const found: number[] = [];
  for (let n = Math.ceil(minMs / step - 1e-9); n * step <= maxMs + step * 1e-9; n++) found.push(n * step);
  return found;
}

/** A tick's text: `0`, `250 ms`, `5 s`; all ticks of an axis in one unit. */
export function tickText(ms: number, all: readonly number[]): string {
  if (ms === 0) return '0';
  const step = Math.abs((all[1] ?? ms) - (all[0] ?? 0)) || ms;
  if (step < 100) return `${Number(ms.toFixed(3))} ms`;
  return `${Number((ms / 1000).toFixed(3))} s`;
}

/** Time that the width of every drawing of a run stands for: as planned, or longer where a pass took longer; once it has ended, as it was. */
export function axisMs(timeline: Pick<RunTimeline, 'state' | 'passes'>, spanMs: number): number {
  const plannedMs = timeline.state === 'ended' ? 1 : spanMs;
  return Math.max(1, plannedMs, ...timeline.passes.map((pass) => pass.latestMs));
}
