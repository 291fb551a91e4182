/** What a search for orders says of a program that was made for a challenge. Pure. */
import type { ModeSearch } from '../figures/search.ts';
import type { Spec } from '../spec/spec.ts';
import type { SearchEnd } from '../timeline/search.ts';
import type { Challenge } from './challenge.ts';

/** Why a program is not judged: its settings are not those of the challenge, or its check has been changed. */
type NotJudged = 'settings' | 'check';

/**
 * Why nothing is proven: some orders were cut off, and may never end; one led elsewhere when it was run again; the search
 * was bounded; or there were too many orders to try.
 */
export type Unproven = 'cut' | 'differs' | 'bounds' | 'many';

/**
 * `breaks`: the challenge's own program fails in some orders. `none-found`: in none that was tried. `still-fails`,
 * `unproven`, `fixed`: a changed program fails in some orders; in none, but not all were tried; in none at all.
 */
export type Verdict =
  | { is: 'breaks' | 'still-fails'; orders: number; failing: number }
  | { is: 'none-found' }
  | { is: 'unproven'; why: Unproven }
  | { is: 'fixed'; orders: number; overlap: SearchEnd['overlap'] }
  | { is: 'not-judged'; why: NotJudged };

/** Reports whether `code` is the challenge's own program. Forms drop line ends at the end. */
export function isOwnProgram({ program }: Pick<Challenge, 'program'>, code: string): boolean {
  return code.trimEnd() === program.trimEnd();
}

/** Returns what a search says of the program of `spec`; null while it is under way, or if it came to no end. */
export function verdictOf(
  challenge: Challenge,
  spec: Pick<Spec, 'code' | 'modes' | 'jobs' | 'workers'>,
  searches: readonly ModeSearch[],
): Verdict | null {
  const ended = searches.find(({ mode }) => mode === 'threads')?.search.ended ?? null;
  const isOwn = isOwnProgram(challenge, spec.code);
  const why = isOwn ? null : whyNotJudged(challenge, spec);
  if (why !== null) return { is: 'not-judged', why };
  if (ended === null) return null;
  const { orders, failing } = ended;
  if (failing > 0) return { is: isOwn ? 'breaks' : 'still-fails', orders, failing };
  if (isOwn) return { is: 'none-found' };
  const isAll = ended.isComplete && ended.preemptions === null && ended.method !== 'random';
  const isSure = searches.every(({ search }) => search.outcomes.every(({ isSame }) => isSame !== false));
  // Orders that were cut off fail in no way, and go on.
  const isCut = searches.some(({ search }) => search.outcomes.some(({ isCut }) => isCut));
  if (isCut) return { is: 'unproven', why: 'cut' };
  if (!isSure) return { is: 'unproven', why: 'differs' };
  const isBounded = ended.preemptions !== null || ended.endedBy === 'schedules';
  if (!isAll) return { is: 'unproven', why: isBounded ? 'bounds' : 'many' };
  return { is: 'fixed', orders, overlap: ended.overlap };
}

/** A program without threads, or with fewer of them, has fewer orders; and without its check, none may be found wrong. */
function whyNotJudged(
  { jobs, check }: Challenge,
  spec: Pick<Spec, 'code' | 'modes' | 'jobs' | 'workers'>,
): NotJudged | null {
  if (!spec.modes.includes('threads') || spec.jobs !== jobs || spec.workers !== null) return 'settings';
  return spec.code.trimEnd().endsWith(`\n${check.trimEnd()}`) ? null : 'check';
}
