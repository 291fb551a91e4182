import type { JobApi, MainApi } from '../../../../server/program/types.ts';

/** A formula to a spreadsheet, an image and a script to a page. */
export const HOSTILE_LOCK = '=1+1,"<img src=x onerror=alert(1)>]]></title><script>alert(2)</script>&lt;';

/** Waits for a lock with that name, which main holds. */
export async function job(_n: number, { lock }: JobApi) {
  await lock(HOSTILE_LOCK).acquire();
}

/** Fails with what terminals take for colour and XML for nothing at all. */
export async function main({ start, lock, sleep }: MainApi) {
  const held = lock(HOSTILE_LOCK);
  await held.acquire();
  await start(0);
  await sleep(0.3);
  throw new Error('<b>\u001b[31m&amp;\u0000\ud800 "no"');
}
