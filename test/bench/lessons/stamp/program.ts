import type { JobApi } from '../../../../server/program/types.ts';

/** Ends at the time that its log line names, in ms since 1970: any delay after that is the way to the reader. */
export async function job(_n: number, { sleep, log }: JobApi) {
  await sleep(0.02);
  log(`stamp ${performance.timeOrigin + performance.now()}`);
}
