/**
 * Limits a pass to as many bars as a picture can show: bars narrower than a pixel are merged with their neighbours, in
 * the state that takes most of their time. Pure; the given pass is not changed.
 */
import type { Bar, BarState, PassTimeline, Row } from './model.ts';

/** Most bars in a picture: about 2 MB, and a second of drawing. With more bars, more of them are merged. */
const MAX_BARS = 6000;

/** Returns the passes with bars of at least `pixelMs`, or more if needed to stay within MAX_BARS. */
export function thin(passes: readonly PassTimeline[], pixelMs: number): PassTimeline[] {
  for (let minMs = pixelMs; ; minMs *= 2) {
    const thinned = passes.map((pass) => ({
      ...pass,
      rows: pass.rows.map((row) => thinRow(row, minMs, pass.latestMs)),
    }));
    const bars = thinned.reduce(
      (sum, { rows }) => sum + rows.reduce((all, row) => all + row.bars.length, 0),
      0,
    );
    const rowCount = thinned.reduce((sum, { rows }) => sum + rows.length, 0);
    if (bars <= Math.max(MAX_BARS, 2 * rowCount)) return thinned;
  }
}

function thinRow(row: Row, minMs: number, nowMs: number): Row {
  const endOf = (bar: Bar) => bar.endMs ?? Math.max(nowMs, bar.startMs);
  const bars: Bar[] = [];
  let group: Bar[] = [];
  const flush = () => {
    if (group.length > 0) bars.push(mergeBars(group, endOf));
    group = [];
  };
  for (const bar of row.bars) {
    const [first] = group;
    if (first && bar.startMs - first.startMs >= minMs) flush();
    if (endOf(bar) - bar.startMs >= minMs) {
      flush();
      bars.push(bar);
    } else group.push(bar);
  }
  flush();
  return { ...row, bars };
}

/**
 * Merges a group of bars into one: the state that takes most of its time, the job if all have the same, and the worst
 * end.
 */
function mergeBars(group: Bar[], endOf: (bar: Bar) => number): Bar {
  const [first] = group as [Bar];
  const last = group.at(-1) ?? first;
  if (first === last) return first;
  const shares: Partial<Record<BarState, number>> = {};
  const merged: Bar = { ...first, endMs: last.endMs, on: null, line: null };
  let mostMs = 0;
  for (const bar of group) {
    const ms = (shares[bar.state] ?? 0) + endOf(bar) - bar.startMs;
    shares[bar.state] = ms;
    if (ms > mostMs) {
      mostMs = ms;
      merged.state = bar.state;
    }
    if (bar.job !== merged.job) merged.job = null;
    if (bar.end !== null && merged.end !== 'failed') merged.end = bar.end;
  }
  return merged;
}
