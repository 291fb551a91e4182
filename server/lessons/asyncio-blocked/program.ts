import type { JobApi } from '../../program/types.ts';

// A call that blocks, like readFileSync: it returns when the time is up, and its thread can do nothing else until then.
function block(seconds: number) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000);
}

export async function job(n: number, { sleep, random, log }: JobApi) {
  const seconds = random();
  if (n % 2 === 0) await sleep(seconds);
  else block(seconds);
  log(`Job ${n} has ${n % 2 === 0 ? 'awaited' : 'blocked for'} ${seconds} seconds`);
}
