/** The results of a family of runs in words. Pure. */
import {
  type Family,
  figuresOf,
  finishedRuns,
  type ModeFigures,
  type SweepPoint,
} from '../figures/family.ts';
import { searchesIn } from '../figures/search.ts';
import type { Spread } from '../figures/spread.ts';
import { asNoun, capital, counted, inMode, listed } from './english.ts';
import { CLEAR, TRUSTED } from './noise.ts';
import { missedWords, runtimesWords } from './runtimes-sentence.ts';
import { searchSentence } from './search-sentence.ts';
import { count, factorText } from './units.ts';

/** One plain sentence on what the runs of a family show, or show so far. */
export function familySentence(family: Family): string {
  if (family.kind === 'exploration') return searchSentence(searchesIn(family), family.status);
  const figures = figuresOf(family).filter(({ wall }) => wall !== null);
  const failed = family.runs.filter(
    ({ result: { status } }) => status === 'failed' || status === 'timed-out',
  );
  const but = failed.length === 0 ? '' : `; ${counted(failed.length, 'run')} did not complete`;
  const lead = leadOf(family);
  if (figures.length === 0)
    return family.status === null ? `${lead}: nothing measured yet.` : `${lead}: none completed.`;
  if (family.kind === 'runtimes') {
    const parts = [runtimesWords(family, figures), missedWords(family, failed)];
    const words = parts.filter((part) => part !== '').join('; ');
    return family.status === 'completed' ? `${capital(words)}.` : `${lead}: ${words}.`;
  }
  if (family.kind === 'sweep') return `${lead}: ${sweepWords(figures, family)}${but}.`;
  const [only] = figures;
  if (family.spec.modes.length === 1 && only) {
    // How often it failed comes first: it may be what the runs are for.
    const how = failed.every(({ result: { status } }) => status === 'failed') ? 'failed' : 'did not complete';
    const first = failed.length === 0 ? '' : `${failed.length} ${how}; the others took `;
    return `${lead} ${inMode(only.mode)}: ${first}${repeatWords(only, family)}.`;
  }
  return `${lead}: ${ordersWords(figures, family)}${but}.`;
}

function leadOf(family: Family): string {
  const { kind, count: planned, status } = family;
  const finished = finishedRuns(family);
  const runs = counted(planned, 'run');
  switch (status) {
    case null:
      return `${finished} of ${runs} so far`;
    case 'completed':
      return kind === 'sweep' ? `1 to ${planned} workers` : runs;
    case 'cancelled':
      return `Cancelled after ${finished} of ${runs}`;
    case 'interrupted':
      return `Interrupted when the server stopped, after ${finished} of ${runs}`;
    case 'failed':
    case 'timed-out':
      return `Ended by a server error after ${finished} of ${runs}`;
  }
}

function repeatWords({ wall, orders, times }: ModeFigures, { spec }: Family): string {
  const range = wall === null ? '' : rangeOf(wall.min, wall.max);
  const known = orders.reduce((sum, { count }) => sum + count, 0);
  if (spec.jobs === 1 || times.length === 1 || known < times.length) return range;
  return orders.length > 1
    ? `${range}; jobs ended in ${orders.length} different orders`
    : `${range}; jobs always ended in the same order`;
}

/** For several modes: the orders in which jobs ended; their times only if there are no orders to compare. */
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

/** Numbers of workers with times within this factor of the shortest are as good: the fewest of them is named. */
const ALIKE = 1.05;

function sweepWords(all: ModeFigures[], { spec }: Family): string {
  if (spec.jobs === 1) return 'one job cannot be shared among workers';
  const figures = all.filter(({ points }) =>
    points.some(({ active, factor }) => active > 1 && factor !== null),
  );
  const cores = figures.find((one) => one.cores !== null)?.cores ?? null;
  const machine = cores === null ? '' : `this machine has ${count(cores, 'core')}; `;
  const [only] = figures;
  if (only === undefined) return 'nothing to compare with the time of one worker yet';
  const told = figures.map((one) => `${asNoun(one.mode)} ${fastestWords(one)}`).join('; ');
  const isFitted = figures.length === 1 && only.serial !== null && fewestAndFastest(only.points) !== null;
  return `${machine}${told}${isFitted ? `; ${serialWords(only.serial ?? 0, spec.jobs)}` : ''}`;
}

/** The fewest workers that were as good as the fastest, and their speed-up. */
function fastestWords({ points, cores }: ModeFigures): string {
  const best = fewestAndFastest(points);
  if (best === null)
    return points.some(({ factor }) => factor !== null && factor * CLEAR <= 1)
      ? 'were no faster with more workers than with one'
      : 'were about as fast with one worker as with more';
  const disturbed = cores !== null && best.factor > TRUSTED * cores;
  const but = disturbed ? ', more than its cores allow: the run with one worker was disturbed' : '';
  return `were fastest with ${count(best.active, 'worker')}: ${factorText(best.factor)} times as fast as with one${but}`;
}

/** The fewest workers that were as good as the fastest; null if they were not clearly faster than one worker. */
function fewestAndFastest(points: SweepPoint[]): { active: number; factor: number } | null {
  const leastMs = Math.min(...points.map(({ wallMs }) => wallMs));
  const best = points
    .filter(({ wallMs }) => wallMs <= ALIKE * leastMs)
    .toSorted((one, other) => one.active - other.active || one.wallMs - other.wallMs)[0];
  const factor = best?.factor ?? 0;
  return best && best.active > 1 && factor >= CLEAR ? { active: best.active, factor } : null;
}

/** What a serial share means for a number of jobs: `Amdahl’s law fits with 12% serial work, so no number of …`. */
export function serialWords(serial: number, jobs: number): string {
  const share = `Amdahl’s law fits with ${percent(serial)} serial work`;
  if (serial < 0.005) return `${share}: in this range, all of the work could be shared`;
  // The jobs themselves are a closer limit.
  if (1 / serial > jobs) return share;
  return `${share}, so no number of workers would be more than ${factorText(1 / serial)} times as fast`;
}

/** A share: `12%`, below ten with a decimal: `3.4%`. */
export function percent(share: number): string {
  const points = share * 100;
  return `${points < 9.95 && points > 0 ? points.toFixed(1) : Math.round(points)}%`;
}

/** From one time to another: `9.1 to 9.4 s`, `9.214 to 9.231 s`, or one time where they are as good as the same. */
export function rangeOf(minMs: number, maxMs: number): string {
  const { text, unit } = wordsFor(minMs, maxMs);
  return text(minMs) === text(maxMs) ? `${text(maxMs)} ${unit}` : `${text(minMs)} to ${text(maxMs)} ${unit}`;
}

/** How times are said: `text` gives the figure, in `unit`. */
type TimeWords = { text: (ms: number) => string; unit: string };

/** How to say the times of a spread: so that neither the least and the most are the same, nor the quartiles. */
export function wordsOf({ min, lower, upper, max }: Spread): TimeWords {
  return wordsFor(min, max, [lower, upper]);
}

/**
 * How to say times from `minMs` to `maxMs`: with as many decimals as tell these, and `closer` ones, apart; up to three.
 */
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
