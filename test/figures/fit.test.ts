/** Fits of Amdahl's law: exact figures return their serial share, and no other share fits better. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitSerial, type Measured } from '../../server/figures/fit.ts';
import { amdahl } from '../../server/figures/speed-up.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const aloneMs = fc.double({ min: 0.1, max: 1e6, noNaN: true });
const exact = (serial: number, ms: number, most: number): Measured[] =>
  Array.from({ length: most }, (_, i) => ({ workers: i + 1, wallMs: ms / amdahl(serial, i + 1) }));
const measured = fc
  .tuple(aloneMs, fc.array(fc.double({ min: 0.05, max: 1.2, noNaN: true }), { minLength: 1, maxLength: 31 }))
  .map(([ms, parts]) => [
    { workers: 1, wallMs: ms },
    ...parts.map((part, i) => ({ workers: i + 2, wallMs: ms * part })),
  ]);

/** The sum of squares that the fit minimises. */
function distance(serial: number, points: Measured[]): number {
  const ms = points[0]?.wallMs ?? 1;
  return points.reduce(
    (sum, { workers, wallMs }) => sum + (wallMs / ms - 1 / amdahl(serial, workers)) ** 2,
    0,
  );
}

describe('fitSerial', () => {
  it('fitSerial: exact figures return their serial share', () => {
    fc.assert(
      fc.property(share, aloneMs, fc.integer({ min: 2, max: 32 }), (serial, ms, most) => {
        expect(fitSerial(exact(serial, ms, most))).toBeCloseTo(serial, 9);
      }),
    );
  });

  it('fitSerial: no other share from 0 to 1 is closer to the figures', () => {
    fc.assert(
      fc.property(measured, share, (points, other) => {
        const serial = fitSerial(points);
        if (serial === null) throw new Error('There are figures to fit.');
        expect(serial).toBeGreaterThanOrEqual(0);
        expect(serial).toBeLessThanOrEqual(1);
        expect(distance(serial, points)).toBeLessThanOrEqual(distance(other, points) + 1e-9);
      }),
    );
  });

  it('fitSerial: faster than workers alone explain is 0, slower with more workers is 1', () => {
    const times = (...all: number[]) => all.map((wallMs, i) => ({ workers: i + 1, wallMs }));
    expect(fitSerial(times(100, 40, 20))).toBe(0);
    expect(fitSerial(times(100, 120, 130))).toBe(1);
  });

  it('fitSerial: null without the time of one worker, or of more, or with zero times', () => {
    expect(fitSerial([])).toBeNull();
    expect(fitSerial([{ workers: 1, wallMs: 100 }])).toBeNull();
    expect(fitSerial([{ workers: 2, wallMs: 100 }])).toBeNull();
    expect(
      fitSerial([
        { workers: 1, wallMs: 0 },
        { workers: 2, wallMs: 0 },
      ]),
    ).toBeNull();
  });
});
