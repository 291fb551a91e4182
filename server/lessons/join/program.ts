import type { JobApi, MainApi } from '../../program/types.ts';

export async function job(n: number, { work, random, log }: JobApi) {
  const seconds = random();
  await work(seconds);
  log(`Job ${n} done after ${seconds} seconds`);
}

export async function main({ jobs, start, join, log }: MainApi) {
  const begun = Date.now();
  const seconds = () => ((Date.now() - begun) / 1000).toFixed(1);

  log(`Jobs to start: ${jobs}`);
  const started = [];
  for (let n = 0; n < jobs; n++) started.push(await start(n));

  for (const one of started) {
    const state = one.name === null ? 'waiting for a worker' : one.running ? 'running' : 'ended';
    log(`join job ${one.job}, ${state}, after ${seconds()} seconds`);
    await join(one);
  }
  log(`All jobs are done after ${seconds()} seconds`);
}
