/** Lanes within the memory of the server. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lanesOf, lanesThatFit, memoryPool, passMib } from '../../server/spec/lanes.ts';
import { hasWorkers, MODES } from '../../server/spec/modes.ts';

it('lanesOf: as many as were asked for, or as fit into the memory; never more', () => {
  const any = fc.record({
    mode: fc.constantFrom(...MODES),
    jobs: fc.integer({ min: 1, max: 100 }),
    workers: fc.option(fc.integer({ min: 1, max: 100 })),
    maxProcesses: fc.integer({ min: 1, max: 64 }),
    memoryMib: fc.integer({ min: 64, max: 4000 }),
  });
  fc.assert(
    fc.property(any, ({ mode, jobs, workers, maxProcesses, memoryMib }) => {
      const limits = { maxProcesses, memoryMib };
      fc.pre(lanesThatFit(mode, memoryMib) >= 1);
      const lanes = lanesOf(mode, { jobs, workers }, limits);
      expect(lanes >= 1).toBe(hasWorkers(mode));
      expect(passMib(mode, lanes)).toBeLessThanOrEqual(memoryMib);
      const pool = memoryPool(mode, { jobs, workers }, limits);
      const asked = Math.min(jobs, workers ?? jobs, mode === 'processes' ? maxProcesses : 100);
      if (pool === null) expect(lanes).toBe(hasWorkers(mode) ? asked : 0);
      else {
        expect(pool).toEqual({ lanes, memoryMib });
        expect(lanes).toBeLessThan(asked);
        expect(passMib(mode, lanes + 1)).toBeGreaterThan(memoryMib);
      }
    }),
  );
});
