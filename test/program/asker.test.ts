/** A lane's side of the queue and the locks: what it requests, what it reports, and when its calls return. */
import { Buffer } from 'node:buffer';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Asker } from '../../server/program/asker.ts';
import { Hub } from '../../server/program/hub.ts';
import { linesOf } from '../../server/program/line.ts';
import type { Answer, Ask } from '../../server/protocol/asks.ts';
import type { Report } from '../../server/protocol/reports.ts';

const { reports } = vi.hoisted(() => ({ reports: [] as Report[] }));
vi.mock('../../server/program/emit.ts', () => ({ emit: (report: Report) => reports.push(report) }));
beforeEach(() => {
  reports.length = 0;
});

/** This file stands in for the program. */
const LINES = linesOf(import.meta.url);

/** Lanes that share one hub, which answers at once. */
function lanesOf(...numbers: number[]): Asker[] {
  const askers: Asker[] = [];
  const hub = new Hub((state) => {
    for (const asker of askers) asker.receiveState(state);
  });
  for (const lane of numbers) {
    const answer = (to: Answer) => asker.receiveAnswer(to);
    const asker: Asker = new Asker(lane, (ask) => hub.ask(lane, ask, answer), LINES);
    askers.push(asker);
  }
  return askers;
}

/** The reports in short: `1/5 wait-started queue`. */
function inShort(): string[] {
  return reports.map((report) => {
    const { type, lane, job } = report as { type: string; lane: number; job: number | null };
    const more = 'for' in report ? `${report.for} ${report.on}` : 'id' in report ? report.id : '';
    return `${lane}/${job ?? 'main'} ${type} ${more}`.trim();
  });
}

/** Lets everything that was answered continue. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('Asker: the queue', () => {
  it('queue: a message is reported when it is sent and when it is received, with the same id', async () => {
    const [one, other] = lanesOf(1, 2) as [Asker, Asker];
    const value = { text: 'é', list: [1, null] };
    await one.queue(5).put(value);
    expect(await other.queue(6).get()).toEqual(value);
    expect(inShort()).toEqual([
      '1/5 message-sent 1.1',
      '2/6 wait-started queue a message',
      '2/6 wait-ended queue a message',
      '2/6 message-received 1.1',
    ]);
    const message = { id: '1.1', channel: 'queue', bytes: Buffer.byteLength(JSON.stringify(value)), value };
    expect(reports[0]).toMatchObject(message);
    expect(reports[3]).toMatchObject(message);
  });

  it('queue: get returns a copy, even within a lane', async () => {
    const queue = (lanesOf(0) as [Asker])[0].queue(null);
    const own = { n: 1 };
    await queue.put(own);
    own.n = 2;
    expect(await queue.get()).toEqual({ n: 1 });
  });

  it('queue: ids of all messages differ, whichever job of a lane sends them', async () => {
    const [main, lane] = lanesOf(0, 1) as [Asker, Asker];
    for (const queue of [main.queue(null), main.queue(0), lane.queue(1), lane.queue(2)]) await queue.put(1);
    const ids = reports.map((report) => ('id' in report ? report.id : null));
    expect(new Set(ids).size).toBe(4);
  });

  it('queue: a put into a full queue waits, and its message is sent when there is room', async () => {
    const [main, lane] = lanesOf(0, 1) as [Asker, Asker];
    main.queue(null).limit(1);
    await lane.queue(5).put('a');
    reports.length = 0;
    let isIn = false;
    const waiting = lane
      .queue(5)
      .put('b')
      .then(() => {
        isIn = true;
      });
    await settled();
    expect(isIn).toBe(false);
    expect(inShort()).toEqual(['1/5 wait-started queue room in the queue']);
    await main.queue(null).get();
    await waiting;
    expect(inShort().filter((line) => line.startsWith('1/5'))).toEqual([
      '1/5 wait-started queue room in the queue',
      '1/5 wait-ended queue room in the queue',
      '1/5 message-sent 1.2',
    ]);
  });

  it('queue: its size counts puts and gets of all lanes', async () => {
    const [main, lane] = lanesOf(0, 1) as [Asker, Asker];
    const sizes = () => [main.queue(null).size, lane.queue(5).size];
    for (let n = 0; n < 3; n++) await lane.queue(5).put(n);
    expect(sizes()).toEqual([3, 3]);
    await main.queue(null).get();
    expect(sizes()).toEqual([2, 2]);
  });

  it('queue: a value that cannot be copied is refused before anything is reported', async () => {
    const queue = (lanesOf(1) as [Asker])[0].queue(5);
    await expect(queue.put(() => 1)).rejects.toThrow(TypeError);
    await expect(queue.put(1n)).rejects.toThrow(TypeError);
    expect(reports).toEqual([]);
    expect(queue.size).toBe(0);
  });

  it('queue: a limit is a whole number from 1', () => {
    const queue = (lanesOf(0) as [Asker])[0].queue(null);
    for (const bad of [0, -1, 1.5, Number.NaN, '2' as never])
      expect(() => queue.limit(bad)).toThrow(RangeError);
  });
});

describe('Asker: the locks', () => {
  it('lock: a job that waits for it is reported as waiting, and as holding it when its turn comes', async () => {
    const [one, other] = lanesOf(1, 2) as [Asker, Asker];
    await one.lock('A', 5).acquire();
    const waiting = other.lock('A', 6).acquire();
    await settled();
    expect(inShort()).toEqual([
      '1/5 wait-started lock A',
      '1/5 wait-ended lock A',
      '2/6 wait-started lock A',
    ]);
    reports.length = 0;
    one.lock('A', 5).release();
    await waiting;
    expect(reports).toEqual([
      { type: 'lock-released', lane: 1, job: 5, on: 'A', line: expect.any(Number) },
      { type: 'wait-ended', lane: 2, job: 6, for: 'lock', on: 'A' },
    ]);
  });

  it('lock: only the job that holds it may release it, once', async () => {
    const [lane, other] = lanesOf(1, 2) as [Asker, Asker];
    await lane.lock('A', 5).acquire();
    for (const [asker, name, job] of [
      [lane, 'B', 5],
      [lane, 'A', 6],
      [lane, 'A', null],
      [other, 'A', 5],
    ] as const) {
      expect(() => asker.lock(name, job).release()).toThrow(
        `lock("${name}").release(): the lock is not held here. Await its acquire() first.`,
      );
    }
    lane.lock('A', 5).release();
    expect(() => lane.lock('A', 5).release()).toThrow('not held here');
    expect(reports.filter(({ type }) => type === 'lock-released')).toHaveLength(1);
  });

  it('lock: a lock that is being acquired is not held yet', async () => {
    const [lane] = lanesOf(0) as [Asker];
    await lane.lock('A', 1).acquire();
    const waiting = lane.lock('A', 2).acquire();
    expect(() => lane.lock('A', 2).release()).toThrow('not held here');
    lane.lock('A', 1).release();
    await waiting;
    lane.lock('A', 2).release();
  });

  it('lock: a name is a text of at most 100 letters', () => {
    const [lane] = lanesOf(0) as [Asker];
    for (const bad of [1 as never, undefined as never, 'x'.repeat(101)]) {
      expect(() => lane.lock(bad, null)).toThrow(TypeError);
    }
    expect(() => lane.lock('x'.repeat(100), null)).not.toThrow();
  });
});

describe('Asker: semaphores', () => {
  it('semaphore: a job that waits for a permit is reported, with the release that ended the wait', async () => {
    const [one, other] = lanesOf(1, 2) as [Asker, Asker];
    const own = one.semaphore('S', 1, 5);
    await own.acquire();
    const waiting = other.semaphore('S', 1, 6).acquire();
    await settled();
    own.release();
    await waiting;
    const line = expect.any(Number);
    const wait = { for: 'semaphore', on: 'S' };
    expect(reports).toEqual([
      { type: 'wait-started', lane: 1, job: 5, ...wait, permits: 1, line },
      { type: 'wait-ended', lane: 1, job: 5, ...wait },
      { type: 'wait-started', lane: 2, job: 6, ...wait, permits: 1, line },
      { type: 'permit-released', lane: 1, job: 5, on: 'S', id: '1.1', line },
      { type: 'wait-ended', lane: 2, job: 6, ...wait, by: '1.1' },
    ]);
  });

  it('semaphore: a job may hold several permits, and give back no more than it holds', async () => {
    const [lane] = lanesOf(1) as [Asker];
    const own = lane.semaphore('S', 3, 5);
    await own.acquire();
    await lane.semaphore('S', 3, 5).acquire();
    expect(() => lane.semaphore('S', 3, 6).release()).toThrow('no permit is held here');
    own.release();
    own.release();
    expect(() => own.release()).toThrow('semaphore("S").release(): no permit is held here.');
    expect(reports.filter(({ type }) => type === 'permit-released')).toHaveLength(2);
  });

  it('semaphore: the number of permits is whole, from 1 to 1,000, and the same in every call', async () => {
    const [lane, other] = lanesOf(1, 2) as [Asker, Asker];
    for (const bad of [0, -1, 1.5, 1001, Number.NaN, '2' as never, undefined as never])
      expect(() => lane.semaphore('S', bad, null)).toThrow(
        'needs a whole number of permits, from 1 to 1,000.',
      );
    lane.semaphore('S', 3, null);
    const text = 'semaphore("S", 2): an earlier call fixed it at 3 permits.';
    expect(() => lane.semaphore('S', 2, null)).toThrow(text);
    await expect(other.semaphore('S', 2, 6).acquire()).rejects.toThrow(text);
    // Where it was refused, the right number is accepted.
    await other.semaphore('S', 3, 6).acquire();
    expect(() => lane.semaphore('', 1, null)).toThrow(TypeError);
  });
});

describe('Asker: conditions', () => {
  it('condition: a wait releases the lock, is woken by a notification, and acquires the lock again', async () => {
    const [one, other] = lanesOf(1, 2) as [Asker, Asker];
    const held = one.lock('A', 5);
    await held.acquire();
    reports.length = 0;
    const waiting = one.condition('C', 5).wait(held);
    await settled();
    other.condition('C', 6).notify();
    await waiting;
    expect(inShort()).toEqual([
      '1/5 lock-released',
      '1/5 wait-started condition C',
      '2/6 condition-notified 2.1',
      '1/5 wait-ended condition C',
      '1/5 wait-started lock A',
      '1/5 wait-ended lock A',
    ]);
    expect(reports[3]).toMatchObject({ by: '2.1' });
    held.release();
  });

  it('condition: a notification with nothing that waits is lost', async () => {
    const [one] = lanesOf(1) as [Asker];
    const held = one.lock('A', 5);
    await held.acquire();
    one.condition('C', 5).notifyAll();
    let isOver = false;
    void one
      .condition('C', 5)
      .wait(held)
      .then(() => {
        isOver = true;
      });
    await settled();
    expect(isOver).toBe(false);
  });

  it('condition: only a lock that the job holds can be waited with', async () => {
    const [one] = lanesOf(1) as [Asker];
    const condition = one.condition('C', 5);
    for (const bad of ['A', null, undefined, {}, { acquire() {}, release() {} }])
      await expect(condition.wait(bad as never)).rejects.toThrow('needs a lock, as returned by lock(name)');
    await expect(condition.wait(one.lock('A', 5))).rejects.toThrow('lock "A" is not held here');
    await one.lock('A', 6).acquire();
    await expect(condition.wait(one.lock('A', 6))).rejects.toThrow('lock "A" is not held here');
    expect(reports.filter(({ type }) => type === 'lock-released')).toEqual([]);
  });
});

describe('Asker: answers', () => {
  it('receiveAnswer: an unexpected answer, or a repeated one, changes nothing', async () => {
    const asked: Ask[] = [];
    const asker = new Asker(1, (ask) => asked.push(ask), LINES);
    const got = asker.queue(5).get();
    asker.receiveAnswer({ id: 99, message: null });
    asker.receiveAnswer({ id: asked[0]?.id ?? 0, message: { id: '2.1', json: '"a"' } });
    asker.receiveAnswer({ id: asked[0]?.id ?? 0, message: { id: '2.2', json: '"b"' } });
    expect(await got).toBe('a');
  });
});
