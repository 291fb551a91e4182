import type { JobApi, MainApi } from '../../program/types.ts';

export async function job(n: number, { work, random, shared, lane, log }: JobApi) {
  const seconds = random();
  await work(seconds);
  const length = shared.push(lane.name);
  log(`Job ${n} done after ${seconds} seconds: entry ${length} in the list that ${lane.name} sees`);
}

export async function main({ jobs, start, join, shared, log }: MainApi) {
  log(`Shared list is now empty: ${shared.values().length} entries`);

  const started = [];
  for (let n = 0; n < jobs; n++) started.push(await start(n));
  for (const one of started) await join(one);

  const list = shared.values();
  const state = list.length > 0 ? 'no longer empty' : 'still empty';
  log(`Shared list is ${state}: ${list.length} entries [${list.join(', ')}]`);
}
