/**
 * Orders drawn at random, with a published probability of finding a fault: PCT (Burckhardt, Kothari, Musuvathi and
 * Nagarakatte 2010). Each lane has a priority, and the highest that can go on does; at a few steps drawn beforehand,
 * the lane that would go on gets a low one.
 */
import type { Choose, GoesOn, Option } from './execution.ts';
import { Fairness } from './fair.ts';

/** How many ordering constraints a fault may need to be found with the probability that is reported. */
export const DEPTH = 3;

/** `steps`: most steps of an execution. `isFair`: a lane that spins gets the lowest priority. */
export type Draw = { random: () => number; steps: number; isFair: boolean };

/** Draws one order. Returns how to choose its steps. */
export function drawOrder({ random, steps, isFair }: Draw): { choose: Choose; goesOn: GoesOn } {
  const priorities = new Map<number, number>();
  const changes = new Map<number, number>();
  for (let low = DEPTH - 1; low >= 1; low--) changes.set(Math.floor(random() * steps), low);
  const fairness = isFair ? new Fairness() : null;
  let lowest = 0;
  const priorityOf = (lane: number): number => {
    const priority = priorities.get(lane) ?? DEPTH + random();
    priorities.set(lane, priority);
    return priority;
  };
  const first = (options: readonly Option[]): number => {
    const [best = 0] = options.map(({ lane }) => lane).sort((a, b) => priorityOf(b) - priorityOf(a));
    return best;
  };
  const choose: Choose = (options, _current, at, { taken }) => {
    const before = taken[at - 1];
    if (before && fairness?.follow(before, options))
      priorities.set(before.options[before.chosen]?.lane ?? 0, --lowest);
    // In the order of their numbers, whatever makes them appear.
    for (const { lane } of options) priorityOf(lane);
    const low = changes.get(at);
    if (low !== undefined) priorities.set(first(options), low);
    const lane = first(options);
    const own = options.filter((option) => option.lane === lane);
    const option = own[Math.floor(random() * own.length)];
    return option ? options.indexOf(option) : null;
  };
  // Within its memory, a lane lets no other go on.
  return { choose, goesOn: (_lane, at) => !isFair && !changes.has(at) };
}

/**
 * Returns the least probability with which one order finds a fault that needs `DEPTH` constraints, in a program of
 * `lanes` lanes and at most `steps` steps: 1 / (n k^(d - 1)).
 */
export function probabilityOf(lanes: number, steps: number): number {
  return 1 / (Math.max(1, lanes) * Math.max(1, steps) ** (DEPTH - 1));
}
