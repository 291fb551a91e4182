import type { JobApi, MainApi } from '../../program/types.ts';

export async function job(n: number, { work, random, lane, log }: JobApi) {
  const seconds = random();
  await work(seconds);
  log(`Job ${n} done after ${seconds} seconds in process ${lane.pid}`);
}

export async function main({ jobs, lane, start, join, log }: MainApi) {
  const begun = Date.now();
  const seconds = () => ((Date.now() - begun) / 1000).toFixed(1);

  log(`Main is process ${lane.pid}. Jobs to start: ${jobs}`);
  const started = [];
  for (let n = 0; n < jobs; n++) started.push(await start(n));

  for (const one of started) {
    const state = one.running ? 'running' : 'ended';
    const where = one.pid === null ? 'waiting for a worker' : `process ${one.pid}, ${state}`;
    log(`join job ${one.job}, ${where}, after ${seconds()} seconds`);
    await join(one);
  }
  for (const { job, exitCode } of started) {
    log(`Job ${job} ended, ${exitCode === null ? 'no exit code' : `exit code ${exitCode}`}`);
  }
  log(`All jobs are done after ${seconds()} seconds`);
}
