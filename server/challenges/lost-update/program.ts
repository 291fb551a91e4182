// Lost update: two visitors, one counter
import type { CheckApi, JobApi } from '../../program/types.ts';

export async function job(_n: number, { shared }: JobApi) {
  const seen = shared.counter.read();
  shared.counter.write(seen + 1);
}

// Leave the check as it is.
export function check({ shared }: CheckApi) {
  if (shared.counter !== 2) throw new Error(`2 visitors came, the counter says ${shared.counter}`);
}
