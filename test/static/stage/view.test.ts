/** Zooming and moving, for any view of any run. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  around,
  CLOSEST_MS,
  moved,
  reaching,
  type View,
  within,
  zoomed,
} from '../../../static/stage/view.ts';

const all = fc.double({ min: 1, max: 400_000, noNaN: true }).map((maxMs) => ({ minMs: 0, maxMs }));
const share = fc.double({ min: 0, max: 1, noNaN: true });
/** A range within everything, not shorter than the closest zoom. */
const inAll = fc.tuple(all, share, share).map(([whole, a, b]) => {
  const width = Math.max(CLOSEST_MS, b * whole.maxMs);
  const minMs = a * (whole.maxMs - width);
  return { whole, view: { minMs, maxMs: minMs + width } };
});
const widthOf = ({ minMs, maxMs }: View) => maxMs - minMs;
const isIn = (view: View, whole: View) =>
  view.minMs >= whole.minMs - 1e-6 && view.maxMs <= whole.maxMs + 1e-6 && widthOf(view) > 0;

describe('view', () => {
  it('zoomed: stays within everything, and keeps the time under the pointer in place if it can', () => {
    fc.assert(
      fc.property(
        inAll,
        fc.double({ min: 0.05, max: 20, noNaN: true }),
        share,
        ({ whole, view }, factor, at) => {
          const atMs = view.minMs + at * widthOf(view);
          const after = zoomed(view, factor, atMs, whole);
          expect(isIn(after, whole)).toBe(true);
          const isFree = after.minMs > 1e-6 && after.maxMs < whole.maxMs - 1e-6;
          if (isFree) expect((atMs - after.minMs) / widthOf(after)).toBeCloseTo(at, 4);
        },
      ),
    );
  });

  it('zoomed: no closer than the events’ resolution', () => {
    const view = zoomed({ minMs: 5, maxMs: 5 + CLOSEST_MS }, 0.1, 5, { minMs: 0, maxMs: 10 });
    expect(widthOf(view)).toBeCloseTo(CLOSEST_MS);
  });

  it('moved: keeps its length and stops at the edges', () => {
    fc.assert(
      fc.property(inAll, fc.double({ min: -1e6, max: 1e6, noNaN: true }), ({ whole, view }, ms) => {
        const after = moved(view, ms, whole);
        expect(isIn(after, whole)).toBe(true);
        expect(widthOf(after)).toBeCloseTo(widthOf(view), 4);
      }),
    );
    expect(moved({ minMs: 2, maxMs: 4 }, 1, { minMs: 0, maxMs: 10 })).toEqual({ minMs: 3, maxMs: 5 });
    expect(moved({ minMs: 2, maxMs: 4 }, 100, { minMs: 0, maxMs: 10 })).toEqual({ minMs: 8, maxMs: 10 });
  });

  it('reaching: makes a time visible, and does not move for a visible one', () => {
    fc.assert(
      fc.property(inAll, share, ({ whole, view }, at) => {
        const atMs = at * whole.maxMs;
        const after = reaching(view, atMs, whole);
        expect(after.minMs).toBeLessThanOrEqual(atMs + 1e-6);
        expect(after.maxMs).toBeGreaterThanOrEqual(atMs - 1e-6);
      }),
    );
    const view = { minMs: 2, maxMs: 4 };
    expect(reaching(view, 3, { minMs: 0, maxMs: 10 })).toBe(view);
  });

  it('around: contains both ends', () => {
    const view = around(3, 5, { minMs: 0, maxMs: 10 });
    expect(view.minMs).toBeLessThan(3);
    expect(view.maxMs).toBeGreaterThan(5);
  });

  it('within: a view longer than everything becomes everything', () => {
    expect(within({ minMs: -5, maxMs: 50 }, { minMs: 0, maxMs: 10 })).toEqual({ minMs: 0, maxMs: 10 });
  });
});
