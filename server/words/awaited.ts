/** What a wait is for, in words: in a bar of a timeline, and wherever bars are described. Pure. */
import { wanted } from '../protocol/wanted.ts';
import type { Bar } from '../timeline/model.ts';
import { isolated } from './isolated.ts';

/**
 * Returns what a bar waits for: `job 3`, `lock A`, `the queue`, `room in the queue`. Returns null for a bar that is no
 * wait, and for a sleep, which nothing but time ends.
 */
export function awaited({ state, on }: Pick<Bar, 'state' | 'on'>): string | null {
  if (on === null || on === '') return null;
  switch (state) {
    case 'worker':
      return 'a free worker';
    case 'queue':
      return on === 'a message' ? 'the queue' : on;
    case 'join':
    case 'lock':
    case 'semaphore':
    case 'condition':
      return wanted({ for: state, on: isolated(on) });
    default:
      return null;
  }
}

/**
 * Returns the texts that a bar may have, longest first: a wait says what for, `waits for lock A`, `for lock A`, and
 * otherwise there is the job's number. A row named for the job, as `rowName` says, need not repeat it before a wait.
 * Empty if the bar has no text.
 */
export function barTexts(bar: Bar, rowName: string): string[] {
  const { state, job } = bar;
  if (state === 'starting' || state === 'idle' || state === 'turn') return [];
  const number = job === null ? [] : [String(job)];
  const what = awaited(bar);
  if (what === null) return number;
  const before = job === null || rowName === `job ${job}` ? '' : `${job} `;
  return [`${before}waits for ${what}`, `${before}for ${what}`, ...number];
}
