// Which lock: both visitors lock the door, each their own
import type { CheckApi, JobApi } from '../../program/types.ts';

export async function job(n: number, { shared, lock }: JobApi) {
  const door = lock(`door ${n}`);
  await door.acquire();
  const seen = shared.counter.read();
  shared.counter.write(seen + 1);
  door.release();
}

// Leave the check as it is.
export function check({ shared }: CheckApi) {
  if (shared.counter !== 2) throw new Error(`2 visitors came, the counter says ${shared.counter}`);
}
