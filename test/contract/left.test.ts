/** What main and its jobs leave under way continues as long as its thread, and is reported when it is cut off. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MODES, type Mode } from '../../server/spec/modes.ts';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { modesFor, playFirst } from '../everyday.ts';
import { markedLine } from './marked-line.ts';
import { type Ground, openGround, type Played, play } from './play.ts';
import { alive } from './processes.ts';

const BESIDE_MAIN: Mode[] = ['threads', 'processes'];

let ground: Ground;
beforeAll(async () => {
  ground = await openGround({ PASS_SECONDS: '20' });
});
afterAll(() => ground.end());

const remarks = (pass: Played) =>
  pass.of('log').map(({ job, stream, text, line }) => ({ job, stream, text, line }));

/** What is reported for the fixture's job 0. */
const left = [
  ['timer', 'timer'],
  ['timer', 'interval'],
  ['wait for 5 s', 'work'],
  ['wait for a message', 'get'],
  ['wait for lock A', 'acquire'],
  ['wait for semaphore S', 'permit'],
  ['wait for condition C', 'condition'],
].map(([what, mark]) => ({
  job: 0,
  stream: 'stdout',
  text: `Job 0 has ended; its ${what} is cut off.`,
  line: markedLine('leaves-from-job', mark ?? ''),
}));

describe.each(JAVASCRIPT)('%s', (runtime) => {
  let run: Played;
  let pool: Played;
  let over: Played;
  let daemon: Played;
  playFirst(async () => {
    const jobs = 2;
    run = await play(ground, { lesson: 'leaves-from-job', runtime, jobs });
    pool = await play(ground, {
      lesson: 'leaves-from-job',
      runtime,
      jobs,
      workers: 1,
      modes: modesFor('leaves-from-job', runtime, BESIDE_MAIN),
    });
    over = await play(ground, { lesson: 'starts-when-over', runtime, jobs });
    daemon = await play(ground, {
      lesson: 'leaves-by-daemon',
      runtime,
      jobs: 1,
      modes: modesFor('leaves-by-daemon', runtime, MODES.slice(1)),
    });
  });

  test.each(MODES)(`%s on ${runtime}: what a job leaves is cut off, and reported once per line`, (mode) => {
    const pass = run.pass(mode);
    expect(remarks(pass)).toEqual(left);
    expect(pass.outcomes).toEqual(['done', 'done']);
    expect(pass.one('pass-ended')).toMatchObject({ status: 'completed', error: null });
    expect(alive(pass.pids)).toEqual([]);
  });

  test.each(BESIDE_MAIN)(
    `%s on ${runtime}: on a lane that continues, it continues until the lane ends`,
    (mode) => {
      const pass = pool.pass(mode);
      expect(remarks(pass)).toEqual(left);
      const last = pass.of('job-ended').at(-1);
      for (const { seq } of pass.of('log')) expect(seq).toBeGreaterThan(last?.seq ?? 0);
      expect(pass.outcomes).toEqual(['done', 'done']);
    },
  );

  test.each(MODES.slice(1))(`%s on ${runtime}: a daemon that is cut off has left nothing`, (mode) => {
    expect(remarks(daemon.pass(mode))).toEqual([]);
    expect(daemon.pass(mode).outcomes).toEqual(['cut-off']);
  });

  describe('a start after main has ended', () => {
    const line = markedLine('starts-when-over', 'start');

    test.each(MODES.slice(1))(`%s on ${runtime}: fails main if a job keeps the program alive`, (mode) => {
      const pass = over.pass(mode);
      const error = 'Error: start(1): main has ended.';
      expect(remarks(pass)).toEqual([
        {
          job: null,
          stream: 'stdout',
          text: 'Main has ended; the program waits for job 0.',
          line: markedLine('starts-when-over', 'first'),
        },
        { job: null, stream: 'stderr', text: `Main failed: ${error}`, line },
      ]);
      expect(pass.one('pass-ended')).toMatchObject({ status: 'failed', error });
      expect(alive(pass.pids)).toEqual([]);
    });

    test(`sequential on ${runtime}: never happens, because the program has ended with main`, () => {
      const pass = over.pass('sequential');
      const text = 'Main has ended; its timer is cut off.';
      expect(remarks(pass)).toEqual([{ job: null, stream: 'stdout', text, line }]);
      expect(pass.one('pass-ended')).toMatchObject({ status: 'completed', error: null });
    });
  });
});
