import type { JobApi, MainApi } from '../../program/types.ts';

export async function job(n: number, { sleep, log }: JobApi) {
  log(`Job ${n} started`);
  await sleep(n < 4 ? (n + 1) / 2 : 5);
  if (n === 1) throw new Error('job 1 has thrown this');
  if (n === 2) process.exit(3);
  if (n === 3) await eatMemory(sleep);
  log(`Job ${n} done`);
}

async function eatMemory(sleep: JobApi['sleep']) {
  const eaten = [];
  // 16 MiB at a time, and not for ever, in case this runs where nothing limits its memory.
  while (eaten.length < 16) {
    eaten.push(new Uint8Array(16 * 1024 * 1024).fill(1));
    await sleep(0.05);
  }
  process.kill(process.pid, 'SIGKILL'); // the server would have done this long before
}

export async function main({ jobs, start, join, log }: MainApi) {
  const started = [];
  for (let n = 0; n < jobs; n++) started.push(await start(n));
  for (const one of started) {
    await join(one);
    log(`Job ${one.job} has ended, ${one.exitCode === null ? 'no exit code' : `exit code ${one.exitCode}`}`);
  }
  log('Main is done');
}
