/** A program's check in Python: what it is given, and what it can do to its pass. In JavaScript: check.test.ts. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MODES } from '../../server/spec/modes.ts';
import type { Spec } from '../../server/spec/spec.ts';
import { seldom } from '../everyday.ts';
import { PYTHON, WITHOUT } from '../python.ts';
import { type Ground, openGround, type Played, play } from './play.ts';

let ground: Ground;
/** Its passes end at the time limit after 2 s. */
let hurried: Ground;
beforeAll(async () => {
  [ground, hurried] = await Promise.all([openGround(), openGround({ PASS_SECONDS: '2' })]);
});
afterAll(() => Promise.all([ground.end(), hurried.end()]));

const misbehave = (way: number, where = ground): Promise<Played> =>
  play(where, { lesson: 'checks-badly', runtime: 'python', jobs: way, modes: ['threads'] });
const SCRIPT = { runtime: 'python', jobs: 1, modes: ['sequential'] } satisfies Partial<Spec>;
const JOB = 'def job(n, api): pass\n';
const errors = ({ events }: Played) =>
  events.flatMap((event) => (event.type === 'log' && event.stream === 'stderr' ? [event] : []));

describe.skipIf(PYTHON === null)(`a check in Python${WITHOUT}`, () => {
  test('is given memory, lines and results, in every mode', async () => {
    const run = await play(ground, { lesson: 'checks', runtime: 'python', jobs: 6, modes: [...MODES] });
    for (const mode of MODES) {
      const pass = run.pass(mode);
      expect(pass.one('pass-ended'), mode).toMatchObject({ status: 'completed', error: null });
      const given = JSON.parse(pass.texts(null).find((text) => text.startsWith('{')) ?? '');
      // Each process has its own memory.
      expect(given.shared, mode).toEqual({ counter: mode === 'processes' ? 0 : 15, list: ['from main'] });
      expect(given.results, mode).toEqual([{ n: 0 }, null, null, null, [null], null]);
      for (let n = 0; n < 6; n++)
        expect(given.lines.filter((line: string) => line.startsWith(`${n}: `))).toEqual([
          `${n}: job ${n}`,
          `${n}: job ${n}`,
          `${n}: again`,
        ]);
      expect(given.lines.at(-1)).toBe('None: main is done');
      expect(given.lines).toHaveLength(19);
      const refused = (n: number) => pass.texts(n).filter((text) => text.startsWith('check'));
      expect(refused(2)).toEqual([
        'check is not given what job 2 returned: ValueError: A value may have at most 1024 bytes as JSON.',
      ]);
      expect(refused(3)).toEqual([
        expect.stringMatching(/^check is not given what job 3 returned: TypeError: .*set/),
      ]);
    }
  });

  test('that raises fails the pass, with its line', async () => {
    const run = await misbehave(1);
    const error = 'Check failed: LookupError: one is missing';
    expect(run.one('pass-ended')).toMatchObject({ status: 'failed', error });
    expect(errors(run)).toMatchObject([{ text: error, line: 20 }]);
  });

  test('with other parameters is refused with what to do, before anything runs', async () => {
    const [run, usual] = await Promise.all([
      play(ground, { lesson: '', code: `${JOB}def check(api): pass\n`, ...SCRIPT }),
      play(ground, {
        lesson: '',
        code: `${JOB}def check(*, shared, logs=[], results, more=1): pass\n`,
        ...SCRIPT,
      }),
    ]);
    const error =
      'TypeError: The program has a "check" with other parameters than shared, logs and results. If it is for something else, give it another name.';
    expect(run.one('pass-ended')).toMatchObject({ status: 'failed', error });
    expect(usual.one('pass-ended')).toMatchObject({ status: 'completed', error: null });
  });

  seldom('that returns false, exits, never ends, or is not reached', async () => {
    const [isFalse, exits, ends, unreached] = await Promise.all([
      misbehave(3),
      misbehave(4),
      misbehave(9, hurried),
      misbehave(8),
    ]);
    expect(isFalse.one('pass-ended').error).toBe('Check failed: AssertionError: check returned False');
    expect(exits.one('pass-ended').error).toBe('The program’s process exited with code 3.');
    expect(errors(exits)).toMatchObject([
      { text: 'Check failed: It called sys.exit: its process exits with code 3.', line: 24 },
    ]);
    expect(ends.one('pass-ended')).toMatchObject({
      status: 'timed-out',
      error: 'The program’s check has not ended.',
    });
    expect(unreached.one('pass-ended').error).toBe('RuntimeError: main will not');
    expect(errors(unreached)).toMatchObject([{ text: 'Main failed: RuntimeError: main will not' }]);
  });
});
