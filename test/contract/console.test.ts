/** What programs write arrives complete, attributed to the job that wrote it, and never without bound. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MODES } from '../../server/spec/modes.ts';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { isTried, playFirst } from '../everyday.ts';
import { type Ground, openGround, type Played, play } from './play.ts';
import { playShared } from './shared-run.ts';

const LOG_BYTES = 4096;
const STDERR_BYTES = 64 * 1024;

let ground: Ground;
let tight: Ground;
beforeAll(async () => {
  ground = await openGround({ PASS_SECONDS: '20', LOG_BYTES: String(2 ** 20), MAX_EVENTS: '1000000' });
  tight = await openGround({ PASS_SECONDS: '20', LOG_BYTES: String(LOG_BYTES), MAX_EVENTS: '1000' });
});
afterAll(async () => {
  await ground.end();
  await tight.end();
});

describe.each(JAVASCRIPT)('%s', (runtime) => {
  describe('the console', () => {
    let run: Played;
    playFirst(async () => {
      run = await playShared(ground, { lesson: 'consoles', runtime, jobs: 3 });
    });

    test.each(MODES)(
      `%s on ${runtime}: what a job writes to the console arrives as its own, in order`,
      (mode) => {
        const pass = run.pass(mode);
        for (let n = 0; n < 3; n++) {
          const texts = pass.texts(n);
          expect(texts.slice(0, 7)).toEqual([
            `log ${n} [ ${n}, [length]: 1 ]`,
            `info ${n}`,
            `debug ${n}`,
            `warn ${n}`,
            `error ${n}`,
            expect.stringContaining(`assert ${n}`),
            expect.stringContaining(`count ${n}: 1`),
          ]);
          expect(texts.slice(-2)).toEqual(['two', 'lines']);
          const streams = pass.of('log').filter(({ job }) => job === n);
          expect(streams.slice(0, 7).map(({ stream }) => stream)).toEqual([
            'stdout',
            'stdout',
            'stdout',
            'stderr',
            'stderr',
            'stderr',
            'stdout',
          ]);
        }
        expect(pass.texts(null)).toEqual([]);
        expect(pass.outcomes.slice(0, 3)).toEqual(['done', 'done', 'done']);
      },
    );
  });

  describe('lines of several lanes', () => {
    let run: Played;
    playFirst(async () => {
      run = await play(ground, { lesson: 'long-lines', runtime });
    });

    test.each(MODES)(`%s on ${runtime}: lines of several lanes do not mix, and none is lost`, (mode) => {
      const pass = run.pass(mode);
      for (const [n, letter] of ['a', 'b', 'c', 'd'].entries()) {
        const lengths = pass
          .texts(n)
          .map((text) => (/^(.)\1*$/.test(text) && text[0] === letter ? text.length : 0));
        expect(lengths).toEqual(Array.from({ length: 100 }, (_, i) => 3000 + ((i * 37) % 900)));
      }
    });
  });

  describe.skipIf(!isTried('floods', runtime))('a flood', () => {
    let run: Played;
    let many: Played;
    playFirst(async () => {
      run = await play(tight, { lesson: 'floods', runtime, modes: ['sequential', 'threads', 'processes'] });
      many = await play(tight, { lesson: 'floods', runtime, modes: ['event-loop'] });
    });

    test(`a run on ${runtime}: its events are bounded, are cut once, and it ends`, () => {
      for (const one of [run, many]) {
        expect(one.status).toBe('completed');
        expect(one.of('cut').filter(({ what }) => what === 'events')).toHaveLength(1);
        // Beyond the bound are only the events of the run and of its passes.
        const beyond = one.events.slice(1000).map(({ type }) => type);
        expect(beyond[0]).toBe('cut');
        expect(new Set(beyond.slice(1))).toEqual(
          new Set([...(one === run ? ['pass-started'] : []), 'pass-ended', 'run-ended']),
        );
        const ended = one.of('pass-ended').map(({ status }) => status);
        expect(ended).toEqual(one.spec.modes.map(() => 'completed'));
      }
    });

    test(`sequential on ${runtime}: a job's log is cut at its limit, and says so once`, () => {
      const pass = run.pass('sequential');
      const bytes = pass.texts(0).reduce((sum, text) => sum + text.length + 1, 0);
      expect(bytes).toBeLessThanOrEqual(LOG_BYTES);
      expect(pass.texts(0)).toEqual(pass.texts(0).map((_, i) => `line ${i}`));
      const cuts = pass.of('cut').filter(({ what, job }) => what === 'log' && job === 0);
      expect(cuts).toMatchObject([{ limit: LOG_BYTES }]);
      // It is cut where it stops: no later line of the job follows.
      expect(
        pass.events.some((event) => event.type === 'log' && event.job === 0 && event.seq > cuts[0]!.seq),
      ).toBe(false);
    });
  });

  describe('a flood past the console', () => {
    let run: Played;
    playFirst(async () => {
      run = await play(ground, { lesson: 'floods', runtime });
    });

    test.each(MODES)(`%s on ${runtime}: what is written past the console is cut too`, (mode) => {
      const pass = run.pass(mode);
      const texts = pass.texts(null);
      expect(texts.length).toBeGreaterThan(10);
      expect(texts.reduce((sum, text) => sum + text.length + 1, 0)).toBeLessThanOrEqual(STDERR_BYTES);
      expect(pass.of('cut')).toMatchObject([{ what: 'log', job: null, limit: STDERR_BYTES }]);
      expect(pass.outcomes).toEqual(Array(4).fill('done'));
    });

    test.each(MODES)(
      `%s on ${runtime}: a line that is too long is shortened, and ends in an ellipsis`,
      (mode) => {
        const [text = '', ...more] = run.pass(mode).texts(2);
        expect(text).toMatch(/^y{3000,4096}…$/);
        expect(more).toEqual([]);
      },
    );
  });

  describe('junk', () => {
    let run: Played;
    playFirst(async () => {
      run = await play(ground, { lesson: 'writes-junk', runtime, jobs: 3 });
    });

    test.each(MODES)(`%s on ${runtime}: junk on standard output hides nothing and is shown`, (mode) => {
      const pass = run.pass(mode);
      expect(pass.outcomes.slice(0, 3)).toEqual(['done', 'done', 'done']);
      const lanes = pass.of('lane-started').map(({ lane }) => lane);
      expect(lanes).toEqual(mode === 'threads' || mode === 'processes' ? [0, 1, 2, 3] : [0]);
      expect(pass.of('wait-ended').filter((wait) => wait.for === 'sleep')).toHaveLength(3);
      expect(pass.of('lane-ended').map(({ reason }) => reason)).toEqual(lanes.map(() => 'returned'));
      for (let n = 0; n < 3; n++) expect(pass.texts(null).join('\n')).toContain(`no end ${n}`);
    });

    test.each(MODES)(`%s on ${runtime}: a forged report changes nothing`, (mode) => {
      const pass = run.pass(mode);
      expect(pass.of('job-started').filter(({ job }) => job === 7)).toEqual([]);
      expect(pass.pids).not.toContain(1);
      expect(pass.one('pass-ended').status).toBe('completed');
      for (const { atMs } of pass.events) expect(atMs).toBeGreaterThanOrEqual(0);
    });
  });
});
