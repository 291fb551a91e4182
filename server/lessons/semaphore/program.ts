import type { JobApi, MainApi } from '../../program/types.ts';

const MOST = 3; // jobs that may be inside at once
const GAP = 0.4; // seconds between looking at the number and changing it

export async function job(n: number, { work, sleep, random, shared, semaphore, queue }: JobApi) {
  // Main counts the jobs inside.
  const inside = async () => {
    await queue.put(1);
    await work(random());
    await queue.put(-1);
  };

  if (n % 2 === 0) {
    // Even jobs look at a number and go in if it is low enough.
    while (shared.counter.read() >= MOST) await sleep(0.05);
    await sleep(GAP);
    shared.counter.add(1);
    await inside();
    shared.counter.add(-1);
  } else {
    // Odd jobs take a permit.
    const door = semaphore('door', MOST);
    await door.acquire();
    try {
      await inside();
    } finally {
      door.release();
    }
  }
}

export async function main({ jobs, start, join, queue, log }: MainApi) {
  for (const first of [0, 1]) {
    const group = [];
    for (let n = first; n < jobs; n += 2) group.push(await start(n));
    let now = 0;
    let most = 0;
    for (let i = 0; i < 2 * group.length; i++) {
      now += Number(await queue.get());
      most = Math.max(most, now);
    }
    for (const one of group) await join(one);
    log(`${first === 0 ? 'With a number' : 'With permits'}: at most ${most} of ${group.length} jobs inside`);
  }
}
