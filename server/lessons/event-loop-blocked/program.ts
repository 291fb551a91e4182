import type { JobApi } from '../../program/types.ts';

export async function job(n: number, { sleep, compute, random, log }: JobApi) {
  if (n === 0) {
    await sleep(1);
    const seconds = random();
    compute(seconds);
    log(`Job 0 computed for ${seconds} seconds`);
  } else {
    for (let tick = 1; tick <= 8; tick++) {
      const before = Date.now();
      await sleep(0.5);
      const late = Math.max(0, (Date.now() - before) / 1000 - 0.5);
      log(`Job ${n}, tick ${tick}, ${late.toFixed(1)} seconds late`);
    }
  }
}
