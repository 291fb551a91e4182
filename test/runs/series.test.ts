/** What a pass does and uses over time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpu, memory, runningJobs } from '../../server/runs/series.ts';
import { events, passStarted, type Told, timelineOf } from './made-events.ts';
import { madeLog } from './made-logs.ts';

describe('runningJobs', () => {
  it('runningJobs: at any moment is the number of jobs that have started and not ended', () => {
    fc.assert(
      fc.property(madeLog, (log) => {
        const { atMs, jobs } = runningJobs(timelineOf(log.events).passes[0]!);
        expect([atMs[0], jobs.at(-1)]).toEqual([0, 0]);
        atMs.forEach((ms, i) => {
          if (i > 0) expect(ms).toBeGreaterThan(atMs[i - 1]!);
          const running = [...log.jobs.values()].filter(({ startMs, endMs }) => startMs <= ms && ms < endMs);
          expect(jobs[i]).toBe(running.length);
        });
        const changes = new Set([...log.jobs.values()].flatMap(({ startMs, endMs }) => [startMs, endMs]));
        expect(new Set(atMs)).toEqual(new Set([0, ...changes]));
      }),
    );
  });
});

describe('memory and cpu', () => {
  const samples: Told[] = [
    [0, passStarted('threads')],
    [50, { type: 'sample', rssBytes: 100, cpuMs: 40 }],
    [250, { type: 'sample', rssBytes: 300, cpuMs: 440 }],
    [450, { type: 'sample', rssBytes: 200, cpuMs: 490 }],
  ];
  const pass = timelineOf(events(0, samples)).passes[0]!;

  it('memory: is what each sample tells', () => {
    expect(memory(pass)).toEqual({ atMs: [50, 250, 450], rssBytes: [100, 300, 200] });
  });

  it('cpu: is the cores that were busy since the sample before', () => {
    expect(cpu(pass)).toEqual({ atMs: [250, 450], cores: [2, 0.25] });
  });
});
