/** What a pass does and uses over time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpu, memory, runningJobs } from '../../server/figures/series.ts';
import { events, passStarted, type TimedFact, timelineOf } from '../timeline/made-events.ts';
import { madeLog } from '../timeline/made-logs.ts';

describe('runningJobs', () => {
  it('runningJobs: at any moment, the number of jobs that have started and not ended', () => {
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
  const samples: TimedFact[] = [
    [0, passStarted('threads')],
    [50, { type: 'sample', rssBytes: 100, cpuMs: 40 }],
    [250, { type: 'sample', rssBytes: 300, cpuMs: 440 }],
    [450, { type: 'sample', rssBytes: 200, cpuMs: 490 }],
  ];
  const pass = timelineOf(events(0, samples)).passes[0]!;

  it('memory: has the memory of each sample', () => {
    expect(memory(pass)).toEqual({ atMs: [50, 250, 450], rssBytes: [100, 300, 200] });
  });

  it('cpu: has the cores that were busy since the sample before', () => {
    expect(cpu(pass)).toEqual({ atMs: [250, 450], cores: [2, 0.25] });
  });

  /** Busy cores of a pass with two cores, from samples `[atMs, cpuMs]`. */
  const busyIn = (used: [atMs: number, cpuMs: number][]) =>
    cpu({ cores: 2, samples: used.map(([atMs, cpuMs]) => ({ atMs, cpuMs, rssBytes: 1 })) });

  it('cpu: samples that are close together make no separate interval', () => {
    const busy = busyIn([
      [0, 0],
      [250, 250],
      [250.2, 280],
      [500, 500],
    ]);
    expect(busy).toEqual({ atMs: [250, 500], cores: [1, 1] });
  });

  it('cpu: time that ending processes report late belongs to the interval before', () => {
    const busy = busyIn([
      [0, 0],
      [250, 100],
      [500, 350],
      [750, 1000],
      [1000, 1250],
    ]);
    expect(busy).toEqual({ atMs: [250, 750, 1000], cores: [0.4, 1.8, 1] });
  });

  it('cpu: a first interval with more than all cores is merged with the next', () => {
    const begun: [number, number][] = [
      [100, 0],
      [350, 700],
    ];
    expect(busyIn(begun)).toEqual({ atMs: [], cores: [] });
    expect(busyIn([...begun, [600, 800]])).toEqual({ atMs: [600], cores: [1.6] });
  });

  it('cpu: never exceeds the cores, however late time is reported, and hides nothing that lasts', () => {
    const steps = fc.array(fc.tuple(fc.double({ min: 0.1, max: 400, noNaN: true }), fc.nat(2)), {
      minLength: 2,
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (all) => {
        // Up to two cores are busy. The time of one of them is counted up to half a second late, and in ticks.
        let [at, own, other, reported, since] = [0, 0, 0, 0, 0];
        const used = all.map(([ms, busy]): [number, number] => {
          at += ms;
          own += busy > 0 ? ms : 0;
          other += busy > 1 ? ms : 0;
          since += ms;
          if (since > 100) [reported, since] = [other, 0];
          return [at, Math.floor((own + reported) / 10) * 10];
        });
        for (const cores of busyIn(used).cores) expect(cores).toBeLessThan(2.05);
      }),
    );
    const more = Array.from({ length: 9 }, (_, i): [number, number] => [250 * i, 750 * i]);
    expect(busyIn(more)).toEqual({ atMs: [2000], cores: [3] });
  });
});
