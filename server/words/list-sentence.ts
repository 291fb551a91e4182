/** Says what main found in its list, and whether all jobs shared that list or each process had its own. Pure. */
import type { PassTimeline } from '../timeline/model.ts';
import { byMode } from './by-mode.ts';
import type { Answer } from './claim.ts';
import { count } from './units.ts';

/** The lists of a pass: how many entries main's has, and how many each of the other processes' has. */
type Lists = { ofMain: number; others: number[] };

/** Returns the lists of a pass; null if nothing was ever added to one, or there were not several jobs. */
function listsOf({ state, jobs }: PassTimeline): Lists | null {
  const memories = [...state.memories.values()];
  const ofMain = memories.find(({ lanes }) => lanes.includes(0))?.list.length ?? 0;
  const others = memories.filter(({ lanes }) => !lanes.includes(0)).map(({ list }) => list.length);
  const all = others.reduce((sum, length) => sum + length, ofMain);
  return all > 0 && jobs.size > 1 ? { ofMain, others } : null;
}

/** `In threads main’s list has 5 entries: there is one list for all; in processes main’s list is empty: …` */
export function listsSentence(passes: readonly PassTimeline[]): string | null {
  return byMode(passes, (pass) => {
    const lists = listsOf(pass);
    if (lists === null) return null;
    const { ofMain, others } = lists;
    const has = `main’s list ${ofMain === 0 ? 'is empty' : `has ${count(ofMain, 'entry', 'entries')}`}`;
    if (others.length === 0) return `${has}: there is one list for all`;
    const [each = 0] = others;
    const alike = others.length > 1 && others.every((length) => length === each);
    return `${has}: each process has its own list${alike && each > 0 ? `, with ${count(each, 'entry', 'entries')}` : ''}`;
  });
}

/**
 * Judges how many entries main found: none, one, or all, as many as there were jobs. `passes` are those that the
 * question is about.
 */
export function listsAnswer(passes: readonly PassTimeline[]): Answer | null {
  const right = new Set<number>();
  let isKnown = false;
  for (const pass of passes) {
    const lists = listsOf(pass);
    if (lists === null) continue;
    isKnown = true;
    if (lists.ofMain === 0) right.add(0);
    else if (lists.ofMain === pass.jobs.size) right.add(2);
    else if (lists.ofMain === 1) right.add(1);
  }
  const why = listsSentence(passes);
  return isKnown && why !== null ? { right: [...right].sort(), why } : null;
}
