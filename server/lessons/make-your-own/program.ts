import type { JobApi, MainApi } from '../../program/types.ts';

// A whole program: the jobs count prime numbers, and main adds up what they found.
// To change it, save a script from "Get the code", edit that, and run it on your machine.

// CHANGE: how many numbers each job looks at.
const NUMBERS = 20_000;

// CHANGE: the work itself. Whatever is done here is done by many jobs at once.
function countPrimes(from: number, to: number) {
  let count = 0;
  for (let number = Math.max(2, from); number < to; number++) {
    let divisor = 2;
    while (divisor * divisor <= number && number % divisor !== 0) divisor++;
    if (divisor * divisor > number) count++;
  }
  return count;
}

// Each job has a number, n. From it the job knows which part of the work is its own.
export async function job(n: number, { work, random, queue, log }: JobApi) {
  const from = n * NUMBERS;
  const to = from + NUMBERS;
  await work(random()); // CHANGE: this stands for a wait, such as for a file. Take it out, and see what is left.
  const primes = countPrimes(from, to);
  log(`Job ${n}: ${primes} primes from ${from} to ${to - 1}`);
  await queue.put(primes);
}

export async function main({ jobs, start, join, queue, log }: MainApi) {
  const started = [];
  for (let n = 0; n < jobs; n++) started.push(await start(n));

  // CHANGE: what becomes of the results. They come in the order in which the jobs end.
  let total = 0;
  for (let n = 0; n < jobs; n++) total += Number(await queue.get());
  for (const one of started) await join(one);
  log(`${jobs} jobs found ${total} primes below ${jobs * NUMBERS}`);
}
