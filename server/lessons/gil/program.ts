import type { JobApi } from '../../program/types.ts';

// Each job only computes. It never waits, so it never lets another go first.
export function job(n: number, { compute, random, log }: JobApi) {
  const seconds = random();
  compute(seconds);
  log(`Job ${n} computed what takes ${seconds} seconds alone`);
}
