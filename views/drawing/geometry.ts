/**
 * The measures of a timeline, in CSS pixels. The server's drawing and the page's chart share them, so that one replaces
 * the other without a layout shift.
 */
import type { MemoryPool } from '../../server/spec/lanes.ts';
import { MODE_TRAITS, type Mode } from '../../server/spec/modes.ts';
import { looksLikeScript } from '../../server/spec/python.ts';
import type { Spec } from '../../server/spec/spec.ts';
import type { PassTimeline, RunTimeline } from '../../server/timeline/model.ts';
import type { TimeUnit } from '../../server/words/pass-times.ts';

/**
 * Width of the lane names left of the bars: fits `job 99 daemon` in a wide font. The style sheet has it as
 * --label-width.
 */
export const LABEL_WIDTH = 96;
/**
 * The brace left of the names of rows that share one thread: where its line and its text are, left of the bars, how
 * long its ends are, and the height that its text needs when it is turned. Names of slots are short enough for that.
 */
export const BRACE = { lineX: 78, textX: 88, endPx: 4, textPx: 58 };
/** Space right of the bars, for half of the last time's text. The style sheet has it as --right-width. */
export const RIGHT_WIDTH = 16;
/** Space above the first row, for a name that is higher than its row. */
export const TOP_HEIGHT = 2;
/** Height of the time axis below the bars. */
export const AXIS_HEIGHT = 18;
/** Font of names, times and job numbers. */
export const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

/**
 * Returns the height of a row: 20 px, so that four timelines of five jobs fit a window, and down to 8 px with many
 * rows.
 */
export function rowHeight(rows: number): number {
  return Math.max(8, Math.min(20, Math.floor(264 / rows)));
}

/** Returns the height of a drawing with that many rows of that height. */
export function drawingHeight(rows: number, height = rowHeight(rows)): number {
  return TOP_HEIGHT + rows * height + AXIS_HEIGHT;
}

/** Returns the space above and below a bar in its row. */
export function rowGap(height: number): number {
  return height >= 18 ? 3 : height >= 12 ? 2 : height >= 5 ? 1 : 0;
}

/** Returns whether row `i` is named at that row height: each row, or only as many as fit. */
export function isNamed(i: number, height: number): boolean {
  const step = Math.ceil(11 / height);
  return i % step === 0;
}

/**
 * Returns how many rows a pass will have, known from the spec before anything has run: main, and one for each job or
 * each lane of the pool, which memory may have made smaller. So nothing below a drawing moves when lanes appear.
 */
export function expectedRows(
  mode: Mode,
  spec: Pick<Spec, 'jobs' | 'workers' | 'code' | 'runtime'>,
  pool?: MemoryPool,
): number {
  const { jobs, workers } = spec;
  // How many lanes a script will start is not known before it does.
  if (!MODE_TRAITS[mode].overlaps || looksLikeScript(spec)) return 1;
  return 1 + (pool?.lanes ?? Math.min(jobs, workers ?? jobs));
}

/**
 * Returns how many rows a pass is drawn with: as many as expected while it may still need them, and as many as it has
 * once it has ended. On the event loop jobs share rows, and a program may start fewer jobs than it was given.
 */
export function rowsOf(
  pass: PassTimeline | null,
  mode: Mode,
  spec: Pick<Spec, 'jobs' | 'workers' | 'code' | 'runtime'>,
  pool?: MemoryPool,
): number {
  return pass?.ended ? Math.max(1, pass.rows.length) : expectedRows(mode, spec, pool);
}

/**
 * Returns round times between `minMs` and `maxMs`, in at most `most` steps of 1, 2 or 5 times a power of ten; whole
 * numbers if they count steps.
 */
export function ticks(minMs: number, maxMs: number, unit: TimeUnit = 'ms', most = 6): number[] {
  const span = maxMs - minMs;
  if (!(span > 0)) return [minMs];
  const power = 10 ** Math.floor(Math.log10(span / most));
  const fine = [1, 2, 5, 10].map((n) => n * power).find((size) => span / size <= most) ?? 10 * power;
  const step = unit === 'step' ? Math.max(1, fine) : fine;
  const found: number[] = [];
  for (let n = Math.ceil(minMs / step - 1e-9); n * step <= maxMs + step * 1e-9; n++) found.push(n * step);
  return found;
}

/** Returns a tick's text: `0`, `250 ms`, `5 s`; of steps `step 2` for the first, then `4`; all ticks of an axis have the same unit. */
export function tickText(ms: number, all: readonly number[], unit: TimeUnit = 'ms'): string {
  // A step's text stands below the step, left of its end.
  if (unit === 'step') return ms === 0 ? '' : ms === all.find((one) => one > 0) ? `step ${ms}` : String(ms);
  if (ms === 0) return '0';
  const step = Math.abs((all[1] ?? ms) - (all[0] ?? 0)) || ms;
  if (step < 100) return `${Number(ms.toFixed(3))} ms`;
  return `${Number((ms / 1000).toFixed(3))} s`;
}

/**
 * Returns the time that the width of a run's drawings represents: the planned time, or more if a pass took longer; for
 * an ended run, the time it took, if it ever began.
 */
export function axisMs(timeline: Pick<RunTimeline, 'state' | 'passes'>, spanMs: number): number {
  const plannedMs = timeline.state === 'ended' && timeline.passes.length > 0 ? 1 : spanMs;
  return Math.max(1, plannedMs, ...timeline.passes.map((pass) => pass.latestMs));
}
