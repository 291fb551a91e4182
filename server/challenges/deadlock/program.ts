// Deadlock: two payments, in opposite directions
import type { CheckApi, JobApi } from '../../program/types.ts';

export async function job(n: number, { shared, lock }: JobApi) {
  const from = lock(n === 0 ? 'account A' : 'account B');
  const to = lock(n === 0 ? 'account B' : 'account A');
  await from.acquire();
  await to.acquire();
  shared.push(`payment ${n}`);
  to.release();
  from.release();
}

// Leave the check as it is.
export function check({ shared }: CheckApi) {
  if (shared.list.length !== 2) throw new Error(`2 payments were to be made, not ${shared.list.length}`);
}
