/** The words for what the runs of a family came to. Pure. */
import { type Family, figuresOf, finishedRuns, type ModeFigures } from '../figures/family.ts';
import type { Spread } from '../figures/spread.ts';
import { counted, inMode, listed } from './english.ts';

/** One plain sentence on what the runs of a family show, or show so far. */
export function familySentence(family: Family): string {
  const figures = figuresOf(family).filter(({ wall }) => wall !== null);
  const lead = leadOf(family);
  if (figures.length === 0)
    return family.status === null ? `${lead}: nothing is measured yet.` : `${lead}: none completed.`;
  if (family.kind === 'sweep') return `${lead}: ${sweepWords(figures)}.`;
  const [only] = figures;
  if (family.spec.modes.length === 1 && only)
    return `${lead} ${inMode(only.mode)}: ${repeatWords(only, family)}.`;
  return `${lead}: ${ordersWords(figures, family)}.`;
}

function leadOf(family: Family): string {
  const { kind, count, status } = family;
  const finished = finishedRuns(family);
  const runs = counted(count, 'run');
  switch (status) {
    case null:
      return `${finished} of ${runs} so far`;
    case 'completed':
      return kind === 'sweep' ? `1 to ${count} workers` : runs;
    case 'cancelled':
      return `Cancelled after ${finished} of ${runs}`;
    case 'interrupted':
      return `Interrupted by a stop of the server after ${finished} of ${runs}`;
    case 'failed':
    case 'timed-out':
      return `Ended by a fault of the server after ${finished} of ${runs}`;
  }
}

function repeatWords({ wall, orders, times }: ModeFigures, { spec }: Family): string {
  const range = wall === null ? '' : rangeOf(wall.min, wall.max);
  const known = orders.reduce((sum, { count }) => sum + count, 0);
  if (spec.jobs === 1 || times.length === 1 || known < times.length) return range;
  return orders.length > 1
    ? `${range}, jobs ended in ${orders.length} different orders`
    : `${range}, jobs always ended in the same order`;
}

/** Several modes at once: their times stand below, and are told here only where there are no orders to compare. */
function ordersWords(figures: ModeFigures[], { spec }: Family): string {
  const isKnown = ({ times, orders }: ModeFigures) =>
    orders.reduce((sum, { count }) => sum + count, 0) === times.length;
  const repeated = figures.filter((one) => one.times.length > 1 && isKnown(one));
  if (spec.jobs === 1 || repeated.length === 0)
    return figures
      .map(({ mode, wall }) => `${inMode(mode)} ${wall === null ? '' : rangeOf(wall.min, wall.max)}`)
      .join(', ');
  const same = repeated.filter(({ orders }) => orders.length === 1).map(({ mode }) => inMode(mode));
  const different = repeated
    .filter(({ orders }) => orders.length > 1)
    .map(({ mode, orders }, i) => `${orders.length} ${i === 0 ? 'different orders ' : ''}${inMode(mode)}`);
  if (same.length === 0) return `jobs ended in ${listed(different)}`;
  const always = `jobs always ended in the same order ${listed(same)}`;
  return different.length === 0 ? always : `${always}, but in ${listed(different)}`;
}

function sweepWords(figures: ModeFigures[]): string {
  const fitted = figures.flatMap(({ mode, points, serial }) => {
    const best = points.toSorted((one, other) => one.wallMs - other.wallMs)[0];
    return best?.factor && serial !== null ? [{ mode, ...best, factor: best.factor, serial }] : [];
  });
  const [first, ...others] = fitted;
  if (first === undefined) return 'nothing to compare with the time of one worker';
  const told = fitted.map(({ mode, workers, factor }, i) => {
    const most = workers === 1 ? 'one' : `${workers}, ${factor.toFixed(1)} times as fast as with one`;
    return i === 0 ? `${mode} were fastest with ${most}` : `${mode} with ${most}`;
  });
  if (others.length === 0) return `${told}; ${serialWords(first.serial)}`;
  return `${told.join('; ')}; serial shares of ${listed(fitted.map(({ serial }) => percent(serial)))} fit best`;
}

/** What a serial share means: `a serial share of 12 % fits best: by Amdahl’s law no …`. */
export function serialWords(serial: number): string {
  const share = `a serial share of ${percent(serial)} fits best`;
  if (serial === 0) return `${share}: nothing is seen that more workers could not share`;
  if (serial === 1) return `${share}: more workers were no faster`;
  return `${share}: by Amdahl’s law no number of workers could be more than ${(1 / serial).toFixed(1)} times as fast`;
}

/** A share: `12 %`, below ten with a decimal: `3.4 %`. */
export function percent(share: number): string {
  const points = share * 100;
  return `${points < 9.95 && points > 0 ? points.toFixed(1) : Math.round(points)} %`;
}

/** From one time to another: `9.1 to 9.4 s`, `9.214 to 9.231 s`, or one time where they are as good as the same. */
export function rangeOf(minMs: number, maxMs: number): string {
  const { text, unit } = wordsFor(minMs, maxMs);
  return text(minMs) === text(maxMs) ? `${text(maxMs)} ${unit}` : `${text(minMs)} to ${text(maxMs)} ${unit}`;
}

/** How times are said: `text` gives the figure, in `unit`. */
export type TimeWords = { text: (ms: number) => string; unit: string };

/** How to say the times of a spread: so that neither the least and the most are the same, nor the quartiles. */
export function wordsOf({ min, lower, upper, max }: Spread): TimeWords {
  return wordsFor(min, max, [lower, upper]);
}

/** How to say times from `minMs` to `maxMs`: with as many decimals as tell these, and `closer` ones, apart; up to three. */
export function wordsFor(minMs: number, maxMs: number, closer: readonly number[] = []): TimeWords {
  const [unit, scale, fewest] = maxMs < 1000 ? (['ms', 1, 0] as const) : (['s', 1000, 1] as const);
  const inUnit = (ms: number, decimals: number) => (ms / scale).toFixed(decimals);
  const needed = ([one = 0, other = 0]: readonly number[]) => {
    const told = [0, 1, 2, 3].find((n) => n >= fewest && inUnit(one, n) !== inUnit(other, n));
    // To three decimals the same: then there is no need for any.
    return told ?? fewest;
  };
  const decimals = Math.max(needed([minMs, maxMs]), needed(closer));
  return { text: (ms) => inUnit(ms, decimals), unit };
}
