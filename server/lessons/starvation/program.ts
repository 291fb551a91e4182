import type { JobApi, MainApi } from '../../program/types.ts';

const TURN = 0.1; // seconds
const PAUSE = 0.05; // seconds until a job tries again

export async function job(n: number, { sleep, shared, lock, log }: JobApi) {
  // Jobs 0 and 3 are busy: after each turn, they want the next one at once.
  const turns = n % 3 === 0 ? 12 : 2;
  for (let turn = 0; turn < turns; turn++) {
    if (n < 3) {
      // No line: the job that makes the number 1 has the turn.
      while (shared.counter.add(1) > 1) await sleep(PAUSE);
      await sleep(TURN);
      shared.counter.write(0);
    } else {
      // A lock with a line: its release passes it to the job that has waited longest.
      await lock('line').acquire();
      await sleep(TURN);
      lock('line').release();
    }
  }
  log(`Job ${n} has had ${turns} turns`);
}

export async function main({ start, join, log }: MainApi) {
  for (const first of [0, 3]) {
    const group = [];
    for (let n = first; n < first + 3; n++) group.push(await start(n));
    for (const one of group) await join(one);
    log(first === 0 ? 'Done without a line' : 'Done with a line');
  }
}
