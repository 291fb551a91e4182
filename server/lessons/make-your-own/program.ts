import type { JobApi, MainApi } from '../../program/types.ts';

// A complete program: the jobs count prime numbers, and main adds up what they found.
// Press Edit to change it here, then press Run. The lines marked CHANGE are good places to begin.

// CHANGE: how many numbers each job looks at.
const NUMBERS = 20_000;

// CHANGE: the work itself. Many jobs do it at the same time.
function countPrimes(from: number, to: number) {
  let count = 0;
  for (let number = Math.max(2, from); number < to; number++) {
    let divisor = 2;
    while (divisor * divisor <= number && number % divisor !== 0) divisor++;
    if (divisor * divisor > number) count++;
  }
  return count;
}

// Each job has a number, n, and finds its own part of the work from it.
export async function job(n: number, { work, random, queue, log }: JobApi) {
  const from = n * NUMBERS;
  const to = from + NUMBERS;
  await work(random()); // CHANGE: this stands for a wait, such as reading a file. Remove it and see what changes.
  const primes = countPrimes(from, to);
  log(`Job ${n}: ${primes} primes from ${from} to ${to - 1}`);
  await queue.put(primes);
}

export async function main({ jobs, start, join, queue, log }: MainApi) {
  const started = [];
  for (let n = 0; n < jobs; n++) started.push(await start(n));

  // CHANGE: what to do with the results. They arrive in the order in which the jobs end.
  let total = 0;
  for (let n = 0; n < jobs; n++) total += Number(await queue.get());
  for (const one of started) await join(one);
  log(`Found ${total} primes below ${jobs * NUMBERS}`);
}
