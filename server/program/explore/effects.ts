/** What steps do besides their accesses: by it, the search knows which steps affect each other (footprint.ts). */
import type { Ask } from '../../protocol/asks.ts';

/** An effect. `at`: how many steps had been taken, that which had it included. */
export type Effect = { at: number } & EffectOfStep;

export type EffectOfStep =
  /** A lane asked the hub. */
  | { did: 'ask'; lane: number; ask: Ask }
  /** Something was put into the inbox of a lane; `answer`: the id of its request, null if it is not an answer. */
  | { did: 'send'; to: number; answer: number | null }
  /** A lane ended, and its requests that waited were dropped. */
  | { did: 'leave'; lane: number }
  /** A line was written, and the program's check sees in which order lines were. */
  | { did: 'line' }
  /** A sleep began or ended, and sleeps end in the order of their seconds. */
  | { did: 'sleep' }
  /** The program ended, whatever else could have come. */
  | { did: 'end' };
