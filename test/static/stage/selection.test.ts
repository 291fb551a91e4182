/** Moving from bar to bar, in any run. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { causesOf } from '../../../server/timeline/causes.ts';
import type { PassTimeline } from '../../../server/timeline/model.ts';
import {
  barOfCause,
  find,
  type Passes,
  type Selection,
  type Step,
  step,
} from '../../../static/stage/selection.ts';
import { timelineOf } from '../../timeline/made-events.ts';
import { madeLog } from '../../timeline/made-logs.ts';
import { madeProgram, play } from '../../timeline/made-programs.ts';

/** Two charts with unrelated passes. */
const passes: fc.Arbitrary<Passes> = fc
  .tuple(madeLog, madeLog)
  .map((logs) => logs.map(({ events }) => timelineOf(events).passes[0] ?? null));
const steps = fc.array(fc.constantFrom<Step>('left', 'right', 'up', 'down', 'first', 'last'), {
  maxLength: 40,
});

const VIEW = { minMs: 0, maxMs: 1000 };
const barsOf = (all: Passes) =>
  all.flatMap(
    (pass) =>
      (pass as PassTimeline | null)?.rows.flatMap(({ bars }) =>
        bars.filter(({ state }) => state !== 'idle'),
      ) ?? [],
  );

describe('selection', () => {
  it('barOfCause: a bar of the row that caused it, in which the cause is', () => {
    fc.assert(
      fc.property(madeProgram, (program) => {
        const pass = timelineOf(play(program).events).passes[0]!;
        for (const cause of causesOf(pass)) {
          const { lane, slot, atMs } = cause.from;
          const at = barOfCause({ chart: 0, pass }, cause);
          expect(at).toMatchObject({ chart: 0, lane, slot });
          const { bar } = find([pass], at)!;
          expect(bar.startMs <= atMs && (bar.endMs ?? Number.POSITIVE_INFINITY) >= atMs).toBe(true);
        }
      }),
    );
  });

  it('step: always selects a bar that is not idle, whatever keys are pressed, if there is one', () => {
    fc.assert(
      fc.property(passes, steps, (all, keys) => {
        const bars = new Set(barsOf(all));
        let at: Selection | null = null;
        for (const key of keys) {
          at = step(all, at, key, VIEW);
          const found = find(all, at);
          if (bars.size === 0) expect(at).toBeNull();
          else expect(found && bars.has(found.bar)).toBe(true);
        }
      }),
    );
  });

  it('step: right visits every bar of a row in order, and left returns', () => {
    fc.assert(
      fc.property(passes, (all) => {
        let at = step(all, null, 'right', VIEW);
        if (at === null) return;
        at = step(all, at, 'first', VIEW);
        const row = find(all, at)?.row;
        const seen = [find(all, at)?.bar];
        for (let next = step(all, at, 'right', VIEW); next !== at; next = step(all, at, 'right', VIEW)) {
          at = next;
          seen.push(find(all, at)?.bar);
        }
        expect(seen).toEqual(row?.bars.filter(({ state }) => state !== 'idle'));
        const back: unknown[] = [find(all, at)?.bar];
        for (let next = step(all, at, 'left', VIEW); next !== at; next = step(all, at, 'left', VIEW)) {
          at = next;
          back.push(find(all, at)?.bar);
        }
        expect(back).toEqual(seen.toReversed());
      }),
    );
  });

  it('step: down reaches the last row of the last chart, skipping rows without bars', () => {
    fc.assert(
      fc.property(passes, (all) => {
        let at = step(all, null, 'down', VIEW);
        const rows = new Set<string>();
        for (let i = 0; i < 50; i++) {
          if (at) rows.add(`${at.chart} ${at.lane} ${at.slot}`);
          at = step(all, at, 'down', VIEW);
        }
        const filled = all.flatMap(
          (pass, chart) =>
            pass?.rows
              .filter(({ bars }) => bars.some(({ state }) => state !== 'idle'))
              .map(({ lane, slot }) => `${chart} ${lane} ${slot}`) ?? [],
        );
        expect([...rows]).toEqual(filled);
      }),
    );
  });

  it('find: returns null for a bar that does not exist', () => {
    expect(find([], { chart: 0, lane: 0, slot: null, bar: 0 })).toBeNull();
    expect(find([null], { chart: 0, lane: 0, slot: null, bar: 0 })).toBeNull();
    expect(find([], null)).toBeNull();
  });
});
