import type { JobApi } from '../../program/types.ts';

export async function job(n: number, { work, random, lane, log }: JobApi) {
  const seconds = random();
  await work(seconds);
  log(`Job ${n} done after ${seconds} seconds by ${lane.name}`);
}
