import type { JobApi } from '../../../../server/program/types.ts';

/** Sleeps, and ends at the time that its log line names, in ms since 1970. */
export async function job(_n: number, { sleep, random, log }: JobApi) {
  await sleep(random());
  log(`stamp ${performance.timeOrigin + performance.now()}`);
}
