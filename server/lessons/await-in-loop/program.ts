import type { JobApi, MainApi } from '../../program/types.ts';

// A job asks a question, and the answer takes a while.
export async function job(n: number, { work, random, log }: JobApi) {
  const seconds = random();
  await work(seconds);
  log(`Job ${n} done after ${seconds} seconds`);
}

export async function main({ jobs, start, join, log }: MainApi) {
  const ask = async (n: number) => join(await start(n));
  const numbers = Array.from({ length: jobs }, (_, n) => n);
  const half = Math.ceil(jobs / 2);

  // `await` in the loop: each job is asked only after the answer to the one before.
  let begun = Date.now();
  for (const n of numbers.slice(0, half)) await ask(n);
  log(`await in a loop: ${((Date.now() - begun) / 1000).toFixed(1)} seconds, jobs: ${half}`);

  // All jobs are asked first; then main waits for all the answers.
  begun = Date.now();
  await Promise.all(numbers.slice(half).map(ask));
  log(`Promise.all: ${((Date.now() - begun) / 1000).toFixed(1)} seconds, jobs: ${jobs - half}`);
}
