/** What a pass costs by what it is measured to use. */
import { describe, expect, it } from 'vitest';
import { MeasuredCost } from '../../../server/runs/admission/measured-cost.ts';

const MIB = 2 ** 20;
const waits = { cores: 0.3, memoryMib: 336, needs: 0, isExclusive: false, lastsMs: 1000 };

describe('MeasuredCost', () => {
  it('MeasuredCost: lanes that wait are charged their share, once all are ready', () => {
    const cost = new MeasuredCost(waits, 6, 4);
    const at = (atMs: number, cpuMs: number, mib: number, lanes: number) =>
      cost.measure({ memoryBytes: mib * MIB, cpuMs, lanes }, atMs);
    expect(at(0, 0, 20, 1)).toBeNull();
    expect(at(1900, 500, 90, 6)).toBeNull();
    // Of those that are still to come nothing is known.
    expect(at(2000, 200, 40, 3)).toEqual({ cores: 0.3, memoryMib: 336, needs: 0.1 });
    expect(at(4000, 220, 80, 6)).toEqual({ cores: 0.01, memoryMib: 100, needs: 0.01 });
    expect(at(6000, 240, 80, 6)).toBeNull();
  });

  it('MeasuredCost: a job that computes although it should wait is charged the cores that it uses', () => {
    const cost = new MeasuredCost(waits, 1, 4);
    const at = (atMs: number, cpuMs: number) =>
      cost.measure({ memoryBytes: 400 * MIB, cpuMs, lanes: 1 }, atMs);
    at(0, 0);
    expect(at(2000, 3000)).toEqual({ cores: 1.5, memoryMib: 500, needs: 1.5 });
    expect(at(4000, 23_000)).toMatchObject({ cores: 4 });
    expect(at(6000, 23_000)).toMatchObject({ cores: 0 });
  });

  it('MeasuredCost: a pass that computes keeps its cores, while it pauses, too', () => {
    const cost = new MeasuredCost({ ...waits, cores: 2, needs: 2, isExclusive: true }, 1, 4);
    cost.measure({ memoryBytes: MIB, cpuMs: 0, lanes: 1 }, 0);
    expect(cost.measure({ memoryBytes: 40 * MIB, cpuMs: 10, lanes: 1 }, 2000)).toEqual({ memoryMib: 50 });
  });
});
