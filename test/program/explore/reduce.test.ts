/** What a reduced or bounded search finds, against all orders. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { enumerateBounded } from '../../../server/program/explore/bounded.ts';
import { enumerate, switchesOf } from '../../../server/program/explore/enumerate.ts';
import type { Executor } from '../../../server/program/explore/execution.ts';
import { Findings } from '../../../server/program/explore/findings.ts';
import { reduce } from '../../../server/program/explore/reduce.ts';
import { ALL } from '../../everyday.ts';
import { type MadeJob, type MadeProgram, madeProgram, type Op } from './made-program.ts';
import { Simulated } from './simulated.ts';

/** Programs with more orders are left out: all of them are tried. */
const MOST_ORDERS = 600;

/** Returns the outcomes of all orders; null if there are too many. */
async function ofAll(executor: Executor): Promise<Set<string> | null> {
  const outcomes = new Set<string>();
  let orders = 0;
  const isAll = await enumerate(executor, ({ ending }) => {
    outcomes.add(JSON.stringify(ending));
    return ++orders < MOST_ORDERS;
  });
  return isAll ? outcomes : null;
}

/** Returns the outcomes of the reduced search, and how many executions it took. */
async function ofReduced(executor: Executor) {
  const outcomes = new Set<string>();
  const findings = new Findings();
  let executions = 0;
  const isAll = await reduce(executor, (execution) => {
    executions++;
    if (!execution) return executions < MOST_ORDERS;
    outcomes.add(JSON.stringify(execution.ending));
    findings.add(execution);
    return executions < MOST_ORDERS;
  });
  return { isAll, outcomes, executions, findings };
}

/** A program whose jobs each do the same. */
function alike(count: number, ...ops: Op[]): MadeProgram {
  const job: MadeJob = [ops];
  return { jobs: Array.from({ length: count }, () => job), main: null, limit: null };
}

/** How many programs with all orders known are compared, everyday and at least with `ALL=1`. */
const COMPARED = ALL ? 500 : 150;

test(`reduce: of ${COMPARED} programs, exactly the outcomes of all orders are found`, async () => {
  let programs = 0;
  for (const program of fc.sample(madeProgram, { seed: 15, numRuns: ALL ? 3000 : 1000 })) {
    const all = await ofAll(new Simulated(program));
    if (!all) continue;
    const { isAll, outcomes } = await ofReduced(new Simulated(program));
    expect({ isAll, outcomes: [...outcomes].sort() }, JSON.stringify(program)).toEqual({
      isAll: true,
      outcomes: [...all].sort(),
    });
    if (++programs === COMPARED && !ALL) break;
  }
  expect(programs).toBeGreaterThanOrEqual(COMPARED);
});

// Writes can come in n! orders; the job that writes k-th can read before any of the k writes, its own included.
test.each([
  { jobs: 2, orders: 4 },
  { jobs: 3, orders: 36 },
  { jobs: 4, orders: 576 },
])('reduce: $jobs jobs of read and write have $orders orders that matter', async ({ jobs, orders }) => {
  const found = await ofReduced(new Simulated(alike(jobs, { do: 'read' }, { do: 'write' })));
  expect(found).toMatchObject({ isAll: true, executions: orders });
  expect(found.findings.orders.classes).toBe(orders);
});

test('reduce: jobs that share nothing, or only read, have one order that matters', async () => {
  const { executions } = await ofReduced(
    new Simulated(alike(5, { do: 'read' }, { do: 'values' }, { do: 'size' })),
  );
  expect(executions).toBe(1);
});

const [READ, WRITE, ADD, PUSH, PUT, GET] = (['read', 'write', 'add', 'push', 'put', 'get'] as const).map(
  (name): Op => ({ do: name }),
) as [Op, Op, Op, Op, Op, Op];
const SLEEP: Op = { do: 'sleep' };
const FAIL: Op = { do: 'fail' };
const ACQUIRE: Op = { do: 'acquire', lock: 'a' };
const RELEASE: Op = { do: 'release', lock: 'a' };

test.each<{ what: string; jobs: MadeJob[]; main?: Op[] }>([
  {
    what: 'main fails, whatever the jobs have yet to do',
    jobs: [[[ADD, PUSH]], [[ADD]]],
    main: [READ, FAIL],
  },
  {
    what: 'a job waits for two sleeps',
    jobs: [
      [
        [SLEEP, ADD, ADD],
        [SLEEP, WRITE],
      ],
    ],
  },
  {
    what: 'a message comes before a sleep ends, or after',
    jobs: [
      [
        [SLEEP, ADD, ADD],
        [GET, WRITE],
      ],
      [[PUT]],
    ],
  },
  {
    what: 'a job fails while it waits for a lock',
    jobs: [[[ACQUIRE, RELEASE]], [[ACQUIRE], [ADD, FAIL]], [[ACQUIRE]]],
  },
  {
    what: 'a wait asks for its lock again when it is notified',
    jobs: [
      [[ACQUIRE, { do: 'wait', lock: 'a' }, PUSH, RELEASE]],
      [[{ do: 'notify', all: false }]],
      [[ACQUIRE, PUSH, RELEASE]],
    ],
  },
])('reduce: all outcomes are found if $what', async ({ jobs, main = null }) => {
  const program: MadeProgram = { jobs, main, limit: null };
  const all = await ofAll(new Simulated(program));
  expect(all?.size).toBeGreaterThan(1);
  expect((await ofReduced(new Simulated(program))).outcomes).toEqual(all);
});

test('bounded: the orders with no preemption, then one, and so on are all orders', async () => {
  const program = alike(3, { do: 'read' }, { do: 'write' });
  const counts: number[] = [];
  for (let preemptions = 0; ; preemptions++) {
    let orders = 0;
    const end = await enumerateBounded(
      new Simulated(program),
      { preemptions, isFair: false },
      (execution) => {
        expect(switchesOf(execution)).toBeLessThanOrEqual(preemptions);
        orders++;
        return true;
      },
    );
    counts.push(orders);
    if (end === 'all') break;
  }
  // Without a preemption, jobs come one after another.
  expect([counts[0], counts.at(-1)]).toEqual([6, 90]);
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
});
