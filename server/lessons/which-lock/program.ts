import type { JobApi, MainApi } from '../../program/types.ts';

// Even jobs: each holds a lock while it reads, works and writes, but not all of them use the same lock.
// Odd jobs: the same, but all of them use one lock.
const lockOf = (n: number) => (n % 4 === 2 ? 'B' : 'A');

export async function job(n: number, { work, random, shared, lock, log }: JobApi) {
  const name = lockOf(n);
  await lock(name).acquire();
  try {
    const seen = shared.counter.read();
    await work(random());
    shared.counter.write(seen + 1);
    log(`Job ${n} held ${name}, read ${seen} and wrote ${seen + 1}`);
  } finally {
    lock(name).release();
  }
}

export async function main({ jobs, start, join, shared, log }: MainApi) {
  for (const first of [0, 1]) {
    shared.counter.write(0);
    const started = [];
    for (let n = first; n < jobs; n += 2) started.push(await start(n));
    for (const one of started) await join(one);

    const locks = first === 0 ? 'Two locks' : 'One lock';
    log(`${locks}: the counter is ${shared.counter.read()}, expected ${started.length}`);
  }
}
