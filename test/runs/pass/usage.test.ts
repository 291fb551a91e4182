/** The CPU time and memory of the processes of a pass, added up, including processes that have ended. */
import { describe, expect, it } from 'vitest';
import { UsageMeter } from '../../../server/runs/pass/usage.ts';

const MIB = 2 ** 20;
/** What no process of these tests exceeds. */
const MOST = { rssBytes: 1000 * MIB, cpuMs: 1000 };
const use = (rssBytes: number, cpuMs: number) => ({ rssBytes, cpuMs });

describe('UsageMeter', () => {
  it('UsageMeter: reports null before the first measurement', () => {
    expect(new UsageMeter().total()).toEqual({ cpuMs: null, peakRssBytes: null });
  });

  it('UsageMeter: adds up all processes, and keeps the peak of their memory together', () => {
    const meter = new UsageMeter();
    expect(meter.measure(1, use(10 * MIB, 5))).toEqual(use(10 * MIB, 5));
    expect(meter.measure(2, use(20 * MIB, 7))).toEqual(use(30 * MIB, 12));
    expect(meter.measure(1, use(5 * MIB, 9))).toEqual(use(25 * MIB, 16));
    expect(meter.total()).toEqual({ cpuMs: 16, peakRssBytes: 30 * MIB });
  });

  it('UsageMeter: CPU time never decreases', () => {
    const meter = new UsageMeter();
    meter.measure(1, use(MIB, 20));
    expect(meter.measure(1, use(MIB, 10))).toEqual(use(MIB, 20));
  });

  it('UsageMeter: the final report of a process sets its CPU time, and frees its memory', () => {
    const meter = new UsageMeter();
    meter.measure(1, use(30 * MIB, 5));
    meter.measure(2, use(10 * MIB, 5));
    meter.final(1, { cpuMs: 25.5, peakRssBytes: 35 * MIB }, MOST);
    expect(meter.measure(2, use(10 * MIB, 6))).toEqual(use(10 * MIB, 31.5));
    expect(meter.total()).toEqual({ cpuMs: 31.5, peakRssBytes: 40 * MIB });
  });

  it('UsageMeter: a process too short to be measured counts by its final report', () => {
    const meter = new UsageMeter();
    meter.final(1, { cpuMs: 3, peakRssBytes: 35 * MIB }, MOST);
    expect(meter.total()).toEqual({ cpuMs: 3, peakRssBytes: 35 * MIB });
  });

  it('UsageMeter: a final report cannot be more than is possible, nor less than was measured', () => {
    const meter = new UsageMeter();
    meter.final(1, { cpuMs: 1e300, peakRssBytes: 1e300 }, MOST);
    expect(meter.total()).toEqual({ cpuMs: 1000, peakRssBytes: 1000 * MIB });
    meter.measure(2, use(10 * MIB, 50));
    meter.final(2, { cpuMs: 0, peakRssBytes: 0 }, MOST);
    expect(meter.total().cpuMs).toBe(1050);
  });

  it('UsageMeter: the peak of two short processes in sequence is that of the larger', () => {
    const meter = new UsageMeter();
    meter.final(1, { cpuMs: 3, peakRssBytes: 35 * MIB }, MOST);
    meter.final(2, { cpuMs: 3, peakRssBytes: 30 * MIB }, MOST);
    expect(meter.total()).toEqual({ cpuMs: 6, peakRssBytes: 35 * MIB });
  });

  it('UsageMeter: a process that was killed, or measured after its final report, has no memory at its end', () => {
    const meter = new UsageMeter();
    meter.measure(1, use(100 * MIB, 50));
    meter.gone(1);
    meter.final(2, { cpuMs: 10, peakRssBytes: 30 * MIB }, MOST);
    meter.measure(2, use(30 * MIB, 9));
    meter.gone(2);
    meter.gone(3);
    expect(meter.measure(4, use(20 * MIB, 1))).toEqual(use(20 * MIB, 61));
    expect(meter.total()).toEqual({ cpuMs: 61, peakRssBytes: 100 * MIB });
  });
});
