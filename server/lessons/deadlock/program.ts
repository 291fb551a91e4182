import type { JobApi, MainApi } from '../../program/types.ts';

export async function job(n: number, { work, random, lock, log }: JobApi) {
  // Job 3 takes the locks in the opposite order. Give it the same order as the others, and all jobs finish.
  const first = n === 3 ? 'B' : 'A';
  const second = n === 3 ? 'A' : 'B';

  await lock(first).acquire();
  log(`Job ${n} holds ${first}`);
  await work(random());
  log(`Job ${n} wants ${second} too`);
  await lock(second).acquire();
  log(`Job ${n} holds both`);
  lock(second).release();
  lock(first).release();
}

export async function main({ start, join, log }: MainApi) {
  log('Jobs 0 and 1 take A, then B');
  const alike = [await start(0), await start(1)];
  for (const one of alike) await join(one);

  log('Job 2 takes A, then B; job 3 takes B, then A');
  const opposite = [await start(2), await start(3)];
  for (const one of opposite) await join(one);

  log('All jobs are done');
}
