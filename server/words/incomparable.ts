/** Why a figure of two runs cannot be compared, in the place where the comparison would be. Pure. */
import { type FigurePair, isCut, isNothingDone, type ModePair } from '../figures/comparison.ts';
import { isHeldUp, type PassSummary } from '../figures/summary.ts';
import type { Status } from '../protocol/facts.ts';
import { counted, listed } from './english.ts';

/** How a pass ended, after the name of its run. */
export const ENDINGS: Record<Status, string> = {
  completed: 'completed',
  failed: 'failed',
  cancelled: 'was cancelled',
  'timed-out': 'ran out of time',
  interrupted: 'was interrupted',
};

type Name = 'A' | 'B';

/** Returns why the figure has no comparison: `B failed`, `A and B were cancelled`, `B has not begun`. */
export function incomparableWords(figure: FigurePair, pair: ModePair): string {
  const both = [
    { name: 'A' as Name, summary: pair.a, isOver: pair.terms.isOver.a, value: figure.a },
    { name: 'B' as Name, summary: pair.b, isOver: pair.terms.isOver.b, value: figure.b },
  ];
  const states = both.flatMap(({ name, summary, isOver }) => {
    const words = stateOf(pair, summary, isOver);
    return words === null ? [] : [{ name, words }];
  });
  if (states.length > 0) return together(states);
  const missing = both.filter(({ value }) => value === null).map(({ name }) => name);
  if (pair.a && pair.b) {
    const undone = undoneWords(pair.a, pair.b);
    if (undone !== null) return undone;
    if (isNothingDone(pair.a) && isNothingDone(pair.b)) return 'no job was done';
  }
  if (missing.length > 0) return `not known of ${listed(missing)}`;
  return 'measured differently';
}

/** Returns what became of a pass that cannot be compared; null if it completed. */
function stateOf({ mode }: ModePair, summary: PassSummary | null, isOver: boolean): string | null {
  if (summary === null) return isOver ? 'never began' : 'has not begun';
  if (summary.status === null) return 'is still running';
  if (summary.status !== 'completed') return ENDINGS[summary.status];
  if (isCut(summary)) return 'has a log that was cut';
  return isHeldUp(mode, summary) ? 'was held up' : null;
}

/** Says what is the same of both runs once. */
function together(states: { name: Name; words: string }[]): string {
  const [first, second] = states;
  if (first && second && first.words === second.words) return `A and B ${plural(first.words)}`;
  return states.map(({ name, words }) => `${name} ${words}`).join(', ');
}

function plural(words: string): string {
  return words
    .replace(/^has a log that was/, 'have logs that were')
    .replace(/^was/, 'were')
    .replace(/^has/, 'have')
    .replace(/^is/, 'are');
}

/** Returns how many jobs were not done, if that differs; otherwise null. */
function undoneWords(a: PassSummary, b: PassSummary): string | null {
  const ways = [
    ['failed', 'failed'],
    ['cutOff', 'cut off'],
    ['neverBegan', 'never began'],
  ] as const;
  for (const [name, words] of ways) {
    if (a[name] === b[name]) continue;
    if (a[name] > 0 && b[name] > 0) return `${counted(a[name], 'job')} of A and ${b[name]} of B ${words}`;
    return `${counted(a[name] || b[name], 'job')} of ${a[name] > 0 ? 'A' : 'B'} ${words}`;
  }
  return null;
}
