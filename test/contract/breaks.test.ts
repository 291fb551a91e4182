/** Programs that break what their runtime needs: each run ends, and says why if it cannot go on. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MODES } from '../../server/spec/modes.ts';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { PYTHON, WITHOUT } from '../python.ts';
import { type Ground, openGround, type Played, play } from './play.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await openGround();
});
afterAll(() => ground.end());

const OUTSIDE = /^\w*Error: .*, outside of the program, which may have changed what \S+( \w+)? itself needs/;
const CLOSED = 'The program has closed its standard output, by which its run is reported.';

const stderrOf = (pass: Played) => pass.of('log').filter(({ stream }) => stream === 'stderr');

describe.each(JAVASCRIPT)('%s', (runtime) => {
  test(`${runtime}: a job goes on that breaks what is not its own, and if it cannot, the console says why`, async () => {
    const lesson = 'breaks-what-it-needs';
    const run = await play(ground, { lesson, runtime, jobs: 6, modes: ['processes'] });
    expect(run.status).toBe('completed');
    expect(run.outcomes).toEqual([...Array(5).fill('done'), 'failed']);
    for (let job = 0; job < 5; job++) expect(run.texts(job), `job ${job}`).toEqual(['written', 'logged']);
    expect(stderrOf(run).map(({ lane, text }) => [lane, text])).toEqual([[run.laneOf(5), CLOSED]]);
    expect(run.left).toEqual([]);
  });

  test(`${runtime}: a pass that cannot go on fails, and says that it is not at a line of the program`, async () => {
    const run = await play(ground, {
      lesson: 'breaks-as-it-loads',
      runtime,
      modes: ['sequential', 'threads'],
    });
    for (const mode of run.spec.modes)
      expect(run.pass(mode).one('pass-ended')).toMatchObject({
        status: 'failed',
        error: expect.stringMatching(OUTSIDE),
      });
    expect(run.left).toEqual([]);
  });

  test(`${runtime}: a program that closes its standard input is told that, where its orders come from there`, async () => {
    const run = await play(ground, {
      lesson: 'hears-no-orders',
      runtime,
      modes: ['sequential', 'processes'],
    });
    expect(run.pass('sequential').one('pass-ended').status).toBe('completed');
    expect(run.pass('processes').one('pass-ended').error).toMatch(/has closed or paused its standard input/);
    expect(run.left).toEqual([]);
  });
});

describe.skipIf(PYTHON === null)(`Python${WITHOUT}`, () => {
  test('Python: a job goes on that breaks what is not its own, and if it cannot, the console says why', async () => {
    const lesson = 'breaks-what-it-needs';
    const run = await play(ground, { lesson, runtime: 'python', jobs: 5, modes: ['processes'] });
    expect(run.status).toBe('completed');
    expect(run.outcomes).toEqual([...Array(4).fill('done'), 'failed']);
    for (let job = 0; job < 4; job++) expect(run.texts(job), `job ${job}`).toEqual(['logged']);
    expect(stderrOf(run).map(({ text }) => text)).toEqual([CLOSED]);
    expect(run.left).toEqual([]);
  });

  test('Python: a program that closes its standard input is told that', async () => {
    const run = await play(ground, { lesson: 'hears-no-orders', runtime: 'python', modes: ['processes'] });
    expect(run.one('pass-ended').error).toMatch(/^The program has closed its standard input/);
    expect(run.left).toEqual([]);
  });

  test('Python: a pass that cannot go on fails, and says that it is not at a line of the program', async () => {
    const lesson = 'breaks-as-it-loads';
    const run = await play(ground, { lesson, runtime: 'python', jobs: 2, modes: [...MODES] });
    for (const mode of MODES) {
      const needsIt = mode === 'event-loop' || mode === 'threads';
      const error = needsIt ? expect.stringMatching(OUTSIDE) : null;
      expect(run.pass(mode).one('pass-ended'), mode).toMatchObject({ error });
    }
    expect(run.left).toEqual([]);
  });
});
