/** A log on an asynchronous store: chunks in order, one at a time, and none read before it is saved. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { nextChunk } from '../../../server/runs/log/log.ts';
import { RunLog } from '../../../server/runs/log/run-log.ts';
import { ended, eventsOf, isSettled, line, readAll, seqs, upTo, write } from './written-log.ts';

type Saving = { firstSeq: number; lines: string[]; done: () => void; fail: (error: Error) => void };

/** A log on a store in which the test decides when each chunk is saved. */
function newWaitingLog({ isHeld = false } = {}) {
  const saved: string[] = [];
  const asked: Saving[] = [];
  const save = (firstSeq: number, lines: string[]) =>
    new Promise<void>((resolve, reject) => {
      const done = () => {
        saved.push(...lines);
        resolve();
      };
      asked.push({ firstSeq, lines, done, fail: reject });
    });
  return { log: new RunLog({ save, maxEvents: 10_000, isHeld }), saved, asked };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('log: an asynchronous store', () => {
  it('log: no event is read before the store has saved it', async () => {
    const { log, asked } = newWaitingLog();
    const next = nextChunk(log.read(0));
    write(log, 2);
    expect(log.after(0)).toEqual([]);
    expect(await isSettled(next)).toBe(false);
    asked[0]?.done();
    expect(seqs(eventsOf(await next))).toEqual([1, 2]);
    expect(log.lastSeq).toBe(2);
  });

  it('log: one chunk is written at a time, and events added meanwhile are in the next', async () => {
    const { log, asked } = newWaitingLog();
    write(log, 1);
    write(log, 2);
    const flushed = log.flush();
    await turn();
    expect(asked).toHaveLength(1);
    asked[0]?.done();
    await flushed;
    await vi.waitUntil(() => asked.length === 2);
    expect(asked[1]).toMatchObject({ firstSeq: 2 });
    asked[1]?.done();
    await vi.waitUntil(() => log.lastSeq === 3);
    expect(log.after(0).map((text) => JSON.parse(text).seq)).toEqual(upTo(3));
  });

  it('log: ended while a chunk is written, it writes the rest, calls finish, and then ends for readers', async () => {
    const { log, asked } = newWaitingLog();
    const events = readAll(log.read(0));
    write(log, 1);
    log.append(ended, null, 1);
    const steps: string[] = [];
    const { promise: kept, resolve: keep } = Promise.withResolvers<void>();
    const finish = () => {
      steps.push('finish');
      return kept;
    };
    const tried = Promise.resolve(log.end(finish));
    asked[0]?.done();
    await vi.waitUntil(() => asked.length === 2);
    expect(steps).toEqual([]);
    asked[1]?.done();
    await vi.waitUntil(() => steps.length > 0);
    expect(log.isEnded).toBe(false);
    expect(await isSettled(events)).toBe(false);
    expect(await isSettled(tried)).toBe(false);
    keep();
    await tried;
    expect(log.isEnded).toBe(true);
    expect(seqs(await events)).toEqual([1, 2]);
  });

  it('log: a chunk that the store rejects is retried, with the events added since', async () => {
    const complain = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { log, asked } = newWaitingLog();
    write(log, 1);
    const flushed = log.flush();
    asked[0]?.fail(new Error('the connection was lost'));
    await flushed;
    expect(log.after(0)).toEqual([]);
    log.append(ended, null, 1);
    const tried = log.end();
    expect(asked[1]).toMatchObject({ firstSeq: 1, lines: { length: 2 } });
    asked[1]?.done();
    await tried;
    expect(log.isEnded).toBe(true);
    expect(complain).toHaveBeenCalledOnce();
    complain.mockRestore();
  });

  it('log: end resolves after the first attempt, even if it failed, and is retried later', async () => {
    vi.useFakeTimers();
    const complain = vi.spyOn(console, 'error').mockImplementation(() => {});
    try {
      const { log } = newWaitingLog();
      let tries = 0;
      await log.end(async () => {
        tries++;
        if (tries < 3) throw new Error('the connection was lost');
      });
      expect([tries, log.isEnded]).toEqual([1, false]);
      await vi.advanceTimersByTimeAsync(10_000);
      expect([tries, log.isEnded]).toEqual([3, true]);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      complain.mockRestore();
      vi.useRealTimers();
    }
  });

  it('log: giveUp waits for the chunk that is being written, and writes no more', async () => {
    const { log, asked } = newWaitingLog();
    write(log, 1);
    log.append(ended, null, 1);
    const finish = vi.fn();
    void log.end(finish);
    const givenUp = Promise.resolve(log.giveUp());
    expect(await isSettled(givenUp)).toBe(false);
    asked[0]?.done();
    await givenUp;
    expect(asked).toHaveLength(1);
    expect(finish).not.toHaveBeenCalled();
    expect(log.isEnded).toBe(false);
  });

  it('log: after giveUp during a failing write, it does not retry', async () => {
    vi.useFakeTimers();
    const complain = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { log, asked } = newWaitingLog();
    write(log, 1);
    const givenUp = log.giveUp();
    asked[0]?.fail(new Error('the connection was lost'));
    await givenUp;
    expect(vi.getTimerCount()).toBe(0);
    complain.mockRestore();
    vi.useRealTimers();
  });

  it('log: a held log saves nothing until release, and then everything', async () => {
    const { log, asked } = newWaitingLog({ isHeld: true });
    write(log, 2);
    await turn();
    expect(asked).toEqual([]);
    log.release();
    await vi.waitUntil(() => asked.length === 1);
    expect(asked[0]).toMatchObject({ firstSeq: 1, lines: { length: 2 } });
  });

  it('log: with any delays and failures, every event is saved once, in order, before it is read', async () => {
    const complain = vi.spyOn(console, 'error').mockImplementation(() => {});
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.constant('append' as const) },
      { weight: 2, arbitrary: fc.constant('flush' as const) },
      { weight: 3, arbitrary: fc.constant('done' as const) },
      { weight: 1, arbitrary: fc.constant('fail' as const) },
      { weight: 2, arbitrary: fc.constant('turn' as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { log, saved, asked } = newWaitingLog();
        let answered = 0;
        let isOver = false;
        const follow = (async () => {
          const reader = log.read(0);
          const got: number[] = [];
          for (let chunk = await nextChunk(reader); chunk; chunk = await nextChunk(reader)) {
            expect(saved.length).toBeGreaterThanOrEqual(chunk.lastSeq);
            got.push(...seqs(eventsOf(chunk)));
          }
          isOver = true;
          return got;
        })();
        let appended = 0;
        for (const what of steps) {
          if (what === 'append') log.append(line(`${appended++}`), 0, 1);
          if (what === 'flush') void log.flush();
          if (what === 'turn') await turn();
          const pending = asked[answered];
          if (!pending || (what !== 'done' && what !== 'fail')) continue;
          answered++;
          if (what === 'done') pending.done();
          else pending.fail(new Error('refused'));
          expect(asked.length).toBeLessThanOrEqual(answered + 1);
        }
        void log.end();
        while (!isOver) {
          asked[answered]?.done();
          if (answered < asked.length) answered++;
          await turn();
          void log.flush();
        }
        expect(await follow).toEqual(upTo(appended));
        expect(saved).toEqual(log.after(0));
        expect(log.isEnded).toBe(true);
      }),
      { numRuns: 150 },
    );
    complain.mockRestore();
  });
});
