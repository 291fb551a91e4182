/**
 * A pass with no more bars than a picture can show: what is thinner than a pixel is drawn together with its
 * neighbours, in the state that has most of their time. Pure; the pass given stays as it is.
 */
import type { Bar, BarState, PassTimeline, Row } from './model.ts';

/** Most bars of a picture: with more, what is drawn together grows. Some 2 MB, and a second of drawing. */
const MOST_BARS = 6000;

/** The passes with bars of at least `pixelMs`, or of as much more as it takes to stay under the most. */
export function thin(passes: readonly PassTimeline[], pixelMs: number): PassTimeline[] {
  for (let atLeastMs = pixelMs; ; atLeastMs *= 2) {
    const thinned = passes.map((pass) => ({
      ...pass,
      rows: pass.rows.map((row) => thinRow(row, atLeastMs, pass.latestMs)),
    }));
    const bars = thinned.reduce(
      (sum, { rows }) => sum + rows.reduce((all, row) => all + row.bars.length, 0),
      0,
    );
    const least = thinned.reduce((sum, { rows }) => sum + rows.length, 0);
    if (bars <= Math.max(MOST_BARS, 2 * least)) return thinned;
  }
}

function thinRow(row: Row, atLeastMs: number, nowMs: number): Row {
  const endOf = (bar: Bar) => bar.endMs ?? Math.max(nowMs, bar.startMs);
  const bars: Bar[] = [];
  let group: Bar[] = [];
  const flush = () => {
    if (group.length > 0) bars.push(together(group, endOf));
    group = [];
  };
  for (const bar of row.bars) {
    const [first] = group;
    if (first && bar.startMs - first.startMs >= atLeastMs) flush();
    if (endOf(bar) - bar.startMs >= atLeastMs) {
      flush();
      bars.push(bar);
    } else group.push(bar);
  }
  flush();
  return { ...row, bars };
}

/** One bar for all of a group: the state that has most of its time, the job if it is one, and the worst end. */
function together(group: Bar[], endOf: (bar: Bar) => number): Bar {
  const [first] = group as [Bar];
  const last = group.at(-1) ?? first;
  if (first === last) return first;
  const shares: Partial<Record<BarState, number>> = {};
  const found: Bar = { ...first, endMs: last.endMs, on: null, line: null };
  let mostMs = 0;
  for (const bar of group) {
    const ms = (shares[bar.state] ?? 0) + endOf(bar) - bar.startMs;
    shares[bar.state] = ms;
    if (ms > mostMs) {
      mostMs = ms;
      found.state = bar.state;
    }
    if (bar.job !== found.job) found.job = null;
    if (bar.end !== null && found.end !== 'failed') found.end = bar.end;
  }
  return found;
}
