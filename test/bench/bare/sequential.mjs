// Five jobs of half a second, one by one, by hand.
import { setTimeout as delay } from 'node:timers/promises';

for (let n = 0; n < 5; n++) {
  await delay(500);
  console.log(`Job ${n} done after 0.5 seconds`);
}
