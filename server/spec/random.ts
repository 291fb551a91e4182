/**
 * The seeded numbers of a job: they depend only on the run's seed and the job's number, so they are the same in every
 * pass.
 */

/**
 * Returns a generator of numbers in [0, 1) for job `n` of a run with `seed` (0 to 2^53 - 1): mulberry32, seeded with a
 * mix of both.
 */
export function uniform(seed: number, n: number): () => number {
  const low = seed >>> 0;
  const high = Math.floor(seed / 2 ** 32) >>> 0;
  let state = mix(mix(mix(low) ^ high) ^ n);
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The finaliser of MurmurHash3: every bit of the input changes every bit of the output. */
function mix(value: number): number {
  let x = (value + 0x9e3779b9) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/**
 * Returns seconds from `min` to `max` for a draw `u` in [0, 1): in tenths, as in the notebook, or in thousandths if the
 * range is under a second.
 */
export function secondsBetween(min: number, max: number, u: number): number {
  const steps = max - min >= 1 ? 10 : 1000;
  const rounded = Math.round((min + u * (max - min)) * steps) / steps;
  return Math.min(max, Math.max(min, rounded));
}
