/** The lessons of the notebook: the point of each, from the events of real runs, in the modes that show it. */
import { describe, expect } from 'vitest';
import { summarize } from '../../server/figures/summary.ts';
import { MODES } from '../../server/spec/modes.ts';
import { sentence } from '../../server/words/sentence.ts';
import type { Played } from '../contract/play.ts';
import { mostAtOnce, waits } from '../contract/spans.ts';
import { timelineOf } from '../timeline/made-events.ts';
import { playLessons } from './lesson-runs.ts';
import {
  BESIDE_MAIN,
  BESIDE_SEQUENTIAL,
  endOf,
  jobSpans,
  laneOf,
  lengthOf,
  mainLines,
  stateOf,
  sum,
  whole,
} from './passes.ts';

const lessons = playLessons({
  'one-by-one': { minSeconds: 0.5, maxSeconds: 0.9 },
  join: { modes: BESIDE_SEQUENTIAL, minSeconds: 0.2, maxSeconds: 1.2 },
  processes: { minSeconds: 0.2, maxSeconds: 0.4 },
  'shared-memory': { modes: MODES.slice(0, 3), minSeconds: 0.05, maxSeconds: 0.2 },
  'copied-memory': { minSeconds: 0.05, maxSeconds: 0.2 },
  // With this seed each job waits a tenth of a second longer than the previous one, so their puts are in order.
  queue: { modes: [...MODES], minSeconds: 0.05, maxSeconds: 0.55, seed: 100_907 },
  daemon: { modes: [...MODES], minSeconds: 0.5, maxSeconds: 0.6 },
  'daemon-join': { modes: [...MODES], minSeconds: 0.05, maxSeconds: 0.1 },
  'make-your-own': { minSeconds: 0.05, maxSeconds: 0.1 },
});

lessons.describe(({ cases, compare, completed, says }) => {
  describe('one-by-one', () => {
    completed('one-by-one', [...MODES]);

    compare('one-by-one', 'one by one takes the sum of the waits, the event loop and threads less', (run) => {
      const spans = jobSpans(run.pass('sequential'));
      expect(mostAtOnce(spans)).toBe(1);
      expect(lengthOf(whole(spans))).toBeGreaterThanOrEqual(sum(spans.map(lengthOf)));
      for (const mode of ['event-loop', 'threads'] as const) {
        const beside = jobSpans(run.pass(mode));
        expect(mostAtOnce(beside)).toBeGreaterThan(1);
        expect(lengthOf(whole(beside))).toBeLessThan(sum(beside.map(lengthOf)));
        expect(lengthOf(whole(beside))).toBeLessThan(lengthOf(whole(spans)));
      }
    });

    cases('one-by-one', ['event-loop'], 'takes as long as the longest wait', (pass) => {
      const spans = jobSpans(pass);
      const longest = spans.toSorted((a, b) => lengthOf(b) - lengthOf(a))[0];
      expect(longest?.to).toBe(whole(spans).to);
    });
  });

  describe('join', () => {
    completed('join', BESIDE_SEQUENTIAL);

    cases(
      'join',
      BESIDE_SEQUENTIAL,
      'main starts all, then joins in order, each wait with the job’s name',
      (pass) => {
        const joins = waits(pass, 'join');
        expect(joins.map(({ lane, job, on }) => [lane, job, on])).toEqual(
          [0, 1, 2, 3, 4].map((n) => [0, null, `job ${n}`]),
        );
        for (const [n, { from }] of joins.slice(1).entries())
          expect(from).toBeGreaterThanOrEqual(joins[n]?.to ?? 0);
        for (const { on, to } of joins)
          expect(to).toBeGreaterThanOrEqual(endOf(pass, Number(on.slice(4))).atMs);
      },
    );

    cases('join', BESIDE_SEQUENTIAL, 'a job that has ended is joined at once, and main knows', (pass) => {
      const lines = mainLines(pass).slice(1, -1);
      const isRunning = lines.map((line) => {
        const [, state] = /^join job \d, (running|ended), after [\d.]+ seconds$/.exec(line) ?? [];
        return state === 'running';
      });
      expect(lines.map((line) => line.slice(0, 10))).toEqual([0, 1, 2, 3, 4].map((n) => `join job ${n}`));
      expect([...new Set(isRunning)].toSorted()).toEqual([false, true]);
      const lengths = (running: boolean) =>
        waits(pass, 'join')
          .filter((_, n) => isRunning[n] === running)
          .map(lengthOf);
      expect(Math.max(...lengths(false))).toBeLessThan(Math.max(...lengths(true)));
      expect(mainLines(pass)[0]).toBe('Jobs to start: 5');
      expect(mainLines(pass).at(-1)).toMatch(/^All jobs are done after/);
    });
  });

  describe('processes', () => {
    completed('processes', BESIDE_MAIN);

    cases(
      'processes',
      ['processes'],
      'each job has a process, a child of the server, that exits with 0',
      (pass) => {
        const [main, ...lanes] = pass.of('lane-started');
        expect(new Set([main, ...lanes].map((lane) => lane?.pid)).size).toBe(6);
        for (const lane of lanes)
          expect(lane).toMatchObject({ kind: 'process', parentPid: expect.any(Number) });
        for (const job of [0, 1, 2, 3, 4]) {
          expect(pass.texts(job)[0]).toContain(`in process ${laneOf(pass, job)?.pid}`);
        }
        expect(pass.of('lane-ended').map(({ exitCode }) => exitCode)).toEqual(Array(6).fill(0));
        const exits = mainLines(pass).filter((line) => line.includes('exit code'));
        expect(exits).toEqual([0, 1, 2, 3, 4].map((n) => `Job ${n} ended, exit code 0`));
        expect(mainLines(pass)[0]).toBe(`Main is process ${main?.pid}. Jobs to start: 5`);
      },
    );

    cases('processes', ['threads'], 'threads share one process, and have no exit code', (pass) => {
      expect(pass.pids).toHaveLength(1);
      const exits = mainLines(pass).filter((line) => line.includes('exit code'));
      expect(exits).toEqual([0, 1, 2, 3, 4].map((n) => `Job ${n} ended, no exit code`));
    });

    cases('processes', BESIDE_MAIN, 'the start of each lane is visible', (pass) => {
      for (const { lane, atMs } of pass.of('lane-started').slice(1)) {
        const ready = pass.of('lane-ready').find((fact) => fact.lane === lane);
        expect(ready?.atMs).toBeGreaterThan(atMs);
      }
    });

    compare('processes', 'processes take more memory than threads', (run) => {
      const [threads, processes] = BESIDE_MAIN.map((mode) => run.pass(mode).one('pass-ended').peakRssBytes);
      expect(processes).toBeGreaterThan(threads ?? Number.NaN);
    });
  });

  describe('shared-memory and copied-memory', () => {
    completed('shared-memory', MODES.slice(0, 3));
    completed('copied-memory', BESIDE_MAIN);

    const isShared = (pass: Played) => {
      const [memory, ...others] = stateOf(pass).memories.values();
      expect(others).toEqual([]);
      expect(memory?.list).toHaveLength(5);
      expect(mainLines(pass).at(-1)).toBe(
        `Shared list is no longer empty: 5 entries [${memory?.list.join(', ')}]`,
      );
    };
    cases('shared-memory', MODES.slice(0, 3), 'main finds as many entries as there were jobs', isShared);
    cases('copied-memory', ['threads'], 'main finds as many entries as there were jobs', isShared);

    cases(
      'copied-memory',
      ['processes'],
      'each child has one entry of its own, and main has none',
      (pass) => {
        const memories = [...stateOf(pass).memories.values()];
        expect(memories.map(({ lanes, list }) => [lanes.length, list.length])).toEqual([
          [1, 0],
          ...Array(5).fill([1, 1]),
        ]);
        expect(mainLines(pass).at(-1)).toBe('Shared list is still empty: 0 entries []');
      },
    );
  });

  describe('queue', () => {
    completed('queue', [...MODES]);

    cases(
      'queue',
      [...MODES],
      "every job's pid arrives in main's list, each message from put to get",
      (pass) => {
        const { messages, queue } = stateOf(pass);
        expect(queue).toEqual([]);
        expect([...messages.values()].map(({ sent }) => sent.job).toSorted()).toEqual([0, 1, 2, 3, 4]);
        for (const { value, sent, received } of messages.values()) {
          expect(value).toBe(laneOf(pass, sent.job ?? -1)?.pid);
          expect(received).toMatchObject({ lane: 0, job: null });
          expect(received?.atMs).toBeGreaterThanOrEqual(sent.atMs);
        }
        const got = pass.of('message-received').map(({ value }) => value);
        expect(mainLines(pass).at(-1)).toBe(`List is no longer empty: 5 entries [${got.join(', ')}]`);
      },
    );
  });

  describe('daemon and daemon-join', () => {
    cases(
      'daemon',
      BESIDE_SEQUENTIAL,
      'the program waits for the one, and cuts off the daemon',
      (pass, mode) => {
        expect(pass.one('pass-ended')).toMatchObject({ status: 'completed', error: null });
        expect(pass.outcomes).toEqual(['done', 'cut-off']);
        const ended = pass.of('log').find(({ text }) => text === 'Main is done');
        expect(ended?.atMs).toBeLessThan(endOf(pass, 0).atMs);
        expect(endOf(pass, 1).atMs).toBeGreaterThanOrEqual(endOf(pass, 0).atMs);
        // Its unfinished work is lost.
        expect(pass.texts(0)).toContain('Job 0, non-daemon, done');
        expect(pass.texts(1)).not.toContain('Job 1, daemon, done');
        if (mode === 'event-loop') return;
        expect(pass.of('lane-started').map(({ daemon }) => daemon)).toEqual([false, false, true]);
        expect(pass.of('lane-ended').find(({ lane }) => lane === pass.laneOf(1))?.reason).toBe('cut-off');
      },
    );

    cases('daemon', ['sequential'], 'one by one the daemon runs to its end before main continues', (pass) => {
      expect(pass.outcomes).toEqual(['done', 'done']);
      expect(mainLines(pass)).toEqual(['Main is done']);
    });

    compare('daemon', 'one that still waits for a worker at the end never begins', async ({ spec }) => {
      const more = { workers: 1, modes: BESIDE_SEQUENTIAL };
      const run = await lessons.playAgain('daemon', spec.runtime, more);
      for (const mode of BESIDE_SEQUENTIAL) expect(run.pass(mode).outcomes).toEqual(['done', undefined]);
      const timeline = timelineOf(run.events);
      expect(sentence(timeline)).toMatch(
        /^Job 1 never began: no worker was free for it when the program ended/,
      );
      for (const { speedUp, neverBegan } of summarize(timeline))
        expect([speedUp, neverBegan]).toEqual([null, 1]);
    });

    completed('daemon-join', [...MODES]);
    cases('daemon-join', BESIDE_SEQUENTIAL, 'a join makes main wait for the daemon too', (pass) => {
      const ended = pass.of('log').find(({ text }) => text === 'Main is done');
      expect(ended?.atMs).toBeGreaterThan(endOf(pass, 1).atMs);
      expect(pass.texts(1)).toContain('Job 1, daemon, done');
      expect(waits(pass, 'join').map(({ on }) => on)).toEqual(['job 0', 'job 1']);
    });
  });
  says('queue', /main got the 5 numbers in the order they were sent: from jobs \d/i);
  says(
    'daemon',
    /^On the event loop, in threads and in processes the daemon, job 1, was cut off after .+, when job 0 ended: /,
  );

  describe('make-your-own', () => {
    completed('make-your-own', [...MODES]);

    cases('make-your-own', [...MODES], 'the jobs find all primes, whatever they run on', (pass) => {
      // There are 7,837 primes below 80,000: OEIS A000720.
      expect(mainLines(pass)).toEqual(['Found 7837 primes below 80000']);
      expect(stateOf(pass).messages.size).toBe(4);
    });
  });
});
