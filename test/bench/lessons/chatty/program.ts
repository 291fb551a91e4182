import type { JobApi } from '../../../../server/program/types.ts';

/** Logs 200 lines per second for the job's duration, each with the time it was written. */
export async function job(_n: number, { random, log }: JobApi) {
  const began = performance.now();
  const lines = random() * 200;
  for (let line = 0; line < lines; line++) {
    const pause = began + line * 5 - performance.now();
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    log(`stamp ${performance.timeOrigin + performance.now()}`);
  }
}
