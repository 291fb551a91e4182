/** Programs as data, for tests: simulated (simulated.ts), or as text that lanes execute. */
import fc from 'fast-check';

/** Accesses of one kind. */
export type Plain = { do: 'read' | 'write' | 'add' | 'push' | 'values' | 'put' | 'get' | 'size' };

/** What a job does. `write` writes what was read last, plus 1; `skip` skips the next accesses if that is odd. */
export type Op =
  | Plain
  | { do: 'sleep' | 'fail' | 'take' | 'give' }
  | { do: 'acquire' | 'release'; lock: string }
  | { do: 'wait'; lock: string }
  | { do: 'notify'; all: boolean }
  | { do: 'skip'; count: number }
  /** Reads until it is not 0. */
  | { do: 'spin' }
  /** Main alone: starts the jobs, limits the queue. */
  | { do: 'start' }
  | { do: 'limit'; length: number };

/** A job: what it does one after another, in several functions at once if there is more than one. */
export type MadeJob = readonly (readonly Op[])[];

/** A program. `main`: what its own main does between starting the jobs and joining them, null if it has none. */
export type MadeProgram = { jobs: readonly MadeJob[]; main: readonly Op[] | null; limit: number | null };

/** The permits of the semaphore. */
export const PERMITS = 1;

export function textOf({ jobs, main, limit }: MadeProgram): string {
  const api = '{ shared, queue, lock, condition, semaphore, sleep }';
  const cases = jobs.map(
    (job, n) => `  if (n === ${n}) await Promise.all([${job.map(functionOf).join(', ')}]);`,
  );
  const lines = ['// @ts-nocheck', `export async function job(n, ${api}) {`, ...cases, '}'];
  if (main)
    lines.push(
      `export async function main({ jobs, start, join, ...rest }) {`,
      `  const ${api} = rest; const n = null;`,
      '  const started = [];',
      `  await ${functionOf(opsOfMain(main, limit))};`,
      '  for (const one of started) await join(one);',
      '}',
    );
  return `${lines.join('\n')}\n`;
}

/** Returns what main does. */
export function opsOfMain(main: readonly Op[], limit: number | null): Op[] {
  return [...(limit === null ? [] : [{ do: 'limit', length: limit } as const]), { do: 'start' }, ...main];
}

function functionOf(ops: readonly Op[]): string {
  let text = 'let seen = 0; ';
  const closeAt: number[] = [];
  for (const [at, op] of ops.entries()) {
    text += '}'.repeat(closeAt.filter((one) => one === at).length);
    text += `${textOfOp(op)} `;
    if (op.do === 'skip') closeAt.push(Math.min(ops.length, at + 1 + op.count));
  }
  return `(async () => { ${text}${'}'.repeat(closeAt.filter((one) => one === ops.length).length)} })()`;
}

function textOfOp(op: Op): string {
  switch (op.do) {
    case 'read':
      return 'seen = shared.counter.read();';
    case 'write':
      return 'shared.counter.write(seen + 1);';
    case 'add':
      return 'seen = shared.counter.add(1);';
    case 'push':
      return 'seen = shared.push(n);';
    case 'values':
      return 'seen = shared.values().length;';
    case 'put':
      return 'await queue.put(n);';
    case 'get':
      return 'seen = await queue.get() ?? 0;';
    case 'size':
      return 'seen = queue.size;';
    case 'sleep':
      return 'await sleep(0.01);';
    case 'fail':
      return "throw new Error('Failed.');";
    case 'take':
      return `await semaphore('s', ${PERMITS}).acquire();`;
    case 'give':
      return `semaphore('s', ${PERMITS}).release();`;
    case 'acquire':
      return `await lock('${op.lock}').acquire();`;
    case 'release':
      return `lock('${op.lock}').release();`;
    case 'wait':
      return `await condition('c').wait(lock('${op.lock}'));`;
    case 'notify':
      return op.all ? "condition('c').notifyAll();" : "condition('c').notify();";
    case 'spin':
      return 'while (shared.counter.read() === 0);';
    case 'start':
      return 'for (let n = 0; n < jobs; n++) started.push(await start(n));';
    case 'limit':
      return `queue.limit(${op.length});`;
    case 'skip':
      return 'if (seen % 2 === 0) {';
  }
}

const access = fc.constantFrom<Op>(
  { do: 'read' },
  { do: 'write' },
  { do: 'write' },
  { do: 'add' },
  { do: 'push' },
  { do: 'values' },
  { do: 'put' },
  { do: 'get' },
  { do: 'size' },
);
const lockName = fc.constantFrom('a', 'b');

/** Some steps within a lock, a permit, or nothing. */
const block: fc.Arbitrary<Op[]> = fc.oneof(
  { weight: 5, arbitrary: access.map((op) => [op]) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(lockName, fc.array(access, { maxLength: 2 }), fc.constantFrom('', 'wait', 'notify', 'all'))
      .map(([lock, within, extra]): Op[] => [
        { do: 'acquire', lock },
        ...within,
        ...(extra === 'wait' ? [{ do: 'wait', lock } as const] : []),
        ...(extra === 'notify' || extra === 'all' ? [{ do: 'notify', all: extra === 'all' } as const] : []),
        { do: 'release', lock },
      ]),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(lockName, lockName).map(([outer, inner]): Op[] =>
      outer === inner
        ? [{ do: 'notify', all: false }]
        : [
            { do: 'acquire', lock: outer },
            { do: 'acquire', lock: inner },
            { do: 'release', lock: inner },
            { do: 'release', lock: outer },
          ],
    ),
  },
  { weight: 1, arbitrary: access.map((op): Op[] => [{ do: 'take' }, op, { do: 'give' }]) },
);

/** Something that only a job of one function does: it may fail, or do what depends on what it saw. */
const branch: fc.Arbitrary<Op[]> = fc.oneof(
  { weight: 3, arbitrary: block },
  { weight: 1, arbitrary: access.map((op): Op[] => [{ do: 'read' }, { do: 'skip', count: 1 }, op]) },
  { weight: 1, arbitrary: fc.constant<Op[]>([{ do: 'read' }, { do: 'skip', count: 1 }, { do: 'fail' }]) },
);

const strand = fc
  .array(
    fc.oneof({ weight: 4, arbitrary: block }, { weight: 2, arbitrary: fc.constant<Op[]>([{ do: 'sleep' }]) }),
    {
      minLength: 1,
      maxLength: 2,
    },
  )
  .map((blocks) => blocks.flat());

const job: fc.Arbitrary<MadeJob> = fc.oneof(
  { weight: 4, arbitrary: fc.array(branch, { minLength: 1, maxLength: 3 }).map((blocks) => [blocks.flat()]) },
  { weight: 1, arbitrary: fc.array(strand, { minLength: 2, maxLength: 2 }) },
);

/** Small programs. */
export const madeProgram: fc.Arbitrary<MadeProgram> = fc.record({
  jobs: fc.array(job, { minLength: 2, maxLength: 3 }),
  main: fc.option(fc.array(access, { maxLength: 2 }), { freq: 3 }),
  limit: fc.constantFrom(null, null, 1),
});
