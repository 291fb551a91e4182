/** The series under a timeline: thinned points, values at a moment, and text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../../server/protocol/facts.ts';
import {
  momentWords,
  type Points,
  seriesOf,
  seriesWords,
  thinned,
  topsOf,
  valuesAt,
} from '../../../views/drawing/series.ts';
import { seriesStrip } from '../../../views/drawing/series-drawing.ts';
import {
  events,
  jobEnded,
  jobStarted,
  laneStarted,
  passEnded,
  passStarted,
  type TimedFact,
  timelineOf,
} from '../../timeline/made-events.ts';

const points: fc.Arbitrary<Points> = fc
  .array(fc.tuple(fc.double({ min: 0.001, max: 20, noNaN: true }), fc.integer({ min: 0, max: 1000 })), {
    maxLength: 300,
    size: 'max',
  })
  .map((steps) => {
    let at = 0;
    const atMs: number[] = [];
    for (const [ms] of steps) {
      at += ms;
      atMs.push(at);
    }
    return { atMs, values: steps.map(([, value]) => value) };
  });
const view = fc
  .tuple(fc.double({ min: 0, max: 2000, noNaN: true }), fc.double({ min: 0.1, max: 3000, noNaN: true }))
  .map(([minMs, width]) => ({ minMs, maxMs: minMs + width }));

describe('thinned', () => {
  it('thinned: has at most three points per column and one beyond each edge, in order of time, all from the input', () => {
    fc.assert(
      fc.property(points, view, fc.integer({ min: 1, max: 40 }), (all, { minMs, maxMs }, columns) => {
        const thin = thinned(all, minMs, maxMs, columns);
        expect(thin.atMs.length).toBe(thin.values.length);
        expect(thin.atMs.length).toBeLessThanOrEqual(3 * columns + 3);
        expect(thin.atMs).toEqual(thin.atMs.toSorted((a, b) => a - b));
        for (const [i, ms] of thin.atMs.entries()) {
          const place = all.atMs.indexOf(ms);
          expect(all.values[place]).toBe(thin.values[i]);
        }
      }),
    );
  });

  it('thinned: loses no visible peak or trough, and each column ends with the right value', () => {
    fc.assert(
      fc.property(points, view, fc.integer({ min: 1, max: 40 }), (all, { minMs, maxMs }, columns) => {
        const thin = thinned(all, minMs, maxMs, columns);
        const seen = (one: Points) =>
          one.values.filter((_, i) => one.atMs[i]! >= minMs && one.atMs[i]! < maxMs);
        const [before, after] = [seen(all), seen(thin)];
        expect(after.length > 0).toBe(before.length > 0);
        if (before.length === 0) return;
        expect(Math.max(...after)).toBe(Math.max(...before));
        expect(Math.min(...after)).toBe(Math.min(...before));
        for (let column = 1; column < columns; column++) {
          const ms = minMs + (column * (maxMs - minMs)) / columns;
          // Just before its edge: on the edge, either column may include it.
          const upTo = (one: Points) => one.values[one.atMs.filter((at) => at < ms - 1e-6).length - 1];
          if (all.atMs.some((at) => Math.abs(at - ms) < 1e-5)) continue;
          if (all.atMs.some((at) => at < ms && at >= minMs)) expect(upTo(thin)).toBe(upTo(all));
        }
      }),
    );
  });
});

const sample = (rssBytes: number, cpuMs: number): Fact => ({ type: 'sample', rssBytes, cpuMs });
const MIB = 2 ** 20;
const facts: TimedFact[] = [
  [0, passStarted('threads', 2)],
  [0, laneStarted(1, 'threads')],
  [0, laneStarted(2, 'threads')],
  [100, sample(10 * MIB, 0)],
  [200, jobStarted(1, 0)],
  [300, sample(40 * MIB, 100)],
  [400, jobStarted(2, 1)],
  [500, sample(30 * MIB, 500)],
  [600, jobEnded(1, 0)],
];
const running = () => timelineOf(events(0, facts)).passes[0]!;
const ended = () =>
  timelineOf(events(0, [...facts, [700, jobEnded(2, 1)], [800, passEnded(800)]])).passes[0]!;

describe('series: values and words', () => {
  it('series: at a moment, the running jobs, the last known memory, and the cores busy around it', () => {
    const series = seriesOf(running());
    expect(valuesAt(series, 50)).toEqual({ jobs: 0, memory: null, cores: null });
    expect(valuesAt(series, 250)).toEqual({ jobs: 1, memory: 10 * MIB, cores: 0.5 });
    expect(valuesAt(series, 450)).toEqual({ jobs: 2, memory: 40 * MIB, cores: 2 });
    expect(valuesAt(series, 600)).toEqual({ jobs: 1, memory: 30 * MIB, cores: 2 });
  });

  it('series: as text, during a pass, at the cursor, and after the end', () => {
    const [now, then] = [running(), ended()];
    expect(seriesWords(null, seriesOf(null))).toBe('');
    expect(seriesWords(now, seriesOf(now))).toBe('1 running · 30.0 MiB · 2.0 of 2 cores');
    expect(momentWords(now, seriesOf(now), 50)).toBe('0 running');
    expect(momentWords(then, seriesOf(then), 450)).toBe('2 running · 40.0 MiB · 2.0 of 2 cores');
    expect(momentWords(then, seriesOf(then), 801)).toBe('has ended');
    expect(seriesWords(then, seriesOf(then))).toBe('up to 2 running · 1000 B · 2.0 of 2 cores');
  });

  it('series: scales cover all passes, and all cores', () => {
    expect(topsOf([])).toEqual({ jobs: 1, memory: 1, cores: 1 });
    expect(topsOf([null, running()])).toEqual({ jobs: 2, memory: 40 * MIB, cores: 2 });
  });

  it('series: the drawing has a line for each, on its scale, and none before the pass', async () => {
    const drawn = String(await seriesStrip(running(), 1000, { jobs: 4, memory: 80 * MIB, cores: 2 }));
    const of = (name: string) =>
      new RegExp(`<path class="series-${name}" d="([^"]+)" vector-effect`).exec(drawn)?.[1];
    // 30 pixels are 1.08 times the top of a scale; 1,000 units are a second.
    expect(of('jobs')).toBe('M0 30H200V23.06H400V16.11H600V23.06V30H0Z');
    expect(of('memory')).toBe('M100 26.53L300 16.11L500 19.58');
    expect(of('cores')).toBe('M300 23.06L500 2.22');
    expect(drawn).toContain('1 running · 30.0 MiB · 2.0 of 2 cores');
    expect(String(await seriesStrip(null, 1000))).not.toContain('vector-effect');
  });
});
