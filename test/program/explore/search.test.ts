/** The search as a whole: what it counts, what it says of how it went about it, and its examples. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { search } from '../../../server/program/explore/search.ts';
import type { SearchBounds } from '../../../server/protocol/search.ts';
import { uniform } from '../../../server/spec/random.ts';
import { JAVASCRIPT } from '../../../server/spec/runtimes.ts';
import { ALL, everyday, LONG_MS } from '../../everyday.ts';
import { prepared } from '../../prepared.ts';
import { type MadeProgram, madeProgram, type Op, type Plain, textOf } from './made-program.ts';
import { type Searched, searchReally } from './searched.ts';
import { Simulated } from './simulated.ts';

const ANY: SearchBounds = { preemptions: null, schedules: 100_000 };

/** Searches a simulated program. */
async function searched(
  program: MadeProgram,
  bounds = ANY,
  seed = 1,
  limitMs?: number,
): Promise<Searched & { executions: number }> {
  const executor = new Simulated(program);
  const outcomes: Searched['outcomes'] = [];
  const ends: Searched['end'][] = [];
  const report: Parameters<typeof search>[2] = (fact) => {
    if (fact.type === 'outcome') outcomes.push(fact);
    if (fact.type === 'search-ended') ends.push(fact);
  };
  const order = { bounds, random: uniform(seed, 0), ...(limitMs !== undefined && { limitMs }) };
  await search(executor, order, report, async () => {});
  const [end] = ends;
  if (!end) throw new Error('The search has not ended.');
  return { end, outcomes, executions: executor.executions };
}

const ops = (...names: Plain['do'][]): Op[] => names.map((name) => ({ do: name }));
const program = (...jobs: Op[][]): MadeProgram => ({
  jobs: jobs.map((one) => [one]),
  main: null,
  limit: null,
});
const alike = (count: number, ...one: Op[]) => program(...Array.from({ length: count }, () => one));
const inLock = (lock: string, ...one: Op[]): Op[] => [
  { do: 'acquire', lock },
  ...one,
  { do: 'release', lock },
];

/** Programs whose orders can be counted on paper, with how many lead to what. */
const COUNTED: { what: string; program: MadeProgram; orders: number; failing: number }[] = [
  // n jobs of k accesses: (nk)! / (k!)^n. Only one after another do no updates get lost: n!.
  { what: 'two jobs of read and write', program: alike(2, ...ops('read', 'write')), orders: 6, failing: 4 },
  {
    what: 'three jobs of read and write',
    program: alike(3, ...ops('read', 'write')),
    orders: 90,
    failing: 84,
  },
  {
    what: 'four jobs of read and write',
    program: alike(4, ...ops('read', 'write')),
    orders: 2520,
    failing: 2496,
  },
  { what: 'six jobs of one access', program: alike(6, ...ops('add')), orders: 720, failing: 0 },
  {
    what: 'two jobs of five accesses',
    program: alike(2, ...ops('add', 'push', 'read', 'values', 'add')),
    orders: 252,
    failing: 0,
  },
  {
    what: 'a job of two and one of three',
    program: program(ops('add', 'add'), ops('push', 'push', 'push')),
    orders: 10,
    failing: 0,
  },
  // Each asks before the other releases, or after: whose request is first, and where the second's is among the two
  // other steps of the first.
  { what: 'two jobs with one lock', program: alike(2, ...inLock('a', ...ops('add'))), orders: 6, failing: 0 },
  // Three requests and three releases, the k-th of which comes after k requests: Catalan's 5, with 3! orders.
  { what: 'three jobs with one lock', program: alike(3, ...inLock('a')), orders: 30, failing: 0 },
  // Stuck if both have one lock: 2 orders of the first requests, and 2 of the second. If one has both, the other's first
  // request comes before the release of its lock, between the releases or after them, and its second before or after
  // the last release, if that is still to come: 5.
  {
    what: 'two jobs with two locks in turn',
    program: program(inLock('a', ...inLock('b')), inLock('b', ...inLock('a'))),
    orders: 14,
    failing: 4,
  },
  // The message is there before the get, or after.
  { what: 'a put and a get', program: program(ops('put'), ops('get')), orders: 2, failing: 0 },
  { what: 'a put and two gets', program: program(ops('put'), ops('get'), ops('get')), orders: 6, failing: 6 },
  // A notify that comes before the wait is lost: acquire, wait; notify; release, once it was notified.
  {
    what: 'a wait and a notify',
    program: program(
      [
        { do: 'acquire', lock: 'a' },
        { do: 'wait', lock: 'a' },
        { do: 'release', lock: 'a' },
      ],
      [{ do: 'notify', all: false }],
    ),
    orders: 3,
    failing: 2,
  },
];

test.each(COUNTED)(
  'search: $what have $orders orders, of which $failing fail',
  async ({ program, orders, failing }) => {
    const { end, outcomes } = await searched(program);
    expect(end).toMatchObject({ method: 'every', isComplete: true, orders, failing, schedules: orders });
    expect(outcomes.reduce((sum, one) => sum + one.orders, 0)).toBe(orders);
  },
);

describe('in real processes', () => {
  let folder: string;
  let entry: string;
  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'playground-search-'));
    entry = (await prepared().build(folder)).entry;
  });
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  const cases = everyday(COUNTED, 12).flatMap((one) =>
    (ALL ? JAVASCRIPT : (['node'] as const)).map((runtime) => ({ ...one, runtime })),
  );
  test.each(cases)(
    'search: $what have $orders orders on $runtime',
    async ({ program, orders, failing, runtime }) => {
      const { end } = await searchReally({ entry, runtime }, textOf(program), { jobs: program.jobs.length });
      expect(end).toMatchObject({ method: 'every', isComplete: true, orders, failing });
    },
  );

  test(
    'search: what lanes really do is what is simulated',
    async () => {
      let tried = 0;
      for (const made of fc.sample(madeProgram, { seed: 3, numRuns: 100 })) {
        const simulated = await searched(made);
        // Some are left out, because they take long.
        if (simulated.end.method !== 'every' || simulated.end.orders > (ALL ? 1000 : 60)) continue;
        const real = await searchReally({ entry }, textOf(made), { jobs: made.jobs.length });
        const { executions: _, ...expected } = simulated;
        expect(real, textOf(made)).toEqual(expected);
        if (++tried === (ALL ? 40 : 2)) break;
      }
      expect(tried).toBeGreaterThanOrEqual(2);
    },
    LONG_MS,
  );

  test.each(JAVASCRIPT)(
    'search: on %s, a job that kills its process ends the order, and is named',
    async (runtime) => {
      // Only if job 1 comes first: what job 0 adds is then never added.
      const text = `export async function job(n, { shared }) {
  if (shared.counter.add(1) === 1 && n === 1) process.kill(process.pid, 'SIGKILL');
}`;
      const { end, outcomes } = await searchReally({ entry, runtime }, text, { jobs: 2 });
      expect(end).toMatchObject({ orders: 2, failing: 1, isComplete: true });
      expect(outcomes.map(({ schedule, counter, failed }) => ({ schedule, counter, failed }))).toEqual([
        { schedule: '2', counter: 1, failed: [{ job: 1, error: 'Its process was killed by SIGKILL.' }] },
        { schedule: '1-2', counter: 2, failed: [] },
      ]);
      const others = 'export async function job() { process.kill(process.ppid); }';
      const [outcome] = (await searchReally({ entry, runtime }, others, { jobs: 1 })).outcomes;
      expect(outcome?.failed[0]?.error).toContain('process.kill cannot reach another process');
    },
  );
});

describe('beyond what is enumerated', () => {
  const many = alike(3, ...ops('read', 'read', 'read', 'write'));
  const deadlock = program(
    [...ops('read', 'read', 'read', 'read', 'read', 'read'), ...inLock('a', ...inLock('b'))],
    [...ops('read', 'read', 'read', 'read', 'read', 'read'), ...inLock('b', ...inLock('a'))],
  );

  test('search: is reduced, finds all outcomes, and says what it counts', async () => {
    const { end, outcomes } = await searched(many);
    expect(end).toMatchObject({ method: 'reduced', isComplete: true, probability: null });
    // The writes come in 6 orders. Of each job the three reads are put among the k writes that come before its own.
    expect(end.orders).toBeGreaterThanOrEqual(6);
    expect(outcomes.reduce((sum, one) => sum + one.orders, 0)).toBe(end.orders);
    expect(outcomes.map(({ counter }) => counter).sort()).toEqual([1, 2, 3]);
  });

  test('search: an example has as few switches as can be', async () => {
    const { end, outcomes } = await searched(deadlock);
    expect(end.method).toBe('reduced');
    const [stuck] = outcomes;
    expect(stuck).toMatchObject({ isFailing: true, isDeadlock: true, switches: 1 });
  });

  test('search: with a bound, a fault is found with the preemptions that it needs', async () => {
    const without = await searched(deadlock, { ...ANY, preemptions: 0 });
    expect(without.end).toMatchObject({
      method: 'every',
      isComplete: true,
      preemptions: 0,
      failing: 0,
      orders: 2,
    });
    const one = await searched(deadlock, { ...ANY, preemptions: 1 });
    expect(one.end).toMatchObject({ isComplete: true, preemptions: 1 });
    expect(one.outcomes[0]).toMatchObject({ isDeadlock: true, switches: 1 });
  });

  test('search: what is left is drawn at random, with the probability of this program', async () => {
    const { end, executions } = await searched(alike(4, ...ops('read', 'add', 'read', 'add', 'read')), {
      ...ANY,
      schedules: 2000,
    });
    expect(end).toMatchObject({ method: 'random', isComplete: false, schedules: executions });
    expect(executions).toBeLessThanOrEqual(2000);
    // Four jobs and main; 20 steps, and a quarter more.
    expect(end.probability).toEqual({ perSchedule: 1 / (5 * 25 ** 2), depth: 3 });
  });

  test('search: of orders drawn at random, as many find a fault as is claimed', async () => {
    const { end } = await searched(alike(8, ...ops('read', 'write', 'read', 'write')), {
      ...ANY,
      schedules: 1500,
    });
    expect(end.method).toBe('random');
    expect(end.failing / end.orders).toBeGreaterThan(end.probability?.perSchedule ?? 1);
  });

  test('search: says what ended it, whichever kind it is, unless it ended by itself', async () => {
    const race = alike(2, ...ops('read', 'write'));
    const endOf = async (made: MadeProgram, bounds: Partial<SearchBounds>, limitMs?: number) => {
      const { end } = await searched(made, { ...ANY, ...bounds }, 1, limitMs);
      return [end.method, end.isComplete, end.endedBy, end.schedules];
    };
    expect(await endOf(race, { schedules: 5 })).toEqual(['every', false, 'schedules', 5]);
    expect(await endOf(race, {}, 0)).toEqual(['every', false, 'time', 1]);
    expect(await endOf(race, { preemptions: 1, schedules: 3 })).toEqual(['every', false, 'schedules', 3]);
    expect(await endOf(race, { preemptions: 1 }, 0)).toEqual(['every', false, 'time', 1]);
    // At its bound, there was nothing left to try.
    expect(await endOf(race, { schedules: 6 })).toEqual(['every', true, undefined, 6]);
    const [, , , within] = await endOf(race, { preemptions: 1 });
    const bounded = { preemptions: 1, schedules: Number(within) };
    expect(await endOf(race, bounded)).toEqual(['every', true, undefined, within]);
    expect((await endOf(many, {})).slice(0, 3)).toEqual(['reduced', true, undefined]);
    const huge = alike(8, ...ops('read', 'add', 'read', 'add'));
    expect(await endOf(huge, { schedules: 2000 })).toEqual(['random', false, 'schedules', 2000]);
    const [, isComplete, endedBy] = await endOf(huge, { schedules: 1e9 }, 800);
    expect([isComplete, endedBy]).toEqual([false, 'time']);
  });

  test('search: a program that spins is scheduled fairly, and what is cut off fails not', async () => {
    const { end, outcomes } = await searched(program([{ do: 'spin' }, { do: 'push' }], ops('push', 'write')));
    expect(end).toMatchObject({ isComplete: false, failing: 0 });
    const cut = outcomes.filter(({ isCut }) => isCut);
    expect(cut.map(({ isFailing, list }) => ({ isFailing, list }))).toEqual([{ isFailing: false, list: [] }]);
    expect(outcomes.find(({ isCut }) => !isCut)).toMatchObject({ list: [1, 0], counter: 2 });
    // Without fairness, each number of looks would be an order of its own.
    expect(end.orders).toBeLessThan(50);
  });

  test('search: a program that spins forever ends within its bounds', async () => {
    const { end } = await searched(alike(2, { do: 'spin' }), { ...ANY, schedules: 50 });
    expect(end).toMatchObject({ isComplete: false, failing: 0 });
    expect(end.schedules).toBeLessThanOrEqual(50);
  });
});
