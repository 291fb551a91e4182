import type { JobApi } from '../../../../server/program/types.ts';

/** Logs 400 lines, a hundred at a time. */
export async function job(n: number, { log, work }: JobApi) {
  for (let line = 0; line < 400; line++) {
    log(`${n}.${line}`);
    if (line % 100 === 99) await work(0.1);
  }
}
