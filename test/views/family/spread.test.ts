/** The drawing of repeated times: no dot hides another while there is space, and the axis contains all of them. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { axisOf, placed, spreadDrawing } from '../../../views/family/spread.ts';
import { elements } from '../../markup.ts';

const RADIUS = 4;

it('placed: every dot is at its position on the axis, and up to nine do not overlap', () => {
  const xs = fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { maxLength: 50 });
  fc.assert(
    fc.property(xs, (all) => {
      const dots = placed(all);
      expect(dots.map(({ atX }) => atX)).toEqual(all.toSorted((a, b) => a - b));
      for (const [i, one] of dots.entries()) {
        const level = Math.abs(one.level);
        expect(level).toBeLessThanOrEqual(4);
        const near = dots.slice(0, i).filter(({ atX }) => one.atX - atX < 2 * RADIUS);
        // The last level holds the dots that overlap for lack of space.
        if (level < 4) expect(near.some((other) => other.level === one.level)).toBe(false);
      }
    }),
  );
});

it('axisOf: contains the least and the most, with up to six distinct ticks', () => {
  const ms = fc.double({ min: 0, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(ms, ms, (a, b) => {
      const [least, most] = [Math.min(a, b), Math.max(a, b)];
      const { min, max, ticks } = axisOf(least, most);
      expect(min).toBeLessThanOrEqual(least);
      expect(max).toBeGreaterThan(most);
      // The smallest difference that the text shows is a small part of the axis.
      expect(max - min).toBeGreaterThan(most * 0.0005);
      expect(ticks.length).toBeGreaterThanOrEqual(1);
      expect(ticks.length).toBeLessThanOrEqual(6);
      expect(new Set(ticks.map(({ text }) => text)).size).toBe(ticks.length);
      for (const { ms: at, text } of ticks) {
        expect(at).toBeGreaterThanOrEqual(min);
        expect(at).toBeLessThanOrEqual(max);
        const scale = text.endsWith(' ms') ? 1 : 1000;
        expect(Number.parseFloat(text) * scale).toBeCloseTo(at, 3);
      }
    }),
  );
});

it('axisOf: a single time is in the middle of an axis wide enough to read it', () => {
  const { min, max, ticks } = axisOf(2695.6, 2695.6);
  expect((min + max) / 2).toBeCloseTo(2695.6, 9);
  expect(max - min).toBeCloseTo(269.56, 9);
  expect(ticks.map(({ text }) => text)).toEqual(['2.6 s', '2.7 s', '2.8 s']);
});

it('spreadDrawing: no text of the axis runs into the next one, or out of the drawing', () => {
  const ms = fc.double({ min: 1, max: 20_000, noNaN: true });
  fc.assert(
    fc.property(ms, ms, (a, b) => {
      const [min, max] = [Math.min(a, b), Math.max(a, b)];
      const wall = { min, lower: min, median: min, upper: max, max };
      const times = [min, max].map((wallMs, i) => ({ number: i + 1, wallMs }));
      const html = String(spreadDrawing({ times, wall }));
      const texts = elements(html, 'text').map(({ attributes, text }) => {
        const half = text.length * 3.1;
        expect(attributes['text-anchor']).toBe('middle');
        return { from: Number(attributes.x) - half, to: Number(attributes.x) + half };
      });
      for (const [i, { from, to }] of texts.entries()) {
        expect(from).toBeGreaterThan(texts[i - 1]?.to ?? -6);
        expect(to).toBeLessThan(346);
      }
    }),
  );
});
