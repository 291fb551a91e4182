/** A program's check: what it is given, when it runs, and what it can do to its pass. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MODES, type Mode } from '../../server/spec/modes.ts';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { isTried, modesFor, playFirst, seldom } from '../everyday.ts';
import { markedLine } from './marked-line.ts';
import { type Ground, openGround, type Played, play } from './play.ts';

let ground: Ground;
/** Its passes end at the time limit after 2 s. */
let hurried: Ground;
beforeAll(async () => {
  [ground, hurried] = await Promise.all([openGround(), openGround({ PASS_SECONDS: '2' })]);
});
afterAll(() => Promise.all([ground.end(), hurried.end()]));

/** Main's lines on the console, without those of the server about itself. */
const lines = (pass: Played) =>
  pass
    .of('log')
    .filter(({ job, text }) => job === null && !text.startsWith('While this pass ran'))
    .map(({ text, line }) => ({ text, line }));

describe.each(JAVASCRIPT)('%s', (runtime) => {
  describe('a check', () => {
    let run: Played;
    playFirst(async () => {
      // On one runtime each job has a lane of its own, on the other they share a pool.
      run = await play(ground, {
        lesson: 'checks',
        runtime,
        jobs: 6,
        workers: runtime === 'node' ? null : 2,
      });
    });

    test.each(MODES)(`%s on ${runtime}: a check is given memory, lines and results`, (mode) => {
      const pass = run.pass(mode);
      const given = JSON.parse(pass.texts(null).find((text) => text.startsWith('{')) ?? '');
      // Each process has its own memory.
      expect(given.shared).toEqual({ counter: mode === 'processes' ? 0 : 15, list: ['from main'] });
      expect(given.results).toEqual([{ n: 0 }, '-', '-', '-', [null], '-']);
      for (let n = 0; n < 6; n++)
        expect(given.lines.filter((line: string) => line.startsWith(`${n}: `))).toEqual([
          `${n}: job ${n}`,
          `${n}: job ${n}`,
          `${n}: again`,
        ]);
      expect(given.lines.at(-1)).toBe('null: main is done');
      expect(given.lines).toHaveLength(19);
      // It is for the check alone, and not in the log.
      expect(JSON.stringify(pass.events.filter(({ type }) => type !== 'log'))).not.toContain('"n":0');
      expect(pass.one('pass-ended')).toMatchObject({ status: 'completed', error: null });
    });

    test.each(MODES)(`%s on ${runtime}: a result that a check cannot be given is reported`, (mode) => {
      const pass = run.pass(mode);
      const errors = (n: number) => pass.texts(n).filter((text) => text.startsWith('check'));
      expect(errors(2)).toEqual([
        'check is not given what job 2 returned: RangeError: A value may have at most 1024 bytes as JSON.',
      ]);
      expect(errors(3)).toEqual([
        'check is not given what job 3 returned: TypeError: A Map cannot be copied to another lane.',
      ]);
      expect([0, 1, 4, 5].flatMap(errors)).toEqual([]);
      expect(pass.outcomes).toEqual(['done', 'done', 'done', 'done', 'done', 'failed']);
    });
  });

  /** Plays one way of misbehaving, in one of the modes that are tried on the runtime. */
  const misbehave = async (way: number, where = ground, mode?: Mode) => {
    const [first] = modesFor(`check ${way}`, runtime);
    const modes = [mode ?? first ?? 'threads'];
    return play(where, { lesson: 'checks-badly', runtime, jobs: way, modes });
  };
  const tried = test.skipIf(!isTried('checks-badly', runtime));

  test(`${runtime}: a check that throws fails the pass, with its line`, async () => {
    const run = await misbehave(1);
    const error = 'Check failed: RangeError: one is missing';
    expect(run.one('pass-ended')).toMatchObject({ status: 'failed', error });
    expect(lines(run)).toEqual([{ text: error, line: markedLine('checks-badly', 'throw') }]);
    expect(run.one('lane-ended')).toMatchObject({ lane: 0, reason: 'threw', exitCode: 1 });
  });

  tried(`${runtime}: a check can throw what is no error`, async () => {
    const run = await misbehave(2);
    const error = 'Check failed: { code: 2 } was thrown';
    expect(run.one('pass-ended')).toMatchObject({ status: 'failed', error });
    expect(lines(run)).toEqual([{ text: error, line: undefined }]);
  });

  tried(`${runtime}: a check that returns false fails the pass`, async () => {
    const error = 'Check failed: Error: check returned false';
    expect((await misbehave(3)).one('pass-ended')).toMatchObject({ status: 'failed', error });
  });

  test(`${runtime}: a check that exits fails the pass, with its line`, async () => {
    const run = await misbehave(4);
    expect(run.one('pass-ended')).toMatchObject({
      status: 'failed',
      error: 'The program’s process exited with code 0.',
    });
    const [{ text, line } = { text: '', line: 0 }] = lines(run);
    expect(text).toMatch(/^Check failed: It called (process|Deno)\.exit: its process exited with code 0\.$/);
    expect(line).toBe(markedLine('checks-badly', 'exit'));
  });

  test(`${runtime}: what a check’s timer throws is the check’s`, async () => {
    const run = await misbehave(5);
    const error = 'Check failed: Error: too late';
    expect(run.one('pass-ended')).toMatchObject({ status: 'failed', error });
    expect(lines(run)).toEqual([{ text: error, line: markedLine('checks-badly', 'later') }]);
  });

  tried(`${runtime}: at the time limit, a check that has not ended is named`, async () => {
    const run = await misbehave(6, hurried);
    const error = 'The program’s check has not ended.';
    expect(run.one('pass-ended')).toMatchObject({ status: 'timed-out', error });
    expect(lines(run)).toEqual([{ text: `Stopped at the time limit. ${error}`, line: undefined }]);
  });

  seldom(`${runtime}: a check that computes endlessly is named at the time limit`, async () => {
    const run = await misbehave(9, hurried);
    const error = 'The program’s check has not ended.';
    expect(run.one('pass-ended')).toMatchObject({ status: 'timed-out', error });
    expect(run.left).toEqual([]);
  });

  tried(`${runtime}: waits that main has left do not end the pass while its check runs`, async () => {
    const run = await misbehave(7, ground, 'threads');
    expect(run.one('pass-ended')).toMatchObject({ status: 'completed', error: null });
    expect(run.of('deadlock')).toEqual([]);
    expect(lines(run)).toEqual([
      { text: 'Check has ended; its timer is cut off.', line: markedLine('checks-badly', 'left') },
      { text: 'Main has ended; its wait for a message is cut off.', line: expect.any(Number) },
    ]);
  });

  tried(`${runtime}: after a main that failed, no check runs`, async () => {
    const error = 'Error: main will not';
    expect((await misbehave(8)).one('pass-ended')).toMatchObject({ status: 'failed', error });
  });
});
