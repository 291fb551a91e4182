import type { JobApi, MainApi } from '../../program/types.ts';

// Jobs with an odd number are daemons; they have more to do.
const isDaemon = (n: number) => n % 2 === 1;

export async function job(n: number, { work, random, log }: JobApi) {
  const name = isDaemon(n) ? 'daemon' : 'non-daemon';
  const steps = isDaemon(n) ? 5 : 2;
  log(`Job ${n}, ${name}, started`);
  for (let step = 1; step <= steps; step++) {
    await work(random());
    log(`Job ${n}, ${name}, has done step ${step} of ${steps}`);
  }
  log(`Job ${n}, ${name}, done`);
}

export async function main({ jobs, start, log }: MainApi) {
  for (let n = 0; n < jobs; n++) await start(n, { daemon: isDaemon(n) });
  log('Main is done');
}
