/** The log of a run: a reader gets every event once and in order, then the end; and it has a limit. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../server/protocol/events.ts';
import type { Fact } from '../../../server/protocol/facts.ts';
import { nextChunk } from '../../../server/runs/log/log.ts';
import { PublishedLog } from '../../../server/runs/log/published-log.ts';
import { passStarted } from '../../timeline/made-events.ts';
import {
  chunksOf,
  ended,
  eventsOf,
  isSettled,
  line,
  newLog,
  readAll,
  seqs,
  upTo,
  write,
} from './written-log.ts';

describe('log: reading', () => {
  it('log: events are numbered from 1 and contain the fact, with times in whole microseconds', () => {
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

  it('log: an event reaches a reader without a call of flush', async () => {
    const { log } = newLog();
    const reader = log.read(0);
    log.append(line('by itself'), 0, 1);
    expect(eventsOf(await nextChunk(reader))).toMatchObject([line('by itself')]);
    reader.close();
  });

  it('log: the events of one turn of the event loop are sent together', async () => {
    const { log, chunks } = newLog();
    const reader = log.read(0);
    for (let i = 0; i < 5; i++) log.append(line(`${i}`), 0, i);
    expect(seqs(eventsOf(await nextChunk(reader)))).toEqual(upTo(5));
    expect(chunks).toHaveLength(1);
    reader.close();
  });

  it('log: a chunk has the events after the reader, and the number of the last', async () => {
    const { log } = newLog();
    write(log, 3);
    const reader = log.read(1);
    const chunk = await nextChunk(reader);
    expect(chunk?.lastSeq).toBe(3);
    expect(seqs(eventsOf(chunk))).toEqual([2, 3]);
    reader.close();
  });

  it('log: a reader that joins late gets every event once', async () => {
    const { log } = newLog();
    write(log, 10);
    const events = readAll(log.read(0));
    write(log, 10);
    log.append(ended, null, 30);
    log.end();
    expect(seqs(await events)).toEqual(upTo(21));
  });

  it('log: a reader that joins after the end gets every event once, and then the end', async () => {
    const { log } = newLog();
    write(log, 4);
    log.end();
    expect(seqs(await readAll(log.read(0)))).toEqual(upTo(4));
    expect(await nextChunk(log.read(4))).toBeNull();
    expect(await nextChunk(log.read(99))).toBeNull();
  });

  it('log: a stored log is read unchanged', async () => {
    const { log } = newLog();
    write(log, 3);
    log.end();
    const kept = new PublishedLog(log.after(0), true);
    expect(await chunksOf(kept.read(0))).toEqual(await chunksOf(log.read(0)));
    expect(kept.isEnded).toBe(true);
  });

  it('log: a reader with a number beyond the log gets the events after that number, and the end', async () => {
    const { log } = newLog();
    write(log, 1);
    const waiting = log.read(3);
    const next = nextChunk(waiting);
    write(log, 1);
    write(log, 1);
    expect(await isSettled(next)).toBe(false);
    expect(waiting.stalledSince(Number.POSITIVE_INFINITY)).toBe(false);
    write(log, 1);
    expect(seqs(eventsOf(await next))).toEqual([4]);

    const far = nextChunk(log.read(99));
    write(log, 1);
    log.end();
    expect(await far).toBeNull();
  });

  it('log: the end wakes waiting readers, and nothing is added after it', async () => {
    const { log } = newLog();
    const readers = [log.read(0), log.read(0)];
    const waiting = readers.map((reader) => nextChunk(reader));
    log.end();
    expect(await Promise.all(waiting)).toEqual([null, null]);
    log.append(line('too late'), 0, 1);
    log.flush();
    expect(log.lastSeq).toBe(0);
  });

  it('log: events added just before the end come before it', async () => {
    const { log } = newLog();
    const events = readAll(log.read(0));
    log.append(ended, null, 1);
    log.end();
    expect(await events).toEqual([{ seq: 1, pass: null, atMs: 1, ...ended }]);
  });

  it('log: closing wakes only the reader that is closed', async () => {
    const { log } = newLog();
    const [closed, open] = [log.read(0), log.read(0)];
    const [first, second] = [nextChunk(closed), nextChunk(open)];
    closed.close();
    expect(await first).toBeNull();
    expect(await isSettled(second)).toBe(false);
    write(log, 1);
    expect(await second).not.toBeNull();
  });

  it('log: a slow reader gets a long log in pieces, each event once', async () => {
    const { log } = newLog();
    write(log, 100, 4000);
    log.end();
    const chunks = await chunksOf(log.read(0));
    expect(chunks.length).toBeGreaterThan(3);
    expect(Math.max(...chunks.map(({ lines }) => lines.join().length))).toBeLessThan(80 * 1024);
    expect(seqs(chunks.flatMap(eventsOf))).toEqual(upTo(100));
  });
});

describe('log: limits', () => {
  const job: Fact = { type: 'job-started', lane: 0, job: 1 };

  it('log: beyond the limit one event reports it, and only events of the run and its passes are added', () => {
    const { log } = newLog({ maxEvents: 100 });
    write(log, 150);
    log.append({ type: 'sample', rssBytes: 1, cpuMs: 1 }, 0, 151);
    log.append(job, 0, 152);
    log.append(line('nobody sees this'), 0, 153);
    log.append(passStarted('threads'), 1, 0);
    log.append(job, 1, 1);
    log.append(ended, null, 154);
    log.end();
    const events: RunEvent[] = log.after(0).map((text) => JSON.parse(text));
    expect(seqs(events)).toEqual(upTo(103));
    expect(events.slice(0, 100).every(({ type }) => type === 'log')).toBe(true);
    expect(events.slice(100)).toEqual([
      expect.objectContaining({ type: 'cut', what: 'events', job: null, limit: 100 }),
      expect.objectContaining(passStarted('threads')),
      expect.objectContaining(ended),
    ]);
  });

  it('log: at exactly the limit of events, nothing is cut', () => {
    const { log } = newLog({ maxEvents: 100 });
    write(log, 100);
    log.append(ended, null, 100);
    log.end();
    expect(log.lastSeq).toBe(101);
    expect(log.after(0).join()).not.toContain('"cut"');
  });

  it('log: a log that continues after a restart is cut at the same event', () => {
    const { log: before } = newLog();
    write(before, 99);
    const { log } = newLog({ maxEvents: 100, lines: before.after(0) });
    write(log, 5);
    expect(log.after(100).map((text) => JSON.parse(text))).toEqual([
      expect.objectContaining({ seq: 101, type: 'cut', what: 'events' }),
    ]);
  });
});

describe('log: the end of the run', () => {
  const facts: Fact[] = [
    { type: 'run-queued', position: 1 },
    { type: 'run-started' },
    { type: 'job-started', lane: 0, job: 1 },
    { type: 'message-sent', lane: 0, job: 0, message: 1, value: { type: 'run-ended' } } as unknown as Fact,
    line('"type":"run-ended"'),
    ended,
    { type: 'run-ended', status: 'cancelled', error: null },
  ];
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...facts) },
    fc.constantFrom('flush', 'end', 'reopen'),
  );

  it('log: whatever is appended, and however it is saved, nothing follows the first run-ended', () => {
    fc.assert(
      fc.property(fc.array(step), fc.boolean(), (steps, isSmall) => {
        const options = { maxEvents: isSmall ? 3 : 100 };
        let { log, saved } = newLog(options);
        const before: Fact[] = [];
        let isEnded = false;
        for (const one of steps) {
          if (one === 'flush') log.flush();
          else if (one === 'end') log.end();
          else if (one === 'reopen') {
            log.flush();
            if (!log.isEnded) ({ log, saved } = newLog({ ...options, lines: saved }));
          } else {
            log.append(one, null, 0);
            if (log.isEnded || isEnded) continue;
            isEnded = one.type === 'run-ended';
            before.push(one);
          }
        }
        log.flush();
        const events: RunEvent[] = saved.map((text) => JSON.parse(text));
        expect(seqs(events)).toEqual(upTo(events.length));
        const end = events.findIndex(({ type }) => type === 'run-ended');
        expect(end).toBe(isEnded ? events.length - 1 : -1);
        if (isEnded) expect(events[end]).toMatchObject(before.at(-1) ?? {});
        if (!isSmall) expect(events).toMatchObject(before);
      }),
    );
  });
});
