/** The sentence of the same run on every runtime, from results made by hand. */
import { expect, it } from 'vitest';
import type { Family } from '../../server/figures/family.ts';
import { type RunResult, resultOf } from '../../server/figures/result.ts';
import type { Status } from '../../server/protocol/facts.ts';
import type { Mode } from '../../server/spec/modes.ts';
import type { Runtime } from '../../server/spec/runtimes.ts';
import type { Spec } from '../../server/spec/spec.ts';
import { familySentence } from '../../server/words/family-sentence.ts';

type Times = Partial<Record<Mode, number>>;

function result(times: Times, status: Status | null): RunResult {
  const passes = Object.entries(times).map(([mode, wallMs]) => {
    return { mode: mode as Mode, status: 'completed' as const, wallMs, cpuMs: 90, cores: 2, order: [0, 1] };
  });
  return { ...resultOf([]), status, passes };
}

/** Makes a family of runs with the given times in ms; a run with a status that is not `completed` has none. */
function family(
  modes: Mode[],
  runs: Partial<Record<Runtime, Times | Status>>,
  status: Status | null = 'completed',
): Family {
  const everyRuntime: Runtime[] = ['node', 'deno', 'python'];
  const spec: Spec = {
    lesson: 'gil',
    code: '',
    modes,
    runtime: 'node',
    jobs: 2,
    workers: null,
    minSeconds: 1,
    maxSeconds: 1,
    work: 'compute',
    seed: 1,
    everyRuntime,
  };
  return {
    id: 'f',
    person: 'p',
    kind: 'runtimes',
    count: 3,
    createdAt: 0,
    status,
    spec,
    runs: everyRuntime.flatMap((runtime, i) => {
      const one = runs[runtime];
      if (one === undefined) return [];
      const ended = typeof one === 'string' ? result({}, one) : result(one, 'completed');
      return [{ id: runtime, number: i + 1, createdAt: 0, result: ended }];
    }),
  };
}

it('familySentence: the times of each runtime in the modes that differ, and one range in the others', () => {
  expect(
    familySentence(
      family(['sequential', 'threads'], {
        node: { sequential: 2010, threads: 1050 },
        deno: { sequential: 2040, threads: 1120 },
        python: { sequential: 2090, threads: 2080 },
      }),
    ),
  ).toBe(
    'Threads beat one by one on Node.js and Deno, but not on Python: in threads Node.js took 1.1 s, Deno 1.1 s and Python 2.1 s; one by one all 3 took 2.0 to 2.1 s.',
  );
});

it('familySentence: what gained on every runtime, or on none, is not said to be a matter of the runtime', () => {
  const all = (threads: number) => ({ sequential: 2000, threads });
  const said = (node: number, python: number) =>
    familySentence(
      family(['sequential', 'threads'], { node: all(node), deno: all(node), python: all(python) }),
    );
  expect(said(1000, 1400)).toMatch(/^In threads/);
  // One just reached what counts as a gain, the other just missed it.
  expect(said(1690, 1750)).not.toContain('beat');
  const runs = { node: all(1990), deno: all(1000), python: all(2000) };
  expect(familySentence(family(['sequential', 'threads'], runs))).toMatch(
    /^Threads beat one by one on Deno, but not on Node\.js or Python: /,
  );
  expect(said(2000, 1990)).toMatch(/^One by one all 3|^In threads all 3/);
});

it('familySentence: runtimes whose times differ by noise alone are not told apart', () => {
  const all = { sequential: 3 };
  expect(familySentence(family(['sequential'], { node: all, deno: { sequential: 12 }, python: all }))).toBe(
    'One by one all 3 took 3 to 12 ms.',
  );
});

it('familySentence: of many modes, two are told apart: those that differ most', () => {
  const times = (event: number, threads: number, processes: number) => ({
    ...{ 'event-loop': event, threads, processes },
  });
  const modes: Mode[] = ['event-loop', 'threads', 'processes'];
  expect(
    familySentence(
      family(modes, {
        node: times(1000, 1000, 1000),
        deno: times(1200, 1000, 4000),
        python: times(1200, 2000, 3000),
      }),
    ),
  ).toBe(
    'In processes Node.js took 1.0 s, Deno 4.0 s and Python 3.0 s; in threads Node.js 1.0 s, Deno 1.0 s and Python 2.0 s.',
  );
});

it('familySentence: a family under way, cancelled, or with runs that did not complete', () => {
  const node = { threads: 1050 };
  const sentence = (runs: Parameters<typeof family>[1], status: Status | null) =>
    familySentence(family(['threads'], runs, status));
  expect(sentence({}, null)).toBe('0 of 3 runs so far: nothing measured yet.');
  expect(sentence({ node }, null)).toBe('1 of 3 runs so far: in threads Node.js took 1.1 s.');
  expect(sentence({ node, deno: node }, null)).toBe(
    '2 of 3 runs so far: in threads Node.js and Deno took 1.1 s.',
  );
  expect(sentence({ node, deno: 'cancelled' }, 'cancelled')).toBe(
    'Cancelled after 1 of 3 runs: in threads Node.js took 1.1 s.',
  );
  expect(sentence({ node, deno: 'timed-out', python: { threads: 2080 } }, 'completed')).toBe(
    'In threads Node.js took 1.1 s and Python 2.1 s; Deno did not complete.',
  );
  expect(sentence({ node: 'failed', deno: 'failed', python: 'failed' }, 'completed')).toBe(
    '3 runs: none completed.',
  );
});
