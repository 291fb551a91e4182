/** Lines of the program in words: which lines, and which jobs are at one of them. Pure. */
import type { Mode } from '../spec/modes.ts';
import { counted, inMode, modeName } from './english.ts';

/** Most lines, and most groups of jobs, that are named one by one. */
const MOST = 4;

/** `line 7`, `lines 4, 5 and 6`, `lines 1, 2, 3, 4 and 12 more`. Of at least one. */
export function linesWords(lines: readonly number[]): string {
  const more = lines.length - MOST;
  const named = more > 0 ? [...lines.slice(0, MOST), `${more} more`] : [...lines];
  const last = named.pop();
  return named.length === 0 ? `line ${last}` : `lines ${named.join(', ')} and ${last}`;
}

/** How many bars were at a line, in each pass: `Line 7: 2 bars one by one, 3 bars in threads.` */
export function markedWords(line: number, passes: readonly { mode: Mode; bars: number }[]): string {
  const found = passes.flatMap(({ mode, bars }) =>
    bars === 0 ? [] : [`${counted(bars, 'bar')} ${inMode(mode)}`],
  );
  return `Line ${line}: ${found.length === 0 ? 'no bars so far' : found.join(', ')}.`;
}

/** What is at a line in one pass: jobs, and main (null). */
export type AtLine = { mode: Mode; jobs: readonly (number | null)[] };

/** What is at a line in any pass, short enough for the margin: `main`, `job 1`, `jobs 1, 2`, `main, jobs 0–5, 7`. */
export function atLineWords(passes: readonly AtLine[]): string {
  return partiesWords([...new Set(passes.flatMap(({ jobs }) => jobs))]);
}

/**
 * What is at a line in which mode: `event loop, threads: job 1; processes: job 2`. Null if the same is there in all
 * `passCount` passes.
 */
export function atLineByMode(passes: readonly AtLine[], passCount: number): string | null {
  const groups = new Map<string, Mode[]>();
  for (const { mode, jobs } of passes) {
    const words = partiesWords(jobs);
    groups.set(words, [...(groups.get(words) ?? []), mode]);
  }
  if (groups.size === 1 && passes.length === passCount) return null;
  return [...groups].map(([words, modes]) => `${modes.map(modeName).join(', ')}: ${words}`).join('; ');
}

function partiesWords(parties: readonly (number | null)[]): string {
  const jobs = parties.filter((job) => job !== null).sort((a, b) => a - b);
  const main = parties.includes(null) ? ['main'] : [];
  if (jobs.length < 2) return [...main, ...jobs.map((job) => `job ${job}`)].join(', ');
  const ranges: string[] = [];
  for (let from = 0; from < jobs.length; ) {
    let to = from;
    while (jobs[to + 1] === (jobs[to] ?? 0) + 1) to++;
    // Two numbers are no range.
    ranges.push(...(to - from < 2 ? jobs.slice(from, to + 1).map(String) : [`${jobs[from]}–${jobs[to]}`]));
    from = to + 1;
  }
  const named = ranges.length > MOST ? `${jobs.length} jobs` : `jobs ${ranges.join(', ')}`;
  return [...main, named].join(', ');
}
