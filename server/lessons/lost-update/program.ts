import type { JobApi, MainApi } from '../../program/types.ts';

export async function job(n: number, { work, random, shared, log }: JobApi) {
  if (n % 2 === 0) {
    // Even jobs: read, take a while to add 1, write.
    const seen = shared.counter.read();
    await work(random());
    shared.counter.write(seen + 1);
    log(`Job ${n} read ${seen} and wrote ${seen + 1}`);
  } else {
    // Odd jobs: take as long, then add 1 in one step.
    await work(random());
    const now = shared.counter.add(1);
    log(`Job ${n} added 1, which made ${now}`);
  }
}

export async function main({ jobs, start, join, shared, log }: MainApi) {
  for (const first of [0, 1]) {
    shared.counter.write(0);
    const started = [];
    for (let n = first; n < jobs; n += 2) started.push(await start(n));
    for (const one of started) await join(one);

    const how = first === 0 ? 'Read and write' : 'Add in one step';
    log(`${how}: the counter is ${shared.counter.read()}, expected ${started.length}`);
  }
}
