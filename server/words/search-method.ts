/** How a search went about it, in words that claim no more than it did, and the papers that the method is from. Pure. */
import { type SearchLimit, STEP_SECONDS } from '../protocol/search.ts';
import type { SearchEnd } from '../timeline/search.ts';
import { boundWords } from './search-sentence.ts';
import { count } from './units.ts';

/** Returns what a search has tried, a sentence each. */
export function methodWords(end: SearchEnd): string[] {
  const { method, isComplete, preemptions, schedules, orders, probability, module, ranOut, endedBy } = end;
  const executed = `${count(schedules, 'schedule')} ${schedules === 1 ? 'was' : 'were'} executed`;
  const bound = preemptions === null ? '' : ` with ${boundWords(preemptions)}`;
  const because = endedBy === undefined ? '' : `, because ${LIMIT_WORDS[endedBy]}`;
  const told: string[] = [];
  if (method === 'every')
    told.push(
      isComplete
        ? `Every order${bound} was tried: ${executed}.`
        : `Not every order${bound} was tried${because || (ranOut ? ', because time ran out' : ' to its end')}: ${executed}.`,
    );
  if (method === 'reduced') {
    told.push(
      `${ranOut ? 'The time did not suffice to try each order.' : 'There are too many orders to try each.'} Orders that differ only in steps that do not affect each other end the same way, so only one of each such set matters.`,
      isComplete
        ? `Every different order that matters${bound} was tried: ${executed}.`
        : `Not all that matter${bound} were tried${because}: ${executed}.`,
    );
  }
  if (method === 'random') {
    told.push(
      `Not all orders that matter could be tried. The last of the schedules were drawn at random${endedBy === undefined ? '' : `, until ${untilWords(endedBy, end)}`}: ${executed}, which led to ${count(orders, 'different order')} that ${orders === 1 ? 'matters' : 'matter'}.`,
    );
    if (probability !== null && probability.perSchedule > 0)
      told.push(
        `A fault that needs ${count(probability.depth, 'step')} in a certain order is found by one that is drawn with a probability of at least 1 in ${inverse(probability.perSchedule)}. A fault can still be there that none of them found.`,
      );
  }
  if (preemptions !== null)
    told.push(
      `A preemption takes the turn from a job that could go on. Faults that need more than ${count(preemptions, 'preemption')} are not found.`,
    );
  if (method !== 'random' && !isComplete) told.push('Orders that were not tried may fail.');
  told.push(
    module === 'kept'
      ? 'The program was loaded once for all schedules.'
      : 'The program changes variables of its own module, so it was loaded again for each schedule.',
  );
  return told;
}

/** What ended a search, as the reason for it. */
const LIMIT_WORDS: Record<SearchLimit, string> = {
  schedules: 'the limit of schedules was reached',
  time: 'time ran out',
  late: `jobs too often computed for more than ${STEP_SECONDS} s before a step`,
};

/** Until when orders were drawn: if some fail, the last of the schedules and of the time look for shorter examples. */
function untilWords(endedBy: SearchLimit, { failing }: SearchEnd): string {
  if (failing === 0 || endedBy === 'late') return LIMIT_WORDS[endedBy];
  return endedBy === 'time' ? 'time had nearly run out' : 'the limit of schedules was nearly reached';
}

/** Rounded up, so that no more is claimed than is known: `240`, `13,000`. */
function inverse(probability: number): string {
  const times = 1 / probability;
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(times)) - 2);
  return (Math.ceil(times / unit - 1e-9) * unit).toLocaleString('en-US');
}

/** A paper that a method is from. */
export type Source = { authors: string; title: string; where: string };

const CONTEXT_BOUNDING: Source = {
  authors: 'Musuvathi and Qadeer 2007',
  title: 'Iterative Context Bounding for Systematic Testing of Multithreaded Programs',
  where: 'PLDI',
};
const REDUCTION: Source = {
  authors: 'Flanagan and Godefroid 2005',
  title: 'Dynamic Partial-Order Reduction for Model Checking Software',
  where: 'POPL',
};
const SOURCE_SETS: Source = {
  authors: 'Abdulla, Aronis, Jonsson and Sagonas 2014',
  title: 'Optimal Dynamic Partial Order Reduction',
  where: 'POPL',
};
const BOUNDED_REDUCTION: Source = {
  authors: 'Coons, Musuvathi and McKinley 2013',
  title: 'Bounded Partial-Order Reduction',
  where: 'OOPSLA',
};
const RANDOM: Source = {
  authors: 'Burckhardt, Kothari, Musuvathi and Nagarakatte 2010',
  title: 'A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs',
  where: 'ASPLOS',
};

/** Returns the papers that searches have used, each once. */
export function sourcesOf(ends: readonly SearchEnd[]): Source[] {
  const used = ends.flatMap(({ method, preemptions }) => [
    CONTEXT_BOUNDING,
    ...(method === 'reduced' ? [REDUCTION, SOURCE_SETS] : []),
    ...(method === 'reduced' && preemptions !== null ? [BOUNDED_REDUCTION] : []),
    ...(method === 'random' ? [RANDOM] : []),
  ]);
  return [...new Set(used)];
}
