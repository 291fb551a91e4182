/** The seconds of a job on Python are those of the other runtimes, whatever the seed and the range. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { secondsBetween, uniform } from '../../server/spec/random.ts';
import { PYTHON, WITHOUT } from '../python.ts';

/** Reads lines of JSON, `[seed, job, shortest, longest]`, and writes three draws for each. */
const DRAWS = `
import json, sys
sys.path.append("server/program")
from python.seeded import seconds_between, uniform
for line in sys.stdin:
    seed, n, shortest, longest = json.loads(line)
    draw = uniform(seed, n)
    print(json.dumps([seconds_between(shortest, longest, draw()) for _ in range(3)]))
`;

const seconds = fc.oneof(
  fc.integer({ min: 0, max: 36_000 }).map((tenths) => tenths / 10),
  fc.double({ min: 0, max: 3600, noNaN: true }),
);
const cases = fc.tuple(
  fc.oneof(fc.maxSafeNat(), fc.nat({ max: 100 })),
  fc.integer({ min: -1, max: 1000 }),
  fc.tuple(seconds, seconds),
);

test.skipIf(PYTHON === null)(`uniform on Python: the same seconds for the same seed${WITHOUT}`, () => {
  const all = fc
    .sample(cases, 3000)
    .map(([seed, n, range]) => [seed, n, Math.min(...range), Math.max(...range)] as const);
  const input = all.map((one) => JSON.stringify(one)).join('\n');
  const output = execFileSync(PYTHON ?? '', ['-I', '-S', '-B', '-c', DRAWS], { input, encoding: 'utf8' });
  const drawn: unknown[] = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const expected = all.map(([seed, n, shortest, longest]) => {
    const draw = uniform(seed, n);
    return [0, 1, 2].map(() => secondsBetween(shortest, longest, draw()));
  });
  expect(drawn).toEqual(expected);
});
