/** Programs that use up more than they may, or hide what they use: each pass ends, and says what happened. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RUNTIMES } from '../../server/spec/runtimes.ts';
import { type Ground, openGround, type Played, play } from './play.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await openGround({ PASS_SECONDS: '20', PROCESS_MIB: '64', READY: '0' });
});
afterAll(() => ground.end());

describe.each(RUNTIMES)('%s', (runtime) => {
  test(`processes on ${runtime}: a process is killed for its memory, whatever it calls itself`, async () => {
    const run = await play(ground, { lesson: 'hides-memory', runtime, modes: ['processes'], jobs: 3 });
    const over = /^Its process took \d+ MiB of memory, over its limit of 120 MiB, and was killed\.$/;
    expect(errors(run)).toEqual([over, over, over].map((text) => expect.stringMatching(text)));
    expect(run.left).toEqual([]);
  });
});

/** Why each job failed, in order. */
function errors(run: Played): (string | null | undefined)[] {
  return run
    .of('job-ended')
    .toSorted((a, b) => a.job - b.job)
    .map(({ error }) => error);
}
