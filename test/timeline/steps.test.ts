/** Runs of one order: turns, steps, the state after each step, and what they lead to. */
import { describe, expect, test } from 'vitest';
import { misfitError } from '../../server/spec/schedule.ts';
import { Replay } from '../../server/timeline/replay.ts';
import { orderSentence, stepShownWords } from '../../server/words/order-sentence.ts';
import { sentence } from '../../server/words/sentence.ts';
import { stepWords } from '../../server/words/step-words.ts';
import { timelineOf, waitEnded, waitStarted } from './made-events.ts';
import { orderLog, readAndWrite } from './made-orders.ts';

const passOf = (log: ReturnType<typeof readAndWrite>) => {
  const [pass] = timelineOf(log).passes;
  if (!pass) throw new Error('There is no pass.');
  return pass;
};
/** `computing 0-1`, row by row. */
const barsOf = (log: ReturnType<typeof readAndWrite>) =>
  passOf(log).rows.map(({ bars }) => bars.map(({ state, startMs, endMs }) => `${state} ${startMs}-${endMs}`));

describe('steps of one order', () => {
  test('a lane has the turn in its own steps alone, and waits for it in those of others', () => {
    expect(barsOf(readAndWrite('1-2-1-2'))).toEqual([
      ['join 0-3', 'join 3-4'],
      ['computing 0-1', 'turn 1-2', 'computing 2-3'],
      ['turn 0-1', 'computing 1-2', 'turn 2-3', 'computing 3-4'],
    ]);
    expect(barsOf(readAndWrite('1x2-2x2')).slice(1)).toEqual([
      ['computing 0-2'],
      ['turn 0-2', 'computing 2-4'],
    ]);
  });

  test('each step says which job did what, at which line, and how often the turn was taken', () => {
    const pass = passOf(readAndWrite('1-2-1-2'));
    expect(pass.steps.map(stepWords)).toEqual([
      'job 0 reads 0',
      'job 1 reads 0',
      'job 0 writes 1',
      'job 1 writes 1',
    ]);
    expect(pass.steps.map(({ line }) => line)).toEqual([3, 3, 5, 5]);
    // Job 0 was done before the last.
    expect(pass.switches).toBe(2);
    expect(pass.jobStateMs.computing).toBe(4);
  });

  test('the sentence says what is lost in this order, or that it goes well, and nothing of time', () => {
    expect(sentence(timelineOf(readAndWrite('1-2-1-2')))).toBe(
      'In this order, job 1 overwrites what job 0 wrote: the counter is 1, not 2.',
    );
    expect(sentence(timelineOf(readAndWrite('1-2-2-1')))).toBe(
      'In this order, job 0 overwrites what job 1 wrote: the counter is 1, not 2.',
    );
    expect(sentence(timelineOf(readAndWrite('1-1-2-2')))).toBe('This order goes well: the counter is 2.');
    expect(orderSentence(passOf(readAndWrite('1-2-3-1-2-3')))).toBe(
      'In this order, 2 updates are lost: the counter is 1, not 3.',
    );
  });

  test('the sentence says what the check found once, and of an order that does not fit only that', () => {
    const failing = (schedule: string, error: string) => {
      const log = readAndWrite(schedule).map((event) =>
        event.type === 'pass-ended' || event.type === 'run-ended'
          ? { ...event, status: 'failed' as const, ...(event.type === 'pass-ended' && { error }) }
          : event,
      );
      return sentence(timelineOf(log));
    };
    const check = 'Check failed: Error: 2 visitors came, the counter says 1';
    expect(failing('1-2-1-2', check)).toBe(
      'In this order, job 1 overwrites what job 0 wrote, and the program’s check fails: Error: 2 visitors came, the counter says 1.',
    );
    expect(failing('1-1-2-2', 'Check failed: Error: no')).toBe(
      'In this order, the program’s check fails: Error: no.',
    );
    expect(failing('1-2-1-2', 'Error: no')).toBe(
      'In this order, job 1 overwrites what job 0 wrote: the counter is 1, not 2. The program fails: Error: no.',
    );
    const misfit = misfitError(1, { lane: 9, answer: 0 }, [
      { lane: 1, answer: 0 },
      { lane: 2, answer: 1 },
    ]);
    expect(failing('1-2-1-2', misfit)).toBe(
      'This order does not fit the program: its step 2 is 9, where only 1 or 2:1 can be taken.',
    );
  });

  test('a replay shows the state after each step, with what is still in the queue', () => {
    const put = (value: number) => ({
      facts: [
        {
          type: 'message-sent' as const,
          lane: 1,
          job: 0,
          id: `m${value}`,
          channel: 'queue' as const,
          bytes: 1,
          value,
        },
      ],
    });
    const got = (value: number) => ({
      facts: [
        waitStarted(2, 1, 'queue', 'a message'),
        waitEnded(2, 1, 'queue', 'a message'),
        {
          type: 'message-received' as const,
          lane: 2,
          job: 1,
          id: `m${value}`,
          channel: 'queue' as const,
          bytes: 1,
          value,
        },
      ],
    });
    const replay = new Replay(orderLog('1-1-2-1', (lane, nth) => (lane === 1 ? put(nth) : got(0))));
    const shown = [0, 1, 2, 3, 4].map((step) => {
      const { passes } = replay.at(step);
      const [pass] = passes;
      return [[...(pass?.state.queue ?? [])].join(), stepShownWords({ passes })];
    });
    expect(shown).toEqual([
      ['', 'Before the first step.'],
      ['m0', 'Step 1: job 0 puts 0 into the queue.'],
      ['m0,m1', 'Step 2: job 0 puts 1 into the queue.'],
      ['m1', 'Step 3: job 1 takes 0 from the queue.'],
      ['m1,m2', 'Step 4: job 0 puts 2 into the queue.'],
    ]);
  });

  test('a lock: who got it without a wait goes on, who waits for it has no turn, a release gives it on', () => {
    const log = orderLog('1-2-1-2', (lane, nth) => {
      const job = lane - 1;
      const asks = waitStarted(lane, job, 'lock', 'A');
      const has = waitEnded(lane, job, 'lock', 'A');
      if (nth === 0) return { facts: lane === 1 ? [asks, has] : [asks] };
      const gives = lane === 1 ? [waitEnded(2, 1, 'lock', 'A')] : [];
      return { facts: [{ type: 'lock-released', lane, job, on: 'A' }, ...gives] };
    });
    expect(barsOf(log).slice(1)).toEqual([
      ['computing 0-1', 'turn 1-2', 'computing 2-3'],
      ['turn 0-1', 'computing 1-2', 'lock 2-3', 'computing 3-4'],
    ]);
    expect(passOf(log).steps.map(stepWords)).toEqual([
      'job 0 asks for lock A',
      'job 1 asks for lock A',
      'job 0 releases lock A',
      'job 1 releases lock A',
    ]);
  });

  test('a step that no event reports is that of the lane in the text of the order', () => {
    const log = orderLog('1-2-1-2', (lane, nth) =>
      nth === 0
        ? { facts: [] }
        : { facts: [{ type: 'shared-read', lane, job: lane - 1, key: 'counter', value: 0 }] },
    );
    const pass = passOf(log);
    expect(pass.steps.map(({ lane, does }) => `${lane} ${does}`)).toEqual([
      '1 unseen',
      '2 unseen',
      '1 read',
      '2 read',
    ]);
  });
});
