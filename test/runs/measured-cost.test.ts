/** What a run is charged by what its processes use. */
import { describe, expect, it } from 'vitest';
import { MeasuredCost } from '../../server/runs/measured-cost.ts';

const MIB = 2 ** 20;
const estimate = { cores: 0.1, memoryMib: 56 };

describe('MeasuredCost', () => {
  it('MeasuredCost: a job that computes although it should wait is charged the cores that it uses', () => {
    const cost = new MeasuredCost(estimate, 4);
    expect(cost.measure({ rssBytes: 50 * MIB, cpuMs: 100 }, 0)).toBeNull();
    expect(cost.measure({ rssBytes: 50 * MIB, cpuMs: 1100 }, 1000)).toBeNull();
    expect(cost.measure({ rssBytes: 50 * MIB, cpuMs: 2100 }, 2000)).toEqual({ cores: 1, memoryMib: 56 });
    expect(cost.measure({ rssBytes: 50 * MIB, cpuMs: 4100 }, 4000)).toBeNull();
    expect(cost.measure({ rssBytes: 90 * MIB, cpuMs: 4100 }, 6000)).toEqual({ cores: 0.1, memoryMib: 90 });
  });

  it('MeasuredCost: never less than the estimate, nor more cores than there are, and each pass anew', () => {
    const cost = new MeasuredCost({ cores: 2, memoryMib: 100 }, 4);
    cost.measure({ rssBytes: MIB, cpuMs: 50 }, 0);
    expect(cost.measure({ rssBytes: MIB, cpuMs: 60 }, 2000)).toBeNull();
    expect(cost.measure({ rssBytes: MIB, cpuMs: 20_000 }, 4000)).toEqual({ cores: 4, memoryMib: 100 });
    expect(cost.measure({ rssBytes: MIB, cpuMs: 50 }, 6000)).toBeNull();
    expect(cost.measure({ rssBytes: MIB, cpuMs: 60 }, 8000)).toEqual({ cores: 2, memoryMib: 100 });
  });
});
