/** The visible time range of the timelines, and how it moves. Pure; times are ms since a pass began. */

/** Times at the left and right edge of every timeline of a run, in ms. */
export type View = { minMs: number; maxMs: number };

/** The shortest visible range, in ms: event times have microsecond resolution. */
export const CLOSEST_MS = 0.02;

/** Returns `view` with `factor` times its length; the time `atMs` keeps its place on the screen. */
export function zoomed(view: View, factor: number, atMs: number, all: View, closestMs = CLOSEST_MS): View {
  const span = view.maxMs - view.minMs;
  const width = Math.min(Math.max(span * factor, closestMs), all.maxMs - all.minMs);
  const share = span > 0 ? (atMs - view.minMs) / span : 0.5;
  return within({ minMs: atMs - share * width, maxMs: atMs + (1 - share) * width }, all);
}

/** Returns `view` moved right by `ms`, but within `all`. */
export function moved(view: View, ms: number, all: View): View {
  return within({ minMs: view.minMs + ms, maxMs: view.maxMs + ms }, all);
}

/** Returns the range from `fromMs` to `toMs` with a margin on both sides. */
export function around(fromMs: number, toMs: number, all: View): View {
  const room = Math.max((toMs - fromMs) * 0.15, CLOSEST_MS / 2);
  return within({ minMs: fromMs - room, maxMs: toMs + room }, all);
}

/** Returns `view`, moved just enough to contain `atMs` with a margin to the edge. */
export function reaching(view: View, atMs: number, all: View): View {
  const room = (view.maxMs - view.minMs) * 0.1;
  if (atMs < view.minMs + room) return moved(view, atMs - room - view.minMs, all);
  if (atMs > view.maxMs - room) return moved(view, atMs + room - view.maxMs, all);
  return view;
}

/** Returns a view of the same length within `all`, or `all` if it is shorter. */
export function within(view: View, all: View): View {
  const width = view.maxMs - view.minMs;
  if (width >= all.maxMs - all.minMs) return all;
  const minMs = Math.min(Math.max(view.minMs, all.minMs), all.maxMs - width);
  return { minMs, maxMs: minMs + width };
}
