/** The stretch of time that the timelines show, and how it is moved. Pure; times are ms since a pass began. */

/** Times at the left and right edge of every timeline of a run, in ms. */
export type View = { minMs: number; maxMs: number };

/** The closest look there is, in ms: events are told to the microsecond. */
export const CLOSEST_MS = 0.02;

/** `view` with `factor` times its width, where the time `atMs` stays where it is. */
export function zoomed(view: View, factor: number, atMs: number, all: View): View {
  const span = view.maxMs - view.minMs;
  const width = Math.min(Math.max(span * factor, CLOSEST_MS), all.maxMs - all.minMs);
  const share = span > 0 ? (atMs - view.minMs) / span : 0.5;
  return within({ minMs: atMs - share * width, maxMs: atMs + (1 - share) * width }, all);
}

/** `view` moved by `ms` to the right, and no further than `all` goes. */
export function moved(view: View, ms: number, all: View): View {
  return within({ minMs: view.minMs + ms, maxMs: view.maxMs + ms }, all);
}

/** The stretch from `fromMs` to `toMs` with a little room on both sides. */
export function around(fromMs: number, toMs: number, all: View): View {
  const room = Math.max((toMs - fromMs) * 0.15, CLOSEST_MS / 2);
  return within({ minMs: fromMs - room, maxMs: toMs + room }, all);
}

/** `view`, moved just as far as it takes to have `atMs` in it, with some room to the edge. */
export function reaching(view: View, atMs: number, all: View): View {
  const room = (view.maxMs - view.minMs) * 0.1;
  if (atMs < view.minMs + room) return moved(view, atMs - room - view.minMs, all);
  if (atMs > view.maxMs - room) return moved(view, atMs + room - view.maxMs, all);
  return view;
}

/** A view of the same width that lies in `all`, or `all` where it is wider. */
export function within(view: View, all: View): View {
  const width = view.maxMs - view.minMs;
  if (width >= all.maxMs - all.minMs) return all;
  const minMs = Math.min(Math.max(view.minMs, all.minMs), all.maxMs - width);
  return { minMs, maxMs: minMs + width };
}
