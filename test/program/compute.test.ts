/** `compute`: a fixed amount of work, so that twice as much takes twice the processor time. */
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { calibrate, spin } from '../../server/program/compute.ts';

/** Processor time of `work`, in ms, not elapsed time. The quickest of several, because it is the least disturbed. */
function cpuMs(work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

describe('spin', () => {
  it('spin: four times the blocks take about four times the processor time', () => {
    spin(200);
    const ratio = cpuMs(() => spin(1200)) / cpuMs(() => spin(300));
    expect(ratio).toBeGreaterThan(2.5);
    expect(ratio).toBeLessThan(6);
  });

  it('spin: no blocks take no time', () => {
    expect(cpuMs(() => spin(0))).toBeLessThan(cpuMs(() => spin(100)));
  });
});

describe('calibrate', () => {
  it('calibrate: as much as it says a core does in a time takes about that much processor time', () => {
    const blocksPerSecond = calibrate();
    expect(Number.isFinite(blocksPerSecond)).toBe(true);
    const ratio = cpuMs(() => spin(Math.round(blocksPerSecond / 10))) / 100;
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1.8);
  });
});
