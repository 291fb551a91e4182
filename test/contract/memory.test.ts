/** Memory, the queue and the locks, in four modes on both runtimes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MODES, type Mode } from '../../server/spec/modes.ts';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { modesFor, playFirst } from '../everyday.ts';
import { markedLine } from './marked-line.ts';
import { type Ground, openGround, type Played, play } from './play.ts';
import { holds, type Span, waits } from './spans.ts';

const BESIDE_SEQUENTIAL = MODES.slice(1);

let ground: Ground;
beforeAll(async () => {
  ground = await openGround({ PASS_SECONDS: '20' });
});
afterAll(() => ground.end());

describe.each(JAVASCRIPT)('%s', (runtime) => {
  describe('the list and the counter', () => {
    let run: Played;
    playFirst(async () => {
      run = await play(ground, { lesson: 'shares', runtime, jobs: 4 });
    });
    const list = (pass: Played) => pass.of('shared-written').filter(({ key }) => key === 'list');
    const seen = (pass: Played) => [0, 1, 2, 3].map((job) => JSON.parse(pass.texts(job)[0] ?? 'null'));
    const found = (pass: Played) => JSON.parse(pass.texts(null)[0] ?? 'null');

    test.each(MODES.slice(0, 3))(`%s on ${runtime}: jobs share the list and the counter of main`, (mode) => {
      const pass = run.pass(mode);
      const written = list(pass);
      expect(written.map(({ length }) => length)).toEqual([1, 2, 3, 4]);
      expect(written.map(({ job }) => job).toSorted()).toEqual([0, 1, 2, 3]);
      // Main finds the entries in the order of their events.
      expect(found(pass)).toEqual([written.map(({ value }) => value), 4]);
      expect(
        seen(pass)
          .map(([, counter]) => counter)
          .toSorted(),
      ).toEqual([1, 2, 3, 4]);
    });

    test(`processes on ${runtime}: each has its own list and counter, and main's stay empty`, () => {
      const pass = run.pass('processes');
      expect(list(pass).map(({ length }) => length)).toEqual([1, 1, 1, 1]);
      expect(seen(pass)).toEqual(Array(4).fill([1, 1]));
      expect(found(pass)).toEqual([[], 0]);
    });
  });

  describe('the queue', () => {
    let run: Played;
    let bounded: Played;
    playFirst(async () => {
      [run, bounded] = await Promise.all([
        play(ground, { lesson: 'passes-on', runtime, jobs: 4 }),
        play(ground, { lesson: 'bounded', runtime, jobs: 1 }),
      ]);
    });

    test.each(MODES)(`%s on ${runtime}: each message is sent once and received once`, (mode) => {
      const pass = run.pass(mode);
      const [sent, received] = [pass.of('message-sent'), pass.of('message-received')];
      expect(pass.one('pass-ended').status).toBe('completed');
      expect(sent.map(({ value }) => JSON.stringify(value)).toSorted()).toEqual(
        [0, 2].flatMap((n) => [0, 1, 2, 3].map((i) => JSON.stringify({ n, i }))),
      );
      expect(new Set(sent.map(({ id }) => id)).size).toBe(8);
      expect(received.map(({ id }) => id).toSorted()).toEqual(sent.map(({ id }) => id).toSorted());
      for (const { id, value, bytes, atMs } of received) {
        const from = sent.find((one) => one.id === id);
        expect({ value, bytes }).toEqual({ value: from?.value, bytes: from?.bytes });
        expect(from?.atMs).toBeLessThanOrEqual(atMs);
      }
      expect(received.map(({ job }) => job).toSorted()).toEqual([1, 1, 1, 3, 3, 3, null, null]);
    });

    test.each(MODES)(`%s on ${runtime}: messages are received in the order of the puts`, (mode) => {
      // Only the order of each sender's messages is certain: either sender may be first at the queue.
      for (const receiver of [1, 3, null]) {
        const got = run.pass(mode).of('message-received');
        const own = got
          .filter(({ job }) => job === receiver)
          .map(({ value }) => value as { n: number; i: number });
        for (const sender of [0, 2]) {
          const order = own.filter(({ n }) => n === sender).map(({ i }) => i);
          expect(order).toEqual(order.toSorted((a, b) => a - b));
        }
      }
    });

    test.each(MODES)(
      `%s on ${runtime}: a main that has joined all jobs knows the size of the queue`,
      (mode) => {
        expect(run.pass(mode).texts(null)).toEqual(['2 left', '0 left']);
      },
    );

    test.each(BESIDE_SEQUENTIAL)(
      `%s on ${runtime}: a put into a full queue waits until there is room`,
      (mode) => {
        const pass = bounded.pass(mode);
        expect(pass.one('pass-ended').status).toBe('completed');
        expect(pass.texts(null)).toEqual(['0', '1', '2', '3', '4', '5']);
        const puts = waits(pass, 'queue').filter(({ job }) => job === 0);
        const gets = waits(pass, 'queue').filter(({ job }) => job === null);
        expect([puts.length, gets.length]).toEqual([6, 6]);
        // The third put is through only after the first get was requested, and so on; one of them was seen to wait.
        const pairs = puts.slice(2).map((put, n) => ({ put, get: gets[n] as Span }));
        for (const { put, get } of pairs) expect(put.to).toBeGreaterThanOrEqual(get.from);
        expect(pairs.some(({ put, get }) => put.from < get.from)).toBe(true);
        const sent = pass.of('message-sent').map(({ atMs }) => atMs);
        for (const [n, { to }] of puts.entries()) expect(sent[n]).toBeGreaterThanOrEqual(to);
      },
    );

    test(`sequential on ${runtime}: a job that waits for room that only main could make is reported`, () => {
      expect(bounded.pass('sequential').one('pass-ended')).toMatchObject({
        status: 'failed',
        error: `Nothing can continue: job 0, line ${markedLine('bounded', 'put')}, waits for room in the queue.`,
      });
    });
  });

  describe('a lock', () => {
    let together: Played;
    let inTurn: Played;
    playFirst(async () => {
      [together, inTurn] = await Promise.all([
        play(ground, {
          lesson: 'takes-turns',
          runtime,
          jobs: 3,
          modes: modesFor('takes-turns', runtime, BESIDE_SEQUENTIAL),
        }),
        play(ground, {
          lesson: 'takes-turns',
          runtime,
          jobs: 3,
          modes: ['sequential'],
          minSeconds: 0,
          maxSeconds: 0,
        }),
      ]);
    });
    const passOf = (mode: Mode) => (mode === 'sequential' ? inTurn : together.pass(mode));

    test.each(MODES)(`%s on ${runtime}: a held lock is not given to another job`, (mode) => {
      const pass = passOf(mode);
      expect(pass.one('pass-ended').status).toBe('completed');
      const held = holds(pass).toSorted((a, b) => a.from - b.from);
      expect(held).toHaveLength(mode === 'sequential' ? 6 : 7);
      for (const [n, { from }] of held.slice(1).entries())
        expect(from).toBeGreaterThanOrEqual(held[n]?.to ?? 0);
    });

    test.each(BESIDE_SEQUENTIAL)(`%s on ${runtime}: a wait for a lock is reported`, (mode) => {
      const pass = passOf(mode);
      const held = holds(pass);
      // Two of the three came while another held it, whichever was first.
      const waited = waits(pass, 'lock').filter((wait) =>
        held.some(({ job, from, to }) => job !== wait.job && from < wait.to && wait.from < to),
      );
      expect(new Set(waited.map(({ job }) => job)).size).toBeGreaterThanOrEqual(2);
    });
  });
});
