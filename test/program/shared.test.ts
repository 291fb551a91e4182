/** The memory of a process: a list and a counter, the same for all its threads. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { toJson } from '../../server/program/json.ts';
import { newMemory } from '../../server/program/memory.ts';
import { sharedApi as sharedApiOf } from '../../server/program/shared.ts';
import { VALUE_BYTES } from '../../server/protocol/asks.ts';
import type { Report } from '../../server/protocol/reports.ts';

const { reports, onReport } = vi.hoisted(() => ({ reports: [] as Report[], onReport: { call: () => {} } }));
vi.mock('../../server/program/emit.ts', () => ({
  emit: (report: Report) => {
    reports.push(report);
    onReport.call();
  },
}));
beforeEach(() => {
  reports.length = 0;
  onReport.call = () => {};
});

const noLines = { ofFrequentCall: () => undefined };
const sharedApi = (memory: SharedArrayBuffer, lane: number, job: number | null) =>
  sharedApiOf(memory, lane, job, noLines);

/** A value that survives JSON unchanged. */
const value = fc.jsonValue({ maxDepth: 2 }).filter((one) => JSON.stringify(one).length <= VALUE_BYTES / 6);

describe('toJson', () => {
  it('toJson: refuses values that have no form in JSON', () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    for (const bad of [() => 1, undefined, Symbol('s'), 1n, circular, { in: [2n] }]) {
      expect(() => toJson(bad)).toThrow(TypeError);
    }
    const throws = {
      toJSON() {
        throw new Error('not me');
      },
    };
    expect(() => toJson(throws)).toThrow(TypeError);
  });

  it('toJson: accepts a value up to the byte limit, and no more', () => {
    expect(toJson('é'.repeat((VALUE_BYTES - 2) / 2))).toHaveLength(VALUE_BYTES / 2 + 1);
    expect(() => toJson(`${'é'.repeat((VALUE_BYTES - 2) / 2)}x`)).toThrow(RangeError);
  });
});

describe('sharedApi: the list', () => {
  it('push: every value is there in order for all that share the memory, and has an event', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ value, lane: fc.nat(3) }), { maxLength: 20 }), (pushes) => {
        reports.length = 0;
        const memory = newMemory();
        const lanes = [0, 1, 2, 3].map((lane) => sharedApi(memory, lane, lane));
        for (const [n, { value: one, lane }] of pushes.entries()) expect(lanes[lane]?.push(one)).toBe(n + 1);
        const copies = pushes.map((one) => JSON.parse(JSON.stringify(one.value)));
        for (const lane of lanes) expect(lane.values()).toEqual(copies);
        expect(reports).toEqual(
          pushes.map(({ lane }, n) => {
            const written = { type: 'shared-written', key: 'list', value: copies[n], length: n + 1 };
            return { ...written, lane, job: lane };
          }),
        );
      }),
    );
  });

  it('push: readers get a copy', () => {
    const shared = sharedApi(newMemory(), 0, null);
    const own = { n: 1 };
    shared.push(own);
    own.n = 2;
    (shared.values()[0] as { n: number }).n = 3;
    expect(shared.values()).toEqual([{ n: 1 }]);
  });

  it('push: a value that cannot be copied is refused without an event, and the next one is accepted', () => {
    const shared = sharedApi(newMemory(), 0, null);
    expect(() => shared.push(() => 1)).toThrow(TypeError);
    expect(reports).toEqual([]);
    expect(shared.push('next')).toBe(1);
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['A function', { by: () => 1 }],
    ['A symbol', [Symbol('one')]],
    ['A bigint', { n: 1n }],
    ['NaN', [1, Number.NaN]],
    ['undefined in a list', [undefined]],
    ['A Map', { in: new Map([[1, 2]]) }],
    ['An Error', new Error('lost')],
    ['A Uint8Array', new Uint8Array(2)],
  ])('push: %s is no part of what can be copied, and nothing is made of it', (what, value) => {
    const shared = sharedApi(newMemory(), 0, null);
    expect(() => shared.push(value)).toThrow(`${what} cannot be copied to another lane.`);
    expect(shared.values()).toEqual([]);
  });

  it('push: plain objects, lists and objects with toJSON arrive as they are', () => {
    const shared = sharedApi(newMemory(), 0, null);
    const all = ['a', 1, true, null, [1, [2]], { a: { b: 1 } }, Object.assign(Object.create(null), { c: 3 })];
    for (const one of all) shared.push(one);
    shared.push(new Date(0));
    shared.push({ not: undefined });
    expect(shared.values()).toEqual([...all, '1970-01-01T00:00:00.000Z', {}]);
  });

  it('push: a full list throws, keeps its values, and stays usable for others', () => {
    const memory = newMemory();
    const shared = sharedApi(memory, 0, null);
    const large = 'x'.repeat(1000);
    let held = 0;
    expect(() => {
      for (;;) held = shared.push(large);
    }).toThrow('The shared list is full');
    expect(sharedApi(memory, 1, 1).values()).toEqual(Array(held).fill(large));
    expect(shared.push('small')).toBe(held + 1);
  });

  it('sharedApi: every memory has its own list and counter', () => {
    const [one, other] = [sharedApi(newMemory(), 1, 0), sharedApi(newMemory(), 2, 1)];
    one.push('mine');
    one.counter.add(3);
    expect(other.values()).toEqual([]);
    expect(other.counter.read()).toBe(0);
  });
});

describe('sharedApi: the counter', () => {
  it('counter: read, write and add work on a 32-bit number, each with an event', () => {
    const whole = fc.integer();
    const step = fc.oneof(
      fc.record({ do: fc.constant('write' as const), by: whole }),
      fc.record({ do: fc.constant('add' as const), by: whole }),
      fc.record({ do: fc.constant('read' as const), by: whole }),
    );
    // The only 32-bit number that is refused, because its negation is not one.
    const isAllowed = (n: number) => Math.abs(n) < 2 ** 31;
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        reports.length = 0;
        const { counter } = sharedApi(newMemory(), 1, 7);
        const expected: unknown[] = [];
        let now = 0;
        for (const { do: what, by } of steps) {
          if (what === 'write' && isAllowed(by)) {
            now = by;
            counter.write(by);
            expected.push({ type: 'shared-written', value: now, length: null });
          } else if (what === 'add') {
            now = (now + by) | 0;
            expect(counter.add(by)).toBe(now);
            expected.push({ type: 'shared-written', value: now, length: null, atomic: true });
          } else {
            expect(counter.read()).toBe(now);
            expected.push({ type: 'shared-read', value: now });
          }
        }
        expect(reports).toEqual(
          expected.map((one) => ({ ...(one as object), key: 'counter', lane: 1, job: 7 })),
        );
      }),
    );
  });

  it('counter: while an access is being reported, there is no other', () => {
    const memory = newMemory();
    const { counter } = sharedApi(memory, 1, 0);
    const seen: number[][] = [];
    onReport.call = () => {
      // The latch; any other word that is not 0 is the counter.
      const words = [...new Int32Array(memory, 0, 4)];
      seen.push([words[0] ?? 0, words[3] ?? 0]);
    };
    counter.write(5);
    counter.add(2);
    counter.read();
    expect(seen).toEqual([
      [5, 1],
      [7, 1],
      [7, 1],
    ]);
    expect(new Int32Array(memory, 0, 4)[3]).toBe(0);
  });

  it('counter: a value that is not a whole number of 32 bits is refused, and changes nothing', () => {
    const { counter } = sharedApi(newMemory(), 0, null);
    counter.write(5);
    for (const bad of [
      1.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      2 ** 31,
      '1' as never,
      undefined as never,
    ]) {
      expect(() => counter.write(bad)).toThrow(RangeError);
    }
    for (const bad of [0.5, Number.NaN, '1' as never]) expect(() => counter.add(bad)).toThrow(RangeError);
    expect(counter.read()).toBe(5);
  });
});
