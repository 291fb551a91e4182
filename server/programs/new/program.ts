// My first program
// The first line is its title. The list of your runs shows it, and so does every link that you share.

import type { JobApi, MainApi } from '../../program/types.ts';

// A job. This function is called once for each job, with its number n: 0, 1, 2 and so on.
export async function job(n: number, { work, random, shared, log }: JobApi) {
  const seconds = random(); // from the settings; job n gets the same number in every mode
  await work(seconds); // waits or computes, as the settings say
  const count = shared.counter.add(1); // threads share this counter; each process has its own
  log(`Job ${n} worked for ${seconds} seconds and counted to ${count}`);
}

// Main starts the jobs and waits for them. Without a main, all jobs start, and the program ends with the last one.
export async function main({ jobs, start, join, shared, log }: MainApi) {
  const started = [];
  for (let n = 0; n < jobs; n++) started.push(await start(n));
  for (const one of started) await join(one);
  log(`All jobs are done. The counter is ${shared.counter.read()}`);
}
