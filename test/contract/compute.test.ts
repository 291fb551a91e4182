/**
 * What `compute` does: real work, of a fixed amount, on the available cores. Tests ratios only, because the machine is
 * shared.
 */
import { once } from 'node:events';
import os from 'node:os';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MODES } from '../../server/spec/modes.ts';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { ALL, isTried, playFirst } from '../everyday.ts';
import { type Ground, openGround, type Played, play } from './play.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await openGround();
});
afterAll(() => ground.end());

const CORES = os.availableParallelism();

/**
 * Time in which cores were not idle, added up, in ms since some moment. What another guest of a shared machine takes
 * counts too: no program here has had it.
 */
function busyMs(): number {
  return CORES * performance.now() - os.cpus().reduce((sum, { times }) => sum + times.idle, 0);
}

/** From the start of the first job to the end of the last, in ms: without what a pass takes to begin and to end. */
function jobsMs(pass: Played): number {
  const started = pass.of('job-started').map(({ atMs }) => atMs);
  const ended = pass.of('job-ended').map(({ atMs }) => atMs);
  return Math.max(...ended) - Math.min(...started);
}

/**
 * How long four bare threads that compute take, as a share of the time that they take one by one. Some virtual machines
 * have at times no more than one core for two.
 */
async function bareRatio(): Promise<number> {
  const thread = () =>
    once(new Worker('for (let i = 0, x = 0; i < 5e7; i++) x = (x * 31 + i) | 0', { eval: true }), 'exit');
  const began = performance.now();
  for (let n = 0; n < 4; n++) await thread();
  const oneByOneMs = performance.now() - began;
  await Promise.all([thread(), thread(), thread(), thread()]);
  return (performance.now() - began - oneByOneMs) / oneByOneMs;
}

describe.each(JAVASCRIPT)('%s', (runtime) => {
  let run: Played;
  playFirst(async () => {
    run = await play(ground, { lesson: 'plain', runtime, work: 'compute', minSeconds: 0.2, maxSeconds: 0.3 });
  });

  test.each(MODES)(`%s on ${runtime}: every job computes to its end`, (mode) => {
    expect(run.pass(mode).outcomes).toEqual(Array(4).fill('done'));
    expect(
      run
        .pass(mode)
        .of('wait-started')
        .filter((wait) => wait.for === 'sleep'),
    ).toEqual([]);
  });

  test.each(['sequential', 'event-loop'] as const)(
    `%s on ${runtime}: jobs that compute do not overlap`,
    (mode) => {
      expect(run.pass(mode).mostAtOnce).toBe(1);
    },
  );

  test.each(['threads', 'processes'] as const)(`%s on ${runtime}: jobs that compute overlap`, (mode) => {
    expect(run.pass(mode).mostAtOnce).toBeGreaterThan(1);
  });

  // Everyday on one runtime: it takes the cores for itself.
  test.skipIf(CORES < 2 || !(ALL || runtime === 'node'))(
    `threads on ${runtime}: four jobs that compute take less time than one by one`,
    async ({ skip }) => {
      const spec = { lesson: 'plain', runtime, work: 'compute', minSeconds: 0.25, maxSeconds: 0.25 } as const;
      const ratios: number[] = [];
      // The least of several: what disturbs a pass here and there only makes threads look slower.
      for (let attempt = 0; attempt < 5 && !ratios.some((ratio) => ratio < 0.9); attempt++) {
        const before = busyMs();
        const both = await play(ground, { ...spec, modes: ['sequential', 'threads'] });
        const taken = busyMs() - before;
        const [oneByOne, threads] = both.of('pass-ended');
        const wallMs = oneByOne!.wallMs + threads!.wallMs;
        const othersMs = taken - (oneByOne!.cpuMs ?? 0) - (threads!.cpuMs ?? 0);
        if (othersMs > 0.2 * wallMs) continue;
        const ratio = jobsMs(both.pass('threads')) / jobsMs(both.pass('sequential'));
        if (ratio < 0.9 || (await bareRatio()) < 0.8) ratios.push(ratio);
      }
      skip(ratios.length === 0, 'Others took the cores meanwhile, or the machine has only one for two.');
      expect(Math.min(...ratios)).toBeLessThan(0.9);
    },
  );

  // Processor time, unlike elapsed time, does not include other programs.
  test.skipIf(!isTried('eight jobs', runtime))(
    `sequential on ${runtime}: eight jobs take about four times the processor time of two`,
    async () => {
      const spec = {
        lesson: 'plain',
        runtime,
        work: 'compute',
        modes: ['sequential'],
        minSeconds: 0.15,
        maxSeconds: 0.15,
      } as const;
      const cpuMs = async (jobs: number) =>
        (await play(ground, { ...spec, modes: ['sequential'], jobs })).one('pass-ended').cpuMs ?? 0;
      const ratio = (await cpuMs(8)) / (await cpuMs(2));
      expect(ratio).toBeGreaterThan(2);
      expect(ratio).toBeLessThan(5);
    },
  );
});
