/** When a server counts as dead. */
import { describe, expect, it } from 'vitest';
import { Leases } from '../../../server/runs/cluster/leases.ts';

/** Looks each 100 ms from `from` to `to`. Returns who was found dead, and when. */
function watch(leases: Leases, from: number, to: number, beat: (at: number) => number): [string, number][] {
  const found: [string, number][] = [];
  for (let at = from; at <= to; at += 100)
    for (const id of leases.look(new Map([['a', beat(at)]]), at, at)) found.push([id, at]);
  return found;
}

describe('Leases', () => {
  it('a server whose beat stands still for a lease is dead, one that beats is not', () => {
    expect(watch(new Leases(1000), 0, 900, () => 1)).toEqual([]);
    expect(watch(new Leases(1000), 0, 1000, () => 1)).toEqual([['a', 1000]]);
    expect(watch(new Leases(1000), 0, 5000, (at) => Math.floor(at / 900))).toEqual([]);
  });

  it('after a look that failed, or a pause of the watcher itself, the lease begins anew', () => {
    const leases = new Leases(1000);
    watch(leases, 0, 900, () => 1);
    leases.failed();
    expect(watch(leases, 1000, 1900, () => 1)).toEqual([]);
    // The watcher was stopped for ten seconds.
    expect(watch(leases, 11_900, 12_800, () => 1)).toEqual([]);
    expect(watch(leases, 12_900, 12_900, () => 1)).toEqual([['a', 12_900]]);
  });
});
