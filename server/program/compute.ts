/** A fixed amount of work: the same number of steps wherever and whenever it runs, so it takes longer when cores are short. */

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

/**
 * Blocks that an idle core does in a second, on this runtime. Takes the quickest of many short samples, because
 * whatever else the machine does can only make one slower. Blocks its thread for about a quarter of a second.
 */
export function calibrate(): number {
  const until = performance.now() + 50;
  while (performance.now() < until) spin(1);
  let best = Number.POSITIVE_INFINITY;
  const blocks = 50;
  for (let sample = 0; sample < 30; sample++) {
    const before = performance.now();
    spin(blocks);
    best = Math.min(best, performance.now() - before);
  }
  return (blocks * 1000) / best;
}
