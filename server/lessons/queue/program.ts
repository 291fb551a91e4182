import type { JobApi, MainApi } from '../../program/types.ts';

export async function job(n: number, { work, random, queue, lane, log }: JobApi) {
  const seconds = random();
  await work(seconds);
  await queue.put(lane.pid);
  log(`Job ${n} done after ${seconds} seconds: put ${lane.pid}`);
}

export async function main({ jobs, start, join, queue, log }: MainApi) {
  const list: unknown[] = [];
  log(`List is now empty: ${list.length} entries`);

  const started = [];
  for (let n = 0; n < jobs; n++) started.push(await start(n));
  while (list.length < jobs) list.push(await queue.get());
  for (const one of started) await join(one);

  log(`List is no longer empty: ${list.length} entries [${list.join(', ')}]`);
}
