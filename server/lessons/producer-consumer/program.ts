import type { JobApi, MainApi } from '../../program/types.ts';

const ITEMS = 4; // how many each job makes
const ROOM = 3; // how many the queue holds
const SECONDS = 0.4; // main’s time for each item: longer than a job needs to make one

export async function job(n: number, { work, random, queue, log }: JobApi) {
  for (let item = 1; item <= ITEMS; item++) {
    await work(random());
    await queue.put(`${n}.${item}`);
    log(`Job ${n} put item ${n}.${item}`);
  }
}

export async function main({ jobs, start, join, queue, work, log }: MainApi) {
  queue.limit(ROOM);
  const started = [];
  for (let n = 0; n < jobs; n++) started.push(await start(n));

  for (let taken = 1; taken <= jobs * ITEMS; taken++) {
    const item = await queue.get();
    await work(SECONDS);
    log(`Main used item ${item}, ${taken} of ${jobs * ITEMS}`);
  }
  for (const one of started) await join(one);
}
