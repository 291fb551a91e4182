/** The log of a run: what is read was saved, everybody gets every event once, and one serialisation does for all. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Fact, RunEvent } from '../../server/runs/events.ts';
import { type Reader, RunLog } from '../../server/runs/log.ts';
import { eventsOf, messagesOf } from '../event-stream.ts';

const line = (text: string): Fact => ({ type: 'log', lane: 0, job: 0, stream: 'stdout', text });
const ended: Fact = { type: 'run-ended', status: 'completed', error: null };
const textOf = (bytes: Uint8Array | null) => (bytes ? new TextDecoder().decode(bytes) : '');
const seqs = (events: readonly RunEvent[]) => events.map(({ seq }) => seq);
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

/** A log and what it saved, in order. */
function newLog({ maxEvents = 10_000, lines = [] as string[], isEnded = false } = {}) {
  const saved = [...lines];
  const chunks: { firstSeq: number; lines: string[] }[] = [];
  const save = (firstSeq: number, added: string[]) => {
    chunks.push({ firstSeq, lines: added });
    saved.push(...added);
  };
  return { log: new RunLog({ save, maxEvents }, [...lines], isEnded), saved, chunks };
}

/** Appends `count` lines and lets readers have them. */
function write(log: RunLog, count: number, size = 1): void {
  for (let i = 0; i < count; i++) log.append(line('x'.repeat(size)), 0, i);
  log.flush();
}

/** Everything that a reader is given until the log ends, as text. */
async function readAll(reader: Reader): Promise<string> {
  let text = '';
  for (let frame = await reader.next(); frame; frame = await reader.next()) text += textOf(frame);
  reader.close();
  return text;
}

/** Whether `promise` has been settled by what was done before. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol();
  // The promise's own reactions run first: it was there before.
  await Promise.resolve();
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}

describe('log: reading', () => {
  it('log: events are numbered from 1 and carry what was told, to the microsecond', () => {
    const { log } = newLog();
    log.append({ type: 'run-queued', position: 3 }, null, 0);
    log.append(line('a'), 2, 1.23456789);
    log.flush();
    expect(log.after(0).map((text) => JSON.parse(text))).toEqual([
      { seq: 1, pass: null, atMs: 0, type: 'run-queued', position: 3 },
      { seq: 2, pass: 2, atMs: 1.235, ...line('a') },
    ]);
    expect(log.lastSeq).toBe(2);
    expect(log.after(1)).toHaveLength(1);
    expect(log.after(2)).toEqual([]);
  });

  it('log: an event reaches a reader without anybody flushing', async () => {
    const { log } = newLog();
    const reader = log.read(0);
    log.append(line('by itself'), 0, 1);
    expect(textOf(await reader.next())).toContain('by itself');
    reader.close();
  });

  it('log: what one turn of the event loop brings goes out together', async () => {
    const { log, chunks } = newLog();
    const reader = log.read(0);
    for (let i = 0; i < 5; i++) log.append(line(`${i}`), 0, i);
    const frame = textOf(await reader.next());
    expect(seqs(eventsOf(messagesOf(frame)))).toEqual(upTo(5));
    expect(chunks).toHaveLength(1);
    reader.close();
  });

  it('log: a frame is one message, with the number of its last event as id', async () => {
    const { log } = newLog();
    write(log, 3);
    const reader = log.read(1);
    const messages = messagesOf(textOf(await reader.next()));
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ id: '3', event: 'message' });
    expect(seqs(eventsOf(messages))).toEqual([2, 3]);
    reader.close();
  });

  it('log: a reader that joins late gets every event once', async () => {
    const { log } = newLog();
    write(log, 10);
    const text = readAll(log.read(0));
    write(log, 10);
    log.append(ended, null, 30);
    log.end();
    expect(seqs(eventsOf(messagesOf(await text)))).toEqual(upTo(21));
  });

  it('log: a reader that comes after the end gets every event once, and then the end', async () => {
    const { log } = newLog();
    write(log, 4);
    log.end();
    expect(seqs(eventsOf(messagesOf(await readAll(log.read(0)))))).toEqual(upTo(4));
    expect(await log.read(4).next()).toBeNull();
    expect(await log.read(99).next()).toBeNull();
  });

  it('log: one that was kept is read as it was', async () => {
    const { log } = newLog();
    write(log, 3);
    log.end();
    const kept = newLog({ lines: log.after(0), isEnded: true });
    expect(await readAll(kept.log.read(0))).toBe(await readAll(log.read(0)));
    expect(kept.log.isEnded).toBe(true);
    expect(kept.chunks).toEqual([]);
  });

  it('log: a reader that gives a number not there yet is given what comes after it, and the end', async () => {
    const { log } = newLog();
    write(log, 1);
    const waiting = log.read(3);
    const next = waiting.next();
    write(log, 1);
    write(log, 1);
    expect(await isSettled(next)).toBe(false);
    expect(waiting.stalledSince(Number.POSITIVE_INFINITY)).toBe(false);
    write(log, 1);
    expect(seqs(eventsOf(messagesOf(textOf(await next))))).toEqual([4]);

    const far = log.read(99).next();
    write(log, 1);
    log.end();
    expect(await far).toBeNull();
  });

  it('log: the end wakes who waits, and nothing is added after it', async () => {
    const { log } = newLog();
    const readers = [log.read(0), log.read(0)];
    const waiting = readers.map((reader) => reader.next());
    log.end();
    expect(await Promise.all(waiting)).toEqual([null, null]);
    log.append(line('too late'), 0, 1);
    log.flush();
    expect(log.lastSeq).toBe(0);
  });

  it('log: events told just before the end come before it', async () => {
    const { log } = newLog();
    const text = readAll(log.read(0));
    log.append(ended, null, 1);
    log.end();
    expect(eventsOf(messagesOf(await text))).toEqual([{ seq: 1, pass: null, atMs: 1, ...ended }]);
  });

  it('log: closing wakes the reader that is closed, and no other', async () => {
    const { log } = newLog();
    const [one, other] = [log.read(0), log.read(0)];
    const [first, second] = [one.next(), other.next()];
    one.close();
    expect(await first).toBeNull();
    expect(await isSettled(second)).toBe(false);
    write(log, 1);
    expect(await second).not.toBeNull();
  });

  it('log: a slow reader is handed a long log in pieces, each event once', async () => {
    const { log } = newLog();
    write(log, 100, 4000);
    log.end();
    const reader = log.read(0);
    const frames: Uint8Array[] = [];
    for (let frame = await reader.next(); frame; frame = await reader.next()) frames.push(frame);
    expect(frames.length).toBeGreaterThan(3);
    expect(Math.max(...frames.map(({ length }) => length))).toBeLessThan(80 * 1024);
    expect(seqs(eventsOf(messagesOf(frames.map(textOf).join(''))))).toEqual(upTo(100));
  });
});

describe('log: saving', () => {
  it('log: what is read was saved before', async () => {
    const { log, saved } = newLog();
    const reader = log.read(0);
    const checked = (async () => {
      let text = '';
      for (let frame = await reader.next(); frame; frame = await reader.next()) {
        const events = eventsOf(messagesOf(textOf(frame)));
        for (const event of events) expect(JSON.parse(saved[event.seq - 1] ?? 'null')).toEqual(event);
        text += textOf(frame);
      }
      return text;
    })();
    for (let turn = 0; turn < 5; turn++) {
      log.append(line(`${turn}`), 0, turn);
      expect(saved).toHaveLength(turn);
      expect(log.after(0)).toHaveLength(turn);
      log.flush();
    }
    log.end();
    expect(seqs(eventsOf(messagesOf(await checked)))).toEqual(upTo(5));
  });

  it('log: what cannot be saved is read by nobody, until it can be', async () => {
    const complain = vi.spyOn(console, 'error').mockImplementation(() => {});
    let isFull = true;
    const saved: string[] = [];
    const save = (_firstSeq: number, lines: string[]) => {
      if (isFull) throw new Error('disk full');
      saved.push(...lines);
    };
    const log = new RunLog({ maxEvents: 100, save });
    const next = log.read(0).next();
    log.append(line('late'), 0, 1);
    log.flush();
    expect(complain).toHaveBeenCalledOnce();
    complain.mockRestore();
    expect(await isSettled(next)).toBe(false);
    expect(log.after(0)).toEqual([]);
    expect(log.lastSeq).toBe(0);

    isFull = false;
    log.append(line('later'), 0, 2);
    log.flush();
    expect(saved).toHaveLength(2);
    expect(log.after(0)).toEqual(saved);
    expect(await next).not.toBeNull();
  });

  it('log: what cannot be saved is tried again by itself, ever less often, and told once', async () => {
    vi.useFakeTimers();
    const complain = vi.spyOn(console, 'error').mockImplementation(() => {});
    try {
      let isFull = true;
      const tries: number[] = [];
      const save = () => {
        tries.push(Date.now() - startedAt);
        if (isFull) throw new Error('disk full');
      };
      const startedAt = Date.now();
      const log = new RunLog({ maxEvents: 100, save });
      const reader = log.read(0);
      const next = reader.next();
      for (let i = 0; i < 50; i++) {
        log.append(line('x'), 0, i);
        vi.advanceTimersByTime(10);
      }
      log.append(ended, null, 51);
      let isKept = 0;
      const finish = () => {
        isKept++;
        if (isKept === 1) throw new Error('disk full again');
      };
      log.end(finish);
      vi.advanceTimersByTime(100_000);
      expect(complain).toHaveBeenCalledOnce();
      expect(tries.length).toBeLessThan(10);
      const gaps = tries.slice(2).map((at, i) => at - (tries[i + 1] ?? 0));
      expect(gaps).toEqual([...gaps].sort((a, b) => a - b));
      expect(Math.max(...gaps)).toBe(30_000);
      expect(log.isEnded).toBe(false);
      expect(await isSettled(next)).toBe(false);

      isFull = false;
      vi.advanceTimersByTime(30_000);
      expect(isKept).toBe(1);
      expect(log.isEnded).toBe(false);
      expect(textOf(await next)).toContain('run-ended');
      const last = reader.next();
      expect(await isSettled(last)).toBe(false);
      vi.advanceTimersByTime(30_000);
      expect(isKept).toBe(2);
      expect(await last).toBeNull();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      complain.mockRestore();
      vi.useRealTimers();
    }
  });

  it('log: given up, it tries no more, and tells no reader an end', async () => {
    const complain = vi.spyOn(console, 'error').mockImplementation(() => {});
    const save = vi.fn(() => {
      throw new Error('disk full');
    });
    const log = new RunLog({ maxEvents: 100, save });
    const next = log.read(0).next();
    log.append(ended, null, 1);
    log.end();
    log.giveUp();
    log.flush();
    expect(save).toHaveBeenCalledOnce();
    expect(await isSettled(next)).toBe(false);
    complain.mockRestore();
  });

  it('log: chunks follow each other without gap or overlap, and an empty one is not saved', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4)), (counts) => {
        const { log, chunks, saved } = newLog();
        for (const count of counts) write(log, count);
        let next = 1;
        for (const chunk of chunks) {
          expect(chunk.firstSeq).toBe(next);
          expect(chunk.lines.length).toBeGreaterThan(0);
          next += chunk.lines.length;
        }
        expect(saved).toEqual(log.after(0));
      }),
    );
  });
});

describe('log: many readers', () => {
  it('log: readers at the same place share one serialisation', async () => {
    const { log } = newLog();
    const readers = Array.from({ length: 200 }, () => log.read(0));
    for (let round = 0; round < 3; round++) {
      const waiting = readers.map((reader) => reader.next());
      write(log, 2);
      const frames = await Promise.all(waiting);
      expect(frames[0]).toBeInstanceOf(Uint8Array);
      for (const frame of frames) expect(frame).toBe(frames[0]);
    }
    for (const reader of readers) reader.close();
  });

  it('log: readers who come to the same place one after the other share its frames', async () => {
    const { log } = newLog();
    write(log, 100, 4000);
    log.end();
    const frames = async () => {
      const reader = log.read(0);
      const all: Uint8Array[] = [];
      for (let frame = await reader.next(); frame; frame = await reader.next()) all.push(frame);
      return all;
    };
    const first = await frames();
    await log.read(50).next();
    const second = await frames();
    expect(second).toHaveLength(first.length);
    for (const [i, frame] of second.entries()) expect(frame).toBe(first[i]);
  });

  it('log: with many readers, events that come soon after others go out with them', async () => {
    const { log, chunks } = newLog();
    const readers = Array.from({ length: 2000 }, () => log.read(0));
    write(log, 1);
    const waiting = readers.map(async (reader) => {
      await reader.next();
      return textOf(await reader.next());
    });
    log.append(line('a'), 0, 1);
    await Promise.resolve();
    log.append(line('b'), 0, 2);
    for (const text of await Promise.all(waiting)) expect(seqs(eventsOf(messagesOf(text)))).toEqual([2, 3]);
    expect(chunks).toHaveLength(2);
    for (const reader of readers) reader.close();
  });

  it('log: whoever reads when, at whatever pace, gets every event once and in order', async () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ do: fc.constant('append' as const), of: fc.nat(3) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('flush' as const), of: fc.constant(0) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('join' as const), of: fc.nat(30) }) },
      { weight: 4, arbitrary: fc.record({ do: fc.constant('take' as const), of: fc.nat(5) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('turn' as const), of: fc.constant(0) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { log } = newLog();
        type Follower = { reader: Reader; from: number; got: string[]; pending: Promise<void> | null };
        const followers: Follower[] = [];
        const take = (one: Follower) => {
          one.pending ??= one.reader.next().then((frame) => {
            one.pending = null;
            if (frame) one.got.push(textOf(frame));
          });
          return one.pending;
        };
        for (const { do: what, of } of steps) {
          if (what === 'append') for (let i = 0; i <= of; i++) log.append(line('x'), 0, i);
          if (what === 'flush') log.flush();
          if (what === 'join') followers.push({ reader: log.read(of), from: of, got: [], pending: null });
          if (what === 'turn') await new Promise((resolve) => setImmediate(resolve));
          const one = followers[of % Math.max(1, followers.length)];
          if (what === 'take' && one) void take(one);
        }
        log.end();
        for (const one of followers) {
          for (let before = -1; one.got.length !== before; ) {
            before = one.got.length;
            await take(one);
          }
          expect(seqs(eventsOf(messagesOf(one.got.join(''))))).toEqual(upTo(log.lastSeq).slice(one.from));
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('log: a stream cut anywhere', () => {
  it('log: cut at any byte and resumed after the last complete message, every event comes once', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('\n\n', 'data: x\n\nid: 9', '\r\n', '\u2028'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(text, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
        async (chunks, cuts) => {
          // Each chunk of texts becomes a frame of its own for a reader that follows.
          const { log } = newLog();
          const follower = log.read(0);
          const frames: string[] = [];
          for (const chunk of chunks) {
            for (const one of chunk) log.append(line(one), 0, 0);
            log.flush();
            frames.push(textOf(await follower.next()));
          }
          log.end();

          const got: RunEvent[] = [];
          let lastId = 0;
          let bytes = new TextEncoder().encode(frames.join(''));
          for (const cut of cuts) {
            const messages = messagesOf(textOf(bytes.subarray(0, Math.floor(bytes.length * cut))));
            got.push(...eventsOf(messages));
            lastId = Number(messages.at(-1)?.id ?? lastId);
            bytes = new TextEncoder().encode(await readAll(log.read(lastId)));
          }
          got.push(...eventsOf(messagesOf(textOf(bytes))));
          expect(seqs(got)).toEqual(upTo(log.lastSeq));
          expect(got.map((event) => event.type === 'log' && event.text)).toEqual(chunks.flat());
        },
      ),
    );
  });
});

describe('log: limits', () => {
  const job: Fact = { type: 'job-started', lane: 0, job: 1 };

  it('log: past its limit of events one event says so, and what closes things is still taken', () => {
    const { log } = newLog({ maxEvents: 100 });
    write(log, 150);
    log.append({ type: 'sample', rssBytes: 1, cpuMs: 1 }, 0, 151);
    log.append(job, 0, 152);
    log.append(line('nobody sees this'), 0, 153);
    log.append(ended, null, 154);
    log.end();
    const events: RunEvent[] = log.after(0).map((text) => JSON.parse(text));
    expect(seqs(events)).toEqual(upTo(102));
    expect(events.slice(0, 99).every(({ type }) => type === 'log')).toBe(true);
    expect(events.slice(99)).toEqual([
      expect.objectContaining({ type: 'cut', what: 'events', job: null, limit: 100 }),
      expect.objectContaining(job),
      expect.objectContaining(ended),
    ]);
  });

  it('log: with as many events as there may be, nothing is cut', () => {
    const { log } = newLog({ maxEvents: 100 });
    write(log, 99);
    log.append(ended, null, 100);
    log.end();
    expect(log.lastSeq).toBe(100);
    expect(log.after(0).join()).not.toContain('"cut"');
  });

  it('log: one that went on after a restart is cut at the same place', () => {
    const { log: before } = newLog();
    write(before, 99);
    const { log } = newLog({ maxEvents: 100, lines: before.after(0) });
    write(log, 5);
    expect(log.after(99).map((text) => JSON.parse(text))).toEqual([
      expect.objectContaining({ seq: 100, type: 'cut', what: 'events' }),
    ]);
  });
});

describe('log: readers that do not read', () => {
  const always = Number.POSITIVE_INFINITY;

  it('stalledSince: only who was offered something and did not ask for it has stalled', async () => {
    const { log } = newLog();
    const reader = log.read(0);
    expect(reader.stalledSince(always)).toBe(false);
    const before = performance.now();
    write(log, 1);
    expect(reader.stalledSince(always)).toBe(true);
    expect(reader.stalledSince(before)).toBe(false);
    await reader.next();
    expect(reader.stalledSince(always)).toBe(false);
  });

  it('stalledSince: who waits for something has not stalled, however long', async () => {
    const { log } = newLog();
    const reader = log.read(0);
    const next = reader.next();
    expect(reader.stalledSince(always)).toBe(false);
    write(log, 1);
    await next;
    expect(reader.stalledSince(always)).toBe(false);
  });

  it('stalledSince: who joins a log with something in it, and never asks, has stalled', () => {
    const { log } = newLog();
    write(log, 3);
    expect(log.read(0).stalledSince(always)).toBe(true);
    expect(log.read(3).stalledSince(always)).toBe(false);
    expect(log.read(50).stalledSince(always)).toBe(false);
  });

  it('stalledSince: counts from the first thing that was left, not from the last', () => {
    const { log } = newLog();
    const reader = log.read(0);
    write(log, 1);
    const between = performance.now() + 0.001;
    write(log, 1);
    expect(reader.stalledSince(between)).toBe(true);
  });

  it('stalledSince: who takes one piece of many and no more has stalled', async () => {
    const { log } = newLog();
    write(log, 100, 4000);
    const reader = log.read(0);
    await reader.next();
    expect(reader.stalledSince(always)).toBe(true);
  });
});
