import type { JobApi, MainApi } from '../../program/types.ts';

// Job 0 does all the work alone. Then jobs 1 and 2 share the same work, then four jobs share it, then eight.
const partsOf = (n: number) => 2 ** Math.floor(Math.log2(n + 1));

// Seconds that every job waits before it computes, however many jobs share the work.
const WAIT = 0.3;

export async function job(n: number, { sleep, compute, random }: JobApi) {
  await sleep(WAIT);
  compute(random() / partsOf(n));
}

export async function main({ jobs, start, join, log }: MainApi) {
  let alone = 0;
  for (let parts = 1; 2 * parts - 1 <= jobs; parts *= 2) {
    const begun = Date.now();
    const group = [];
    for (let n = parts - 1; n < 2 * parts - 1; n++) group.push(await start(n));
    for (const one of group) await join(one);

    const seconds = (Date.now() - begun) / 1000;
    if (parts === 1) alone = seconds;
    log(`Shared by ${parts}: ${seconds.toFixed(1)} seconds, ${(alone / seconds).toFixed(1)} times as fast`);
  }
}
