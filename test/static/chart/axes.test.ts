/** The labels of an axis: none is clipped at its right end, none overlap, and the remaining ones are evenly spaced. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fitting } from '../../../static/chart/axes.ts';

const GAP = 8;

it('fitting: drops a label that crosses the right edge, and keeps one that ends exactly there', () => {
  const texts = [0, 200, 400].map((at) => ({ text: `${at}`, at, width: 64 }));
  expect(fitting(texts, 431)).toEqual(['0', '200', null]);
  expect(fitting(texts, 432)).toEqual(['0', '200', '400']);
});

it('fitting: thins overlapping labels evenly', () => {
  const texts = [0, 40, 80, 120, 160].map((at) => ({ text: `${at}`, at, width: 64 }));
  expect(fitting(texts, 400)).toEqual(['0', null, '80', null, '160']);
});

it('fitting: for any labels, the remaining ones neither overlap nor cross the edge, and one that fits stays', () => {
  const width = fc.double({ min: 1, max: 90, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(width, { minLength: 1, maxLength: 7 }),
      fc.double({ min: 5, max: 200, noNaN: true }),
      fc.double({ min: 50, max: 900, noNaN: true }),
      (widths, spacing, edge) => {
        const texts = widths.map((wide, i) => ({ text: `${i}`, at: i * spacing, width: wide }));
        const kept = fitting(texts, edge);
        const seen = texts.filter(({ text }) => kept.includes(text));
        for (const [i, { at, width: wide }] of seen.entries()) {
          expect(at + wide / 2).toBeLessThanOrEqual(edge);
          const next = seen[i + 1];
          if (next) expect(next.at - next.width / 2 - (at + wide / 2)).toBeGreaterThanOrEqual(GAP - 1e-6);
        }
        if ((widths[0] ?? 0) / 2 <= edge) expect(kept[0]).toBe('0');
      },
    ),
  );
});
