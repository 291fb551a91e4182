/** How long lanes were in each state, in words. Pure. */
import type { PassIndex } from '../figures/totals.ts';
import { BAR_STATES, type BarState } from '../timeline/model.ts';
import { lookWords } from './looks.ts';
import { lengthWords, type TimeUnit } from './pass-times.ts';

/** A pass that is shown, up to `nowMs`. */
type Indexed = { index: PassIndex; nowMs: number };

/** Milliseconds by state within a stretch, over all passes. */
export function totalsIn(
  passes: readonly Indexed[],
  { minMs, maxMs }: { minMs: number; maxMs: number },
): Map<BarState, number> {
  const totals = new Map<BarState, number>();
  for (const { index, nowMs } of passes) {
    const found = index.totalsBetween(minMs, maxMs, nowMs);
    for (const [i, state] of BAR_STATES.entries()) {
      totals.set(state, (totals.get(state) ?? 0) + (found[i] ?? 0));
    }
  }
  return totals;
}

/** The totals in words, longest first: `sleeping 4.2 s, computing 31 ms`. */
function totalsWords(totals: ReadonlyMap<BarState, number>, unit: TimeUnit): string {
  return [...totals]
    .filter(([state, ms]) => ms > 0 && state !== 'idle' && state !== 'turn')
    .sort(([, a], [, b]) => b - a)
    .map(([state, ms]) => `${lookWords(state, unit)} ${lengthWords(ms, unit)}`)
    .join(', ');
}

/** The lines for a measured range of `ms`: its length, and the totals in it. */
export function measuredLines(
  ms: number,
  totals: ReadonlyMap<BarState, number>,
  unit: TimeUnit = 'ms',
): string[] {
  const words = totalsWords(totals, unit);
  return [`Measured ${lengthWords(ms, unit)}`, ...(words === '' ? [] : [words])];
}
