import type { JobApi, MainApi } from '../../program/types.ts';

// Many programs do things on the hour, and so at the same time. Here, jobs wait for the next full half second. Chance
// decides how much later each job comes. It has no seed, so it differs from run to run.
const FULL = 0.5;
const LATE = 0.12;

export async function job(n: number, { sleep, work, random, shared, log }: JobApi) {
  await sleep(FULL - ((Date.now() / 1000) % FULL) + Math.random() * LATE);
  const seen = shared.counter.read();
  await work(random());
  shared.counter.write(seen + 1);
  log(`Job ${n} read ${seen} and wrote ${seen + 1}`);
}

export async function main({ jobs, start, join, shared, log }: MainApi) {
  const started = [];
  for (let n = 0; n < jobs; n++) started.push(await start(n));
  for (const one of started) await join(one);

  // This is the program's test.
  const sum = shared.counter.read();
  log(`The counter is ${sum}, expected ${jobs}`);
  if (sum !== jobs) throw new Error(`the counter should be ${jobs}`);
}
