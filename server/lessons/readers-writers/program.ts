import type { JobApi, MainApi } from '../../program/types.ts';

const PERMITS = 4; // a reader takes one, a writer all

export async function job(n: number, { work, random, lock, semaphore, log }: JobApi) {
  // Of every four jobs of a group, the third changes the text.
  const writes = Math.floor(n / 2) % 4 === 2;
  const use = async () => {
    await work(random());
    log(writes ? `Job ${n} has changed the text` : `Job ${n} has read the text`);
  };

  if (n % 2 === 0) {
    // Even jobs use a lock: one at a time, whether they read or write.
    const text = lock('text');
    await text.acquire();
    await use();
    text.release();
  } else {
    // Odd jobs use permits. They pass a door, which a writer keeps shut until it has them all.
    const door = lock('door');
    const text = semaphore('text', PERMITS);
    const mine = writes ? PERMITS : 1;
    await door.acquire();
    for (let i = 0; i < mine; i++) await text.acquire();
    door.release();
    await use();
    for (let i = 0; i < mine; i++) text.release();
  }
}

// First the group with the lock, then the one with permits.
export async function main({ jobs, start, join }: MainApi) {
  for (const first of [0, 1]) {
    const group = [];
    for (let n = first; n < jobs; n += 2) group.push(await start(n));
    for (const one of group) await join(one);
  }
}
