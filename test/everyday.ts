/**
 * What an everyday run of the suite tries of cases that are alike: a part of them, chosen so that every mode meets every
 * runtime many times. `ALL=1` tries everything.
 */
import process from 'node:process';
import { beforeAll, beforeEach, TestRunner, test } from 'vitest';
import { MODES, type Mode } from '../server/spec/modes.ts';
import { JAVASCRIPT, type Runtime } from '../server/spec/runtimes.ts';

/** Whether everything is tried. */
export const ALL = process.env.ALL === '1';

/** Longest that a test may take that has far more to do with `ALL=1`, in ms; undefined: as any other. */
export const LONG_MS = ALL ? 1_800_000 : undefined;

/** Defines a test of a detail, which is tried with `ALL=1` only. */
export const seldom = test.skipIf(!ALL);

/** Returns the first of every `share` cases; with `ALL=1` all. */
export function everyday<Case>(cases: readonly Case[], share: number): Case[] {
  return cases.filter((_, at) => ALL || at % share === 0);
}

/** Returns a small number that is always the same for `name`. */
function numberOf(name: string): number {
  return [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 65_521, 7);
}

/** Returns `pairs` of modes that tests take turns with. Throws if a mode is in none of them. */
export function withAllModes(pairs: Mode[][]): readonly (readonly Mode[])[] {
  const untried = MODES.filter((mode) => !pairs.flat().includes(mode));
  if (untried.length === 0) return pairs;
  throw new Error(`No everyday run would try ${untried.join(' and ')}: add it to these pairs of modes.`);
}

/** Pairs of modes; the other two are tried on the other runtime. */
const PAIRS = withAllModes([
  ['sequential', 'processes'],
  ['event-loop', 'threads'],
  ['sequential', 'threads'],
  ['event-loop', 'processes'],
]);

/**
 * Those of `modes` in which a program is tried on `runtime`: of all modes two, one of them with its lanes beside main,
 * and the others on the other runtime.
 */
export function modesFor(program: string, runtime: Runtime, modes: readonly Mode[] = MODES): Mode[] {
  const at = numberOf(program) % PAIRS.length;
  // The neighbour of a pair is its rest.
  const pair = PAIRS[runtime === 'node' ? at : at ^ 1] ?? MODES;
  return modes.filter((mode) => ALL || pair.includes(mode));
}

/** Whether something that is the same on both runtimes is tried on `runtime`: `name` decides on which one it is. */
export function isTried(name: string, runtime: Runtime): boolean {
  return ALL || JAVASCRIPT[(numberOf(name) >> 2) % JAVASCRIPT.length] === runtime;
}

/** Skips the test that is running, since it needs what only a run of everything tries. Throws if this is one. */
export function skipUntilAll(what: string): never {
  const test = TestRunner.getCurrentTest();
  if (ALL || !test) throw new Error(`Not tried: ${what}.`);
  return test.context.skip(`${what}: with ALL=1`);
}

/** Whether the test that is running has failed before: what it looks at should then be made anew. */
export function isTriedAgain(): boolean {
  return (TestRunner.getCurrentTest()?.result?.retryCount ?? 0) > 0;
}

/**
 * Calls `play` before the tests of a block, and once more before each that is tried again: what a busy machine delayed
 * in a run cannot be otherwise in the same run. `play` sets what the tests look at.
 */
export function playFirst(play: () => Promise<unknown>): void {
  beforeAll(async () => {
    await play();
  });
  beforeEach(async () => {
    if (isTriedAgain()) await play();
  });
}
