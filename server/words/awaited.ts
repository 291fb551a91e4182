/** What a wait is for, in words: in a bar of a timeline, and wherever bars are described. Pure. */
import { WAIT_KINDS, type WaitKind } from '../protocol/facts.ts';
import { wanted } from '../protocol/wanted.ts';
import type { Bar, BarState } from '../timeline/model.ts';

/**
 * Returns what a bar waits for: `job 3`, `lock A`, `the queue`, `room in the queue`. Returns null for a bar that is no
 * wait, and for a sleep, which nothing but time ends.
 */
export function awaited({ state, on }: Pick<Bar, 'state' | 'on'>): string | null {
  if (on === null || on === '' || !isAwaiting(state)) return null;
  if (state === 'worker') return 'a free worker';
  return state === 'queue' && on === 'a message' ? 'the queue' : wanted({ for: state, on });
}

function isAwaiting(state: BarState): state is Exclude<WaitKind, 'sleep'> {
  return state !== 'sleep' && WAIT_KINDS.some((kind) => kind === state);
}

/**
 * Returns the texts that a bar may have, longest first: a wait says what for, `waits for lock A`, `for lock A`, and
 * otherwise there is the job's number. A row named for the job, as `rowName` says, need not repeat it before a wait.
 * Empty if the bar has no text.
 */
export function barTexts(bar: Bar, rowName: string): string[] {
  const { state, job } = bar;
  if (state === 'starting' || state === 'idle') return [];
  const number = job === null ? [] : [String(job)];
  const what = awaited(bar);
  if (what === null) return number;
  const before = job === null || rowName === `job ${job}` ? '' : `${job} `;
  return [`${before}waits for ${what}`, `${before}for ${what}`, ...number];
}
