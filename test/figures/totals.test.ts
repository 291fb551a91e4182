/** Sums and merges of a row's bars, compared with going through all of them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { END_CUT_OFF, END_FAILED, newMerged, PassIndex, RowIndex } from '../../server/figures/totals.ts';
import { BAR_STATES, type Bar, type PassTimeline, type Row } from '../../server/timeline/model.ts';
import { apply, newTimeline } from '../../server/timeline/timeline.ts';
import { timelineOf } from '../timeline/made-events.ts';
import { garbage, madeLog } from '../timeline/made-logs.ts';
import { madeProgram, play } from '../timeline/made-programs.ts';

const logs = fc.oneof(
  madeProgram.map((program) => play(program).events),
  madeLog.map((log) => log.events),
  garbage,
);
const share = fc.double({ min: 0, max: 1, noNaN: true });
const view = fc.tuple(share, share).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

const endOf = (bar: Bar, nowMs: number) => bar.endMs ?? Math.max(bar.startMs, nowMs);

/** Adds up the bars one by one. */
function slowly(bars: Bar[], minMs: number, maxMs: number, nowMs: number): number[] {
  return BAR_STATES.map((state) =>
    bars
      .filter((bar) => bar.state === state)
      .map((bar) => Math.max(0, Math.min(maxMs, endOf(bar, nowMs)) - Math.max(minMs, bar.startMs)))
      .reduce((sum, ms) => sum + ms, 0),
  );
}

function expectAlike(found: Iterable<number>, known: number[]): void {
  for (const [i, ms] of [...found].entries()) expect(ms).toBeCloseTo(known[i]!, 6);
}

const rowsOf = (passes: PassTimeline[]) => passes.flatMap(({ rows }) => rows);

/**
 * Rows with many more bars than a property makes: bars of 0 to 2 ms, now and then a long one, one in ten with an end.
 */
const longRow: fc.Arbitrary<Row> = fc
  .array(fc.record({ ms: fc.nat(2000).map((us) => us / 1000), gap: fc.nat(1), which: fc.nat(99) }), {
    minLength: 1,
    maxLength: 2000,
    size: 'max',
  })
  .map((drawn) => {
    let at = 0;
    const bars = drawn.map(({ ms, gap, which }): Bar => {
      const startMs = at + gap;
      at = startMs + (which === 0 ? ms * 100 : ms);
      const end = which % 20 === 1 ? 'failed' : which % 20 === 2 ? 'cut-off' : null;
      const state = BAR_STATES[which % BAR_STATES.length]!;
      return { startMs, endMs: at, state, job: null, on: null, line: null, end };
    });
    const head = {
      lane: 0,
      slot: null,
      name: 'main',
      kind: 'main',
      pid: 1,
      parentPid: 1,
      threadId: 0,
      daemon: false,
    } as const;
    return { ...head, bars, seen: [], ended: null };
  });

/** One result serves all rows, columns and views, as in a drawing. */
const merged = newMerged();

/** Invariants of a merged row: nothing is lost, nothing counted twice. */
function expectMerged(
  row: Row,
  index: RowIndex,
  minMs: number,
  maxMs: number,
  columns: number,
  nowMs: number,
) {
  const { alone, mixed, shares, ends } = index.merge(minMs, maxMs, columns, nowMs, 1, merged);
  const pixelMs = (maxMs - minMs) / columns;
  const isWide = (bar: Bar) => endOf(bar, nowMs) - bar.startMs >= pixelMs;
  expect(alone).toEqual([...new Set(alone)].sort((a, b) => a - b));
  expect(mixed).toEqual([...new Set(mixed)].sort((a, b) => a - b));
  expect(alone.every((place) => isWide(row.bars[place]!))).toBe(true);
  const sums = slowly(
    alone.map((place) => row.bars[place]!),
    minMs,
    maxMs,
    nowMs,
  );
  for (const column of mixed) {
    let all = 0;
    BAR_STATES.forEach((_, state) => {
      const one = shares[column * BAR_STATES.length + state]!;
      all += one;
      sums[state]! += one * pixelMs;
    });
    expect(all).toBeLessThan(1 + 1e-6);
  }
  expectAlike(sums, slowly(row.bars, minMs, maxMs, nowMs));
  // An end is in the column of its time, or on a bar drawn alone.
  const marks = new Uint8Array(columns);
  row.bars.forEach((bar, place) => {
    const endMs = endOf(bar, nowMs);
    const isInView = bar.startMs < maxMs && endMs > minMs;
    if (isWide(bar)) expect(alone.includes(place)).toBe(isInView);
    else if (bar.end !== null && endMs >= minMs && endMs <= maxMs) {
      const column = Math.min(columns - 1, Math.floor((endMs - minMs) / pixelMs));
      marks[column]! |= bar.end === 'failed' ? END_FAILED : END_CUT_OFF;
      expect(mixed).toContain(column);
    }
  });
  expect([...ends]).toEqual([...marks]);
}

describe('RowIndex: between', () => {
  it("between: is the sum of each bar's part of the interval", () => {
    fc.assert(
      fc.property(logs, fc.array(view, { minLength: 1, maxLength: 5 }), (log, views) => {
        const { passes } = timelineOf(log);
        for (const row of rowsOf(passes)) {
          const index = new RowIndex(row);
          for (const [min, max] of views) {
            expectAlike(
              index.between(min * 150, max * 150, 100),
              slowly(row.bars, min * 150, max * 150, 100),
            );
          }
        }
      }),
    );
  });

  it('between: is right while a row grows and its last bar changes', () => {
    fc.assert(
      fc.property(logs, view, fc.integer({ min: 1, max: 9 }), (log, [min, max], every) => {
        const timeline = newTimeline();
        const indexes = new Map<Row, RowIndex>();
        for (const [i, event] of log.entries()) {
          apply(timeline, event);
          if (i % every > 0) continue;
          for (const row of rowsOf(timeline.passes)) {
            const index = indexes.get(row) ?? new RowIndex(row);
            indexes.set(row, index);
            expectAlike(index.between(min * 100, max * 100, 60), slowly(row.bars, min * 100, max * 100, 60));
            expectMerged(row, index, min * 100, max * 100 + 1, 20, 60);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('between: of a long row is the sum of its bars', () => {
    fc.assert(
      fc.property(longRow, fc.array(view, { minLength: 1, maxLength: 5 }), (row, views) => {
        const index = new RowIndex(row);
        const allMs = row.bars.at(-1)!.endMs!;
        for (const [min, max] of views) {
          const found = index.between(min * allMs, max * allMs, 0);
          expectAlike(found, slowly(row.bars, min * allMs, max * allMs, 0));
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('RowIndex: merge', () => {
  it('merge: loses no time and no end, at any zoom', () => {
    fc.assert(
      fc.property(longRow, fc.array(fc.tuple(view, fc.integer({ min: 1, max: 700 }))), (row, views) => {
        const index = new RowIndex(row);
        const allMs = row.bars.at(-1)!.endMs!;
        for (const [[min, max], columns] of views) {
          // A view shorter than a microsecond does not occur.
          if ((max - min) * allMs > 0.001) expectMerged(row, index, min * allMs, max * allMs, columns, 0);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('merge: bars wide enough are drawn alone, and the columns of the others have their shares', () => {
    const bar = (startMs: number, endMs: number, state: Bar['state'], end: Bar['end'] = null): Bar => {
      return { startMs, endMs, state, job: null, on: null, line: null, end };
    };
    const bars = [
      bar(0, 3, 'computing'),
      bar(3, 3.25, 'sleep'),
      bar(3.25, 3.5, 'lock', 'failed'),
      bar(3.5, 6, 'computing'),
      bar(6, 6, 'sleep', 'cut-off'),
    ];
    const row = { bars } as Row;
    const { alone, mixed, shares, ends } = new RowIndex(row).merge(0, 10, 10, 10);
    expect(alone).toEqual([0, 3]);
    expect(mixed).toEqual([3, 6]);
    const share = (column: number, state: Bar['state']) =>
      shares[column * BAR_STATES.length + BAR_STATES.indexOf(state)];
    expect([share(3, 'sleep'), share(3, 'lock'), share(3, 'computing')]).toEqual([0.25, 0.25, 0]);
    expect([ends[3], ends[6]]).toEqual([END_FAILED, END_CUT_OFF]);
  });

  it('merge: takes no longer for more bars than fit, because it reads few of them', () => {
    const reads = (count: number) => {
      let read = 0;
      const bars = Array.from({ length: count }, (_, i) => ({
        get startMs() {
          read++;
          return i / count;
        },
        endMs: (i + 1) / count,
        state: 'sleep',
        end: null,
      }));
      const index = new RowIndex({ bars } as unknown as Row);
      index.merge(0, 1, 100, 1);
      read = 0;
      index.merge(0, 1, 100, 1);
      return read;
    };
    // With a hundred times as many bars, only the binary searches take more steps.
    expect(reads(100_000)).toBeLessThan(4 * reads(1000));
  });
});

describe('PassIndex', () => {
  it('totalsBetween: is the sum over all rows', () => {
    fc.assert(
      fc.property(logs, view, (log, [min, max]) => {
        for (const pass of timelineOf(log).passes) {
          const bars = pass.rows.flatMap((row) => row.bars);
          const totals = new PassIndex(pass).totalsBetween(min * 100, max * 100, 100);
          expectAlike(totals, slowly(bars, min * 100, max * 100, 100));
        }
      }),
    );
  });
});
