// Five jobs of half a second, on the event loop, by hand.
import { setTimeout as delay } from 'node:timers/promises';

async function job(n) {
  await delay(500);
  console.log(`Job ${n} done after 0.5 seconds`);
}

await Promise.all([0, 1, 2, 3, 4].map(job));
