/** Many readers of a log: they share its chunks, each gets every event once, and stalled readers are detected. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../server/protocol/events.ts';
import { nextChunk, type Reader } from '../../../server/runs/log/log.ts';
import { chunksOf, eventsOf, line, newLog, seqs, upTo, write } from './written-log.ts';

describe('log: many readers', () => {
  it('log: readers at the same position share one chunk', async () => {
    const { log } = newLog();
    const readers = Array.from({ length: 200 }, () => log.read(0));
    for (let round = 0; round < 3; round++) {
      const waiting = readers.map((reader) => nextChunk(reader));
      write(log, 2);
      const chunks = await Promise.all(waiting);
      expect(chunks[0]?.lines).toHaveLength(2);
      for (const chunk of chunks) expect(chunk).toBe(chunks[0]);
    }
    for (const reader of readers) reader.close();
  });

  it('log: readers that reach the same position one after the other share its chunks', async () => {
    const { log } = newLog();
    write(log, 100, 4000);
    log.end();
    const first = await chunksOf(log.read(0));
    await nextChunk(log.read(50));
    const second = await chunksOf(log.read(0));
    expect(second).toHaveLength(first.length);
    for (const [i, chunk] of second.entries()) expect(chunk).toBe(first[i]);
  });

  it('log: with many readers, events in quick succession are sent together', async () => {
    const { log, chunks } = newLog();
    const readers = Array.from({ length: 2000 }, () => log.read(0));
    write(log, 1);
    const waiting = readers.map(async (reader) => {
      await nextChunk(reader);
      return eventsOf(await nextChunk(reader));
    });
    log.append(line('a'), 0, 1);
    await Promise.resolve();
    log.append(line('b'), 0, 2);
    for (const events of await Promise.all(waiting)) expect(seqs(events)).toEqual([2, 3]);
    expect(chunks).toHaveLength(2);
    for (const reader of readers) reader.close();
  });

  it('log: a reader that joins at any time, at any pace, gets every event once and in order', async () => {
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
        type Follower = { reader: Reader; from: number; got: RunEvent[]; pending: Promise<void> | null };
        const followers: Follower[] = [];
        const take = (follower: Follower) => {
          follower.pending ??= nextChunk(follower.reader).then((chunk) => {
            follower.pending = null;
            follower.got.push(...eventsOf(chunk));
          });
          return follower.pending;
        };
        for (const { do: what, of } of steps) {
          if (what === 'append') for (let i = 0; i <= of; i++) log.append(line('x'), 0, i);
          if (what === 'flush') log.flush();
          if (what === 'join') followers.push({ reader: log.read(of), from: of, got: [], pending: null });
          if (what === 'turn') await new Promise((resolve) => setImmediate(resolve));
          const follower = followers[of % Math.max(1, followers.length)];
          if (what === 'take' && follower) void take(follower);
        }
        log.end();
        for (const follower of followers) {
          for (let before = -1; follower.got.length !== before; ) {
            before = follower.got.length;
            await take(follower);
          }
          expect(seqs(follower.got)).toEqual(upTo(log.lastSeq).slice(follower.from));
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('log: readers that do not read', () => {
  const always = Number.POSITIVE_INFINITY;

  it('stalledSince: only a reader with unread events has stalled', async () => {
    const { log } = newLog();
    const reader = log.read(0);
    expect(reader.stalledSince(always)).toBe(false);
    const before = performance.now();
    write(log, 1);
    expect(reader.stalledSince(always)).toBe(true);
    expect(reader.stalledSince(before)).toBe(false);
    await nextChunk(reader);
    expect(reader.stalledSince(always)).toBe(false);
  });

  it('stalledSince: a reader that waits for events has not stalled, however long it waits', async () => {
    const { log } = newLog();
    const reader = log.read(0);
    const next = nextChunk(reader);
    expect(reader.stalledSince(always)).toBe(false);
    write(log, 1);
    await next;
    expect(reader.stalledSince(always)).toBe(false);
  });

  it('stalledSince: a reader that joins a log with events and never reads has stalled', () => {
    const { log } = newLog();
    write(log, 3);
    expect(log.read(0).stalledSince(always)).toBe(true);
    expect(log.read(3).stalledSince(always)).toBe(false);
    expect(log.read(50).stalledSince(always)).toBe(false);
  });

  it('stalledSince: counts from the first unread event, not from the last', () => {
    const { log } = newLog();
    const reader = log.read(0);
    write(log, 1);
    const between = performance.now() + 0.001;
    write(log, 1);
    expect(reader.stalledSince(between)).toBe(true);
  });

  it('stalledSince: a reader that stops after the first of many chunks has stalled', async () => {
    const { log } = newLog();
    write(log, 100, 4000);
    const reader = log.read(0);
    await nextChunk(reader);
    expect(reader.stalledSince(always)).toBe(true);
  });
});
