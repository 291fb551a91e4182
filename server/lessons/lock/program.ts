import type { JobApi, MainApi } from '../../program/types.ts';

export async function job(n: number, { work, random, shared, lock, log }: JobApi) {
  const turn = lock('A');
  await turn.acquire();
  try {
    const seen = shared.counter.read();
    await work(random());
    shared.counter.write(seen + 1);
    log(`Job ${n} read ${seen} and wrote ${seen + 1}`);
  } finally {
    turn.release();
  }
}

export async function main({ jobs, start, join, shared, log }: MainApi) {
  const started = [];
  for (let n = 0; n < jobs; n++) started.push(await start(n));
  for (const one of started) await join(one);
  log(`With a lock: the counter is ${shared.counter.read()}, expected ${jobs}`);
}
