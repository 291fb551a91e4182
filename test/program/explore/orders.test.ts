/** The orders of small programs, executed with real threads: their numbers, counted on paper, and their replays. */
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { Report, Stamped } from '../../../server/protocol/reports.ts';
import type { Mode } from '../../../server/spec/modes.ts';
import { JAVASCRIPT } from '../../../server/spec/runtimes.ts';
import { ALL, LONG_MS } from '../../everyday.ts';
import { type OrderedProcesses, orderedProcesses, SEARCH } from './ordered-process.ts';

const PROGRAMS = {
  update: `export async function job(n, { shared }) {
    const seen = shared.counter.read();
    shared.counter.write(seen + 1);
  }`,
  add: 'export async function job(n, { shared }) { shared.counter.add(1); shared.counter.add(1); }',
  push: 'export async function job(n, { shared }) { shared.push(n); }',
  locked: `export async function job(n, { shared, lock }) {
    await lock('a').acquire();
    const seen = shared.counter.read();
    shared.counter.write(seen + 1);
    lock('a').release();
  }`,
  crossed: `export async function job(n, { shared, lock }) {
    const [first, second] = n === 0 ? ['a', 'b'] : ['b', 'a'];
    await lock(first).acquire();
    await lock(second).acquire();
    shared.counter.add(1);
    lock(second).release();
    lock(first).release();
  }`,
  ownGet: `export async function job(n, { queue }) {
    const got = queue.get();
    await queue.put(n);
    await got;
  }`,
  permit: `export async function job(n, { shared, semaphore }) {
    const one = semaphore('s', 1);
    await one.acquire();
    const seen = shared.counter.read();
    shared.counter.write(seen + 1);
    one.release();
  }`,
  notified: `export async function job(n, { lock, condition }) {
    if (n === 1) return condition('c').notify();
    await lock('a').acquire();
    await condition('c').wait(lock('a'));
    lock('a').release();
  }`,
  slept: `export async function job(n, { shared, sleep }) {
    const seen = shared.counter.read();
    await sleep(0.1);
    shared.counter.write(seen + 1);
  }`,
  oneAfterOther: `export async function job(n, { shared }) { shared.push(n); }
  export async function main({ jobs, start, join }) {
    for (let n = 0; n < jobs; n++) await join(await start(n));
  }`,
  mainToo: `export async function job(n, { shared }) { shared.counter.read(); }
  export async function main({ start, join, shared }) {
    const started = await start(0);
    shared.counter.write(5);
    await join(started);
    shared.counter.read();
  }`,
  checked: `export async function job(n, { shared }) { shared.push(n); return n * 10; }
  export function check({ shared, results }) {
    if (shared.list[0] !== 0 || results[1] !== 10) throw new Error('job 0 must be first');
  }`,
  exits: `export async function job(n, { shared }) {
    shared.counter.add(1);
    if (n === 1) process.exit(3);
    shared.counter.add(1);
  }`,
  exitsAsDeno: `export async function job(n, { shared }) {
    shared.counter.add(1);
    if (n === 1) (globalThis.Deno ?? process).exit(3);
    shared.counter.add(1);
  }`,
  mainExits: `export async function job(n, { shared }) { shared.counter.add(1); }
  export async function main({ start, join }) {
    await start(0);
    process.exit(3);
  }`,
  unsettled: 'await new Promise(() => {}); export async function job() {}',
} as const;

let processes: OrderedProcesses;
beforeAll(async () => {
  processes = await orderedProcesses(PROGRAMS);
});
afterAll(() => processes.end());

/** How many orders a program has with a pool of two, and how many of them fail. */
const POOLED = ['checked', 3, 4, 2, 'the third job takes the lane of the first that ends'] as const;

const of = <T extends Report['type']>(reports: Stamped[], type: T) =>
  reports.flatMap(({ report }) => (report.type === type ? [report as Extract<Report, { type: T }>] : []));

/** How many orders a program has, and how many of them fail. */
const COUNTED: [keyof typeof PROGRAMS, Mode, number, number, number, string][] = [
  ['update', 'threads', 2, 6, 4, '4! / (2! 2!) sequences; only one job after the other goes well'],
  ['update', 'threads', 3, 90, 84, '6! / (2! 2! 2!); 3! go well'],
  ['add', 'threads', 2, 6, 0, '4! / (2! 2!)'],
  ['push', 'threads', 3, 6, 0, '3!, each with its own list'],
  [
    'locked',
    'threads',
    2,
    8,
    0,
    'the second request is before the read, the write, the release or after it; twice',
  ],
  ['crossed', 'threads', 2, 18, 4, 'both have their first lock before either asks for its second: 2 · 2'],
  ['ownGet', 'threads', 2, 6, 0, '4! / (2! 2!); a put may be got by the other'],
  ['permit', 'threads', 2, 8, 0, 'as with a lock'],
  [
    'notified',
    'threads',
    2,
    3,
    2,
    'before the request, before the wait, or after it; the first two are lost',
  ],
  ['slept', 'threads', 2, 6, 4, 'a sleep proves nothing'],
  ['slept', 'event-loop', 2, 2, 2, 'both read before either sleep ends'],
  ['update', 'event-loop', 2, 1, 0, 'a job runs until it waits'],
  ['oneAfterOther', 'threads', 3, 1, 0, 'the next starts when the one before has ended'],
  ['mainToo', 'threads', 1, 2, 0, 'the read is before the write or after it'],
  ['checked', 'threads', 2, 2, 1, 'the check refuses one of two'],
];
/** What an everyday run tries. */
const EVERYDAY = new Set([
  'update threads 3',
  'crossed threads 2',
  'notified threads 2',
  'slept event-loop 2',
]);

describe.each(JAVASCRIPT)('%s', (runtime) => {
  const isTried = (name: string) => ALL || (runtime === 'node' && EVERYDAY.has(name));

  for (const [program, mode, jobs, orders, failing, why] of COUNTED)
    test.skipIf(!isTried(`${program} ${mode} ${jobs}`))(
      `search, ${program}, ${mode}, ${jobs} jobs: ${orders} orders, of which ${failing} fail: ${why}`,
      async () => {
        const reports = await processes.execute(program, SEARCH, { runtime, mode, jobs });
        expect(of(reports, 'search-ended')).toMatchObject([
          { orders, failing, method: 'every', isComplete: true, module: 'kept' },
        ]);
        const outcomes = of(reports, 'outcome');
        expect(outcomes.reduce((sum, outcome) => sum + outcome.orders, 0)).toBe(orders);
      },
    );

  const [pooled, jobs, orders, failing, why] = POOLED;
  test.skipIf(!isTried('crossed threads 2'))(
    `search, ${pooled}, a pool, ${jobs} jobs: ${orders} orders, of which ${failing} fail: ${why}`,
    async () => {
      const reports = await processes.execute(pooled, SEARCH, { runtime, jobs, maxLanes: 2, reuse: true });
      expect(of(reports, 'search-ended')).toMatchObject([{ orders, failing, isComplete: true }]);
    },
  );

  test.each([
    ['exits', 'threads'],
    ['exits', 'event-loop'],
    ['exitsAsDeno', 'threads'],
    ['exitsAsDeno', 'event-loop'],
    ['mainExits', 'threads'],
  ] as const)('search, %s, %s: every order ends with the exit, every time', async (program, mode) => {
    // On Deno, what exits goes on for a while: once in a few times, it was faster than its own end.
    for (let n = 0; n < (runtime === 'deno' || ALL ? 4 : 1); n++) {
      const reports = await processes.execute(program, SEARCH, { runtime, mode });
      const [ended] = of(reports, 'search-ended');
      expect(ended?.isComplete).toBe(true);
      expect(ended?.failing).toBe(ended?.orders);
      for (const { failed } of of(reports, 'outcome'))
        expect(failed).toContainEqual(expect.objectContaining({ error: 'The thread exited with code 3.' }));
    }
  });

  it('search: an await outside of functions that never ends is said to', async () => {
    const reports = await processes.execute('unsettled', SEARCH, { runtime });
    const said = of(reports, 'log').map(({ text }) => text);
    expect(said).toEqual(['The program cannot be loaded: An await outside of its functions never ends.']);
  });

  test.skipIf(!isTried('crossed threads 2'))(
    'schedule: the same one has the same events each time, whatever else the machine does',
    async () => {
      const found = of(await processes.execute('crossed', SEARCH, { runtime }), 'outcome');
      const schedules = found.map(({ schedule }) => schedule);
      expect(schedules).toHaveLength(2);
      for (const [index, schedule] of schedules.entries()) {
        // A deadlock is found, and ended, by the server: main's join, and each job's wait for both locks.
        const waits = found[index]?.isDeadlock ? 5 : undefined;
        const first = await facts(schedule);
        for (let n = 1; n < (ALL ? 100 : 2); n++) expect(await facts(schedule)).toEqual(first);
        expect(first.length).toBeGreaterThan(10);
        async function facts(schedule: string) {
          const order = { kind: 'schedule', schedule, isQuiet: false } as const;
          const reports = await processes.execute('crossed', order, { runtime, waits });
          return reports.filter(({ report }) => report.type !== 'bye');
        }
      }
    },
    LONG_MS,
  );
});

test.skipIf(!ALL)('schedule: it has the same events on both runtimes', async () => {
  const order = { kind: 'schedule', schedule: '1-2-1-2', isQuiet: false } as const;
  const [first, second] = await Promise.all(
    JAVASCRIPT.map(async (runtime) => {
      const reports = await processes.execute('update', order, { runtime });
      return reports.filter(({ report }) => report.type !== 'bye');
    }),
  );
  expect(first).toEqual(second);
  expect(of(first ?? [], 'shared-written').map(({ value }) => value)).toEqual([1, 1]);
});
