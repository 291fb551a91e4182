import type { JobApi } from '../../../../server/program/types.ts';

/** Reads the counter and writes it: four jobs have 2,520 orders of these accesses. */
export async function job(_: number, { shared }: JobApi) {
  const seen = shared.counter.read();
  shared.counter.write(seen + 1);
}
