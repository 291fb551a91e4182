/** Programs that use up more than they may, or hide what they use: each pass ends, and says what happened. */
import fs from 'node:fs';
import os from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUSY, NICE } from '../../server/launch/bounds.ts';
import { MODE_TRAITS, type Mode } from '../../server/spec/modes.ts';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { isTried } from '../everyday.ts';
import { follow, type Ground, openGround, type Played, play, submit } from './play.ts';

let ground: Ground;
beforeAll(async () => {
  const env = { PASS_SECONDS: '20', PROCESS_MIB: '64', READY: '0', OUTPUT_MIB: '2', EVENTS_MIB: '1' };
  ground = await openGround({ ...env, LOG_BYTES: String(2 ** 30) });
});
afterAll(() => ground.end());

describe.each(JAVASCRIPT)('%s', (runtime) => {
  test.skipIf(!isTried('hides-memory', runtime))(
    `processes on ${runtime}: a process is killed for its memory, whatever it calls itself`,
    async () => {
      const run = await play(ground, { lesson: 'hides-memory', runtime, modes: ['processes'], jobs: 3 });
      const over = /^Its process took \d+ MiB of memory, over its limit of 120 MiB, and was killed\.$/;
      expect(errors(run)).toEqual([over, over, over].map((text) => expect.stringMatching(text)));
      expect(run.left).toEqual([]);
    },
  );

  const endless = [
    ['writes-newlines', 'wrote more than 100,000 lines past its console'],
    ['writes-junk-endlessly', 'wrote more than 100,000 lines past its console'],
    ['writes-one-line-endlessly', 'wrote more than 2 MiB'],
    ['logs-endlessly', 'wrote more than 2 MiB'],
  ] as const;
  test.each(endless.filter(([lesson]) => isTried(lesson, runtime)))(
    `${runtime}: a program that %s is ended, and all modes say why`,
    async (lesson, what) => {
      const run = await play(ground, { lesson, runtime, modes: ['sequential', 'processes'], jobs: 1 });
      const said = `${what}, and was killed.`;
      expect(run.pass('sequential').one('pass-ended')).toMatchObject({
        status: 'failed',
        error: `The program’s process ${said}`,
      });
      expect(run.pass('processes').one('pass-ended')).toMatchObject({
        status: 'failed',
        error: `The process of job 0 ${said}`,
      });
      expect(run.left).toEqual([]);
      const cuts = run.of('cut').filter(({ what }) => what === 'bytes');
      expect(cuts).toHaveLength(lesson === 'logs-endlessly' ? 1 : 0);
      expect(Buffer.byteLength(JSON.stringify(run.events))).toBeLessThan(1.1 * 2 ** 20);
    },
  );
});

test.each(JAVASCRIPT)(
  'on %s: forged facts are no events, and what the system knows is not taken from the program',
  async (runtime) => {
    const run = await play(ground, { lesson: 'forges', runtime, jobs: 1 });
    const lines = fs.readFileSync('test/fixtures/forges/program.ts', 'utf8').split('\n').length;
    for (const mode of run.spec.modes) {
      const pass = run.pass(mode);
      const { wallMs, ...ended } = pass.one('pass-ended');
      expect(ended).toMatchObject({ status: 'completed', error: null });
      expect(ended.peakRssBytes).toBeLessThan(200 * 2 ** 20);
      expect(ended.cpuMs).toBeLessThan(wallMs * 2 * os.availableParallelism() + 60_000);
      expect(pass.of('job-started').map(({ job }) => job)).toEqual([0]);
      expect(pass.outcomes).toEqual(['done']);
      const names = pass.of('lane-started').map(({ name }) => name);
      expect(names).toEqual(MODE_TRAITS[mode].lane === 'main' ? ['main'] : ['main', 'job 0']);
      // Its parent is the server, or what starts processes beside it.
      for (const { pid, parentPid } of pass.of('lane-started')) expect([pid, parentPid]).not.toContain(1);
      for (const event of pass.events) {
        expect(event.atMs).toBeGreaterThanOrEqual(0);
        // What the server notes itself, late lines of standard error among them, has the time at which it does.
        const isNoted = event.type === 'sample' || (event.type === 'log' && event.job === null);
        if (!isNoted) expect(event.atMs).toBeLessThanOrEqual(wallMs);
        if ('lane' in event) expect(event.lane).toBeLessThan(names.length);
        if ('job' in event) expect([null, undefined, 0]).toContain(event.job);
        if ('line' in event) expect(event.line).toBeLessThanOrEqual(lines);
      }
    }
    expect(run.left).toEqual([]);
  },
);

describe('code that somebody wrote', () => {
  const runtime = 'deno' as const;

  test('its processes have limits of the operating system, and give way to others', async () => {
    const code = 'export const job = (n, { sleep }) => sleep(0.1);';
    const seen: string[] = [];
    const modes: Mode[] = ['processes'];
    const pids: number[] = [];
    // From the server's own, which is that of this test.
    const priorities = [NICE, BUSY.nice]
      .map((nice) => Math.min(19, os.getPriority() + nice))
      .concat(BUSY.nice);
    await play(ground, { lesson: '', code, runtime, modes, jobs: 1 }, (event) => {
      if (event.type === 'lane-started') pids.push(event.pid);
      if (event.type !== 'job-started') return;
      for (const pid of pids) {
        const limits = fs.readFileSync(`/proc/${pid}/limits`, 'utf8');
        const of = (name: string) => new RegExp(`^Max ${name} +(\\d+)`, 'm').exec(limits)?.[1];
        const hard = ['core file size', 'file size'].map(of);
        const cpu = Number(of('cpu time'));
        const files = Number(of('open files'));
        const score = fs.readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim();
        // One whose start took much computing has given way already.
        const yields = priorities.includes(os.getPriority(pid));
        seen.push(`${hard} ${cpu > 0 && cpu < 10_000} ${files < 2000} ${score} ${yields}`);
      }
    });
    expect(seen).toEqual(['0,0 true true 1000 true', '0,0 true true 1000 true']);
  });

  describe('two that take much memory', () => {
    const code = `export async function job(n, { sleep }) {
      globalThis.kept = [];
      while (kept.length < 20) {
        kept.push(new Uint8Array(10 * 2 ** 20).fill(1));
        await sleep(0.02);
      }
      await sleep(4);
    }`;
    const spec = { lesson: '', code, runtime, jobs: 1, modes: ['sequential'] as Mode[] };
    let small: Ground;
    beforeAll(async () => {
      small = await openGround({ MEMORY_MIB: '256', PROCESS_MIB: '1000', READY: '0', CORES: '4' });
    });
    afterAll(() => small.end());

    test('when all together take too much, the largest is ended, and says so', async () => {
      const runs = await Promise.all([play(small, spec), play(small, spec)]);
      expect(runs.map(({ status }) => status).toSorted()).toEqual(['completed', 'failed']);
      const failed = runs.find(({ status }) => status === 'failed');
      const all = 'all changed programs together took more than the 256 MiB that this server has for them';
      expect(failed?.one('pass-ended').error).toMatch(
        new RegExp(
          `^The program’s process took \\d+ MiB of memory, the most of any, when ${all}, and was killed\\.$`,
        ),
      );
    });

    test('a run is charged for the memory that it takes, so that another waits', async () => {
      const first = await submit(small, spec);
      let since: number | null = null;
      for await (const event of follow(first.log)) {
        if (event.type !== 'sample') continue;
        since ??= event.atMs;
        if (event.rssBytes > 210 * 2 ** 20 && event.atMs > since + 2500) break;
      }
      const second = await submit(small, spec);
      expect(second.log.place).toMatchObject({ position: 1 });
      await Promise.all([small.runs.cancel(second.id), small.runs.cancel(first.id)]);
    });
  });
});

describe('the queue and the locks of processes, which are in the server', () => {
  test.each([
    [
      'fills-queue',
      1,
      'There are more than 500 messages, waits and locks at once, more than the server can keep.',
    ],
    ['fills-queue', 2, 'The messages in the queue take more than 1 MiB, more than the server can keep.'],
    [
      'holds-locks-endlessly',
      1,
      'There are more than 500 messages, waits and locks at once, more than the server can keep.',
    ],
    [
      'waits-endlessly',
      1,
      'There are more than 500 messages, waits and locks at once, more than the server can keep.',
    ],
    [
      'reads-nothing',
      1,
      'The process of job 0 left more than 1 MiB of what it was sent unread, and was killed.',
    ],
    [
      'reads-no-messages',
      2,
      'The messages in the queue take more than 1 MiB, more than the server can keep.',
    ],
  ])('processes: a program that %s is ended (%i jobs)', async (lesson, jobs, error) => {
    const small = await openGround(
      jobs === 2
        ? { READY: '0', QUEUE_MIB: '1', QUEUE_ENTRIES: '1000000' }
        : { READY: '0', QUEUE_ENTRIES: '500' },
    );
    const run = await play(small, { lesson, modes: ['processes'], jobs });
    expect(run.one('pass-ended')).toMatchObject({ status: 'failed', error });
    expect(run.left).toEqual([]);
    await small.end();
  });

  test.each(JAVASCRIPT)(
    'processes on %s: a lane that asks for many messages at once receives them',
    async (runtime) => {
      const ample = await openGround({ READY: '0' });
      const run = await play(ample, { lesson: 'gets-at-once', runtime, modes: ['processes'], jobs: 1 });
      expect(run.one('pass-ended')).toMatchObject({ status: 'completed' });
      expect(run.of('log').map(({ text }) => text)).toEqual(['got 2000']);
      await ample.end();
    },
  );
});

/** Why each job failed, in order. */
function errors(run: Played): (string | null | undefined)[] {
  return run
    .of('job-ended')
    .toSorted((a, b) => a.job - b.job)
    .map(({ error }) => error);
}
