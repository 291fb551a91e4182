/** A log and its store: no event is read before it is saved, and a failed save is retried. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '../../../server/protocol/events.ts';
import { nextChunk } from '../../../server/runs/log/log.ts';
import { RunLog } from '../../../server/runs/log/run-log.ts';
import { ended, eventsOf, isSettled, line, newLog, seqs, upTo, write } from './written-log.ts';

describe('log: saving', () => {
  it('log: events are saved before they are read', async () => {
    const { log, saved } = newLog();
    const reader = log.read(0);
    const checked = (async () => {
      const events: RunEvent[] = [];
      for (let chunk = await nextChunk(reader); chunk; chunk = await nextChunk(reader)) {
        for (const event of eventsOf(chunk)) {
          expect(JSON.parse(saved[event.seq - 1] ?? 'null')).toEqual(event);
          events.push(event);
        }
      }
      return events;
    })();
    for (let turn = 0; turn < 5; turn++) {
      log.append(line(`${turn}`), 0, turn);
      expect(saved).toHaveLength(turn);
      expect(log.after(0)).toHaveLength(turn);
      log.flush();
    }
    log.end();
    expect(seqs(await checked)).toEqual(upTo(5));
  });

  it('log: events that cannot be saved are not read until they are saved', async () => {
    const complain = vi.spyOn(console, 'error').mockImplementation(() => {});
    let isFull = true;
    const saved: string[] = [];
    const save = (_firstSeq: number, lines: string[]) => {
      if (isFull) throw new Error('disk full');
      saved.push(...lines);
    };
    const log = new RunLog({ maxEvents: 100, save });
    const next = nextChunk(log.read(0));
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

  it('log: a failed save is retried at growing intervals, and reported once', async () => {
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
      const next = nextChunk(reader);
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
      expect(eventsOf(await next).at(-1)?.type).toBe('run-ended');
      const last = nextChunk(reader);
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

  it('log: after giveUp it stops retrying, and readers receive no end', async () => {
    const complain = vi.spyOn(console, 'error').mockImplementation(() => {});
    const save = vi.fn(() => {
      throw new Error('disk full');
    });
    const log = new RunLog({ maxEvents: 100, save });
    const next = nextChunk(log.read(0));
    log.append(ended, null, 1);
    log.end();
    log.giveUp();
    log.flush();
    expect(save).toHaveBeenCalledOnce();
    expect(await isSettled(next)).toBe(false);
    complain.mockRestore();
  });

  it('log: chunks have no gaps or overlaps, and an empty one is not saved', () => {
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
