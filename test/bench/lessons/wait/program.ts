import type { JobApi } from '../../../../server/program/types.ts';

/** The job for the comparison with bare scripts: waits, and logs it. */
export async function job(n: number, { work, random, log }: JobApi) {
  const seconds = random();
  await work(seconds);
  log(`Job ${n} done after ${seconds} seconds`);
}
