// Five jobs of half a second, in worker threads, by hand.
import { setTimeout as delay } from 'node:timers/promises';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

if (isMainThread) {
  const ended = [0, 1, 2, 3, 4].map((n) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: n });
    return new Promise((resolve) => worker.on('exit', resolve));
  });
  await Promise.all(ended);
} else {
  await delay(500);
  console.log(`Job ${workerData} done after 0.5 seconds`);
}
