import type { JobApi, MainApi } from '../../program/types.ts';

export async function job(n: number, { work, random, compute, sleep, queue, lock, condition, log }: JobApi) {
  const held = lock('L');
  const ready = condition('ready');

  if (n === 0) {
    // Makes the result, then notifies the jobs that wait for it.
    await work(random());
    await held.acquire();
    await queue.put('result');
    log('Job 0 notifies: the result is there');
    ready.notifyAll();
    held.release();
  } else if (n === 1) {
    // Spins: looks again and again.
    let looks = 0;
    for (; queue.size === 0; looks++) {
      compute(0.01);
      await sleep(0);
    }
    log(`Job 1 has looked ${looks} times`);
  } else if (n === 2) {
    // Looks first, then waits, and looks again each time it wakes up.
    await held.acquire();
    while (queue.size === 0) await ready.wait(held);
    held.release();
    log('Job 2 has waited');
  } else {
    // Waits without looking, so it does not see that the result is already there.
    await held.acquire();
    log('Job 3 waits');
    await queue.put('job 3 waits');
    await ready.wait(held);
    held.release();
    log('Job 3 has been notified');
  }
}

export async function main({ start, join, sleep, queue, lock, condition, log }: MainApi) {
  const first = [];
  for (let n = 0; n < 3; n++) first.push(await start(n));
  for (const one of first) await join(one);

  const late = start(3);
  await queue.get();
  await queue.get();
  await sleep(1);
  await lock('L').acquire();
  log('Main notifies once more');
  condition('ready').notifyAll();
  lock('L').release();
  await join(await late);
}
