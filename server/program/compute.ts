/**
 * A fixed amount of work: the same number of steps wherever and whenever it runs, so it takes longer when cores are
 * short.
 */
import { process } from './builtins.ts';

const STEPS_PER_BLOCK = 100_000;
let sink = 0;

/** Does `blocks` blocks of arithmetic that the compiler cannot skip (Marsaglia's xorshift32). */
export function spin(blocks: number): void {
  for (let i = 0; i < blocks; i++) sink ^= block(sink | 1);
}

function block(seed: number): number {
  let x = seed;
  for (let i = 0; i < STEPS_PER_BLOCK; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
  }
  return x;
}

/** Processor time of one measurement, in ms: several times the coarsest tick in which a system counts it. */
const STRETCH_MS = 50;

/**
 * Returns how many blocks an idle core does in a second, on this runtime. Measures processor time instead of elapsed
 * time, which includes other programs on a busy machine. Of several measurements, the quickest is the least disturbed.
 * The process should do nothing else at the same time. Blocks its thread for about 0.4 s.
 */
export function calibrate(): number {
  // The time of the compiler's own threads would count: let it finish.
  const warmUntil = performance.now() + 80;
  while (performance.now() < warmUntil) spin(1);
  let best = 0;
  const until = performance.now() + 270;
  do {
    const before = cpuMs();
    let blocks = 0;
    let ms = 0;
    for (; ms < STRETCH_MS; ms = cpuMs() - before) {
      spin(10);
      blocks += 10;
    }
    best = Math.max(best, (blocks * 1000) / ms);
  } while (performance.now() < until);
  return best;
}

/** Returns the processor time that this process has used, in ms. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
