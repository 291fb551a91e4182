/** The fragment of an address: writing and parsing a view. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SPEEDS } from '../../../server/timeline/replay.ts';
import { fromFragment, type Look, TURNS, toFragment } from '../../../static/stage/fragment.ts';

const ms = fc.integer({ min: 0, max: 400_000_000 }).map((us) => us / 1000);
const look: fc.Arbitrary<Look> = fc.record({
  view: fc.option(fc.tuple(ms, ms).map(([a, b]) => ({ minMs: Math.min(a, b), maxMs: Math.max(a, b) + 1 }))),
  measured: fc.option(
    fc.tuple(ms, ms).map(([a, b]) => ({ minMs: Math.min(a, b), maxMs: Math.max(a, b) + 1 })),
  ),
  selection: fc.option(
    fc.record({
      chart: fc.nat(3),
      lane: fc.nat(1000),
      slot: fc.option(fc.nat(1000)),
      bar: fc.nat(100_000),
    }),
  ),
  line: fc.option(fc.integer({ min: 1, max: 100_000 })),
  atMs: fc.option(ms),
  speed: fc.constantFrom(...SPEEDS),
  turns: fc.subarray([...TURNS]).map((turns) => new Set(turns)),
});
const NOTHING: Look = {
  view: null,
  measured: null,
  selection: null,
  line: null,
  atMs: null,
  speed: 1,
  turns: new Set(),
};

describe('fragment', () => {
  it('toFragment: fromFragment returns the same view', () => {
    fc.assert(
      fc.property(look, (one) => {
        const fragment = toFragment(one);
        if (fragment === '') expect(one).toEqual(NOTHING);
        else expect(fromFragment(`#${fragment}`)).toEqual(one);
      }),
    );
  });

  it('fromFragment: a link from before ranges were kept has the same view', () => {
    const old = fromFragment('#view=1200-5400.25&bar=1.3.17&t=2300');
    expect(old).toMatchObject({ view: { minMs: 1200, maxMs: 5400.25 }, measured: null, atMs: 2300 });
  });

  it('toFragment: the initial view is an empty fragment', () => {
    expect(toFragment(NOTHING)).toBe('');
  });

  it('fromFragment: a fragment that names an element of the page is not a view', () => {
    for (const one of ['', '#', '#told', '#line-14']) expect(fromFragment(one)).toBeNull();
  });

  it('fromFragment: ignores invalid parts, whatever they are', () => {
    for (const one of [
      '#view=9-3',
      '#view=1e9-2e9',
      '#view=-1-5',
      '#view=0-0',
      '#range=9-3',
      '#range=5-5',
      '#range=0-1e9',
      '#bar=1.2',
      '#bar=<b>.0.0',
      '#line=0',
      '#line=7x',
      '#t=Infinity',
      '#t=-4',
      '#speed=1000',
      '#show=all,__proto__',
      '#x=y',
    ]) {
      expect(fromFragment(one), one).toEqual(NOTHING);
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        const found = fromFragment(
          `#view=${text}&range=${text}&bar=${text}&t=${text}&speed=${text}&show=${text}`,
        );
        if (found?.view) expect(found.view.maxMs).toBeGreaterThan(found.view.minMs);
        if (found?.measured) expect(found.measured.maxMs).toBeGreaterThan(found.measured.minMs);
        if (found?.atMs != null) expect(Number.isFinite(found.atMs)).toBe(true);
      }),
    );
  });
});
