/** Who in a room is stuck, and the orders of the wall's tiles. */
import type { Phase, RoundNews, TileNews, WallMember } from './room-news.ts';

/** By name; the newest members first; or those first who are stuck. */
export type Order = 'name' | 'new' | 'stuck';

/** What a member's tile says. */
export type ShownRun = Pick<TileNews, 'tile' | 'ranAt' | 'sameError' | 'challenge'>;

/** What the order depends on. */
export type Ordered = Pick<WallMember, 'number' | 'name' | 'joinedAt' | 'handAt'>;

/** From how long without a run on a member may be stuck, in ms. */
export const QUIET_MS = 5 * 60_000;

/** The round of a room: what the class does now, and since when. */
export type Asked = Pick<RoundNews, 'phase' | 'phaseAt'>;

/** The phases of a round in which the class votes, talks or writes. */
const WITHOUT_RUNS: ReadonlySet<Phase> = new Set(['vote', 'talk', 'vote-again', 'explain']);

/**
 * Returns for how long a member has run nothing although the class might, in ms; 0 while something runs. `nowMs` is on
 * the server's clock.
 */
export function quietMs(
  { joinedAt }: Pick<Ordered, 'joinedAt'>,
  shown: ShownRun | undefined,
  nowMs: number,
  round: Asked | null,
): number {
  if (round && WITHOUT_RUNS.has(round.phase)) return 0;
  if (shown && shown.tile.state !== 'ended') return 0;
  return Math.max(0, nowMs - Math.max(shown?.ranAt ?? joinedAt, round?.phaseAt ?? 0));
}

/** Returns the members in that order. */
export function sorted<M extends Ordered>(
  members: readonly M[],
  shown: ReadonlyMap<number, ShownRun>,
  order: Order,
  nowMs: number,
  round: Asked | null,
): M[] {
  const byName = (a: M, b: M) => a.name.localeCompare(b.name) || a.number - b.number;
  switch (order) {
    case 'name':
      return members.toSorted(byName);
    case 'new':
      return members.toSorted((a, b) => b.joinedAt - a.joinedAt || b.number - a.number);
    case 'stuck': {
      const keys = new Map(
        members.map((one) => [
          one,
          stuckKey(one, quietMs(one, shown.get(one.number), nowMs, round), shown.get(one.number)),
        ]),
      );
      return members.toSorted((a, b) => compare(keys.get(a) ?? [], keys.get(b) ?? []) || byName(a, b));
    }
  }
}

/**
 * Returns the keys to sort by, lowest first: members who have asked for help, the longest wait first; then those with
 * the most repeats of one error; then those whose run failed; then those whose last run is longest ago, or who have had
 * none.
 */
function stuckKey(member: Ordered, quiet: number, shown: ShownRun | undefined): number[] {
  return [
    member.handAt ?? Number.POSITIVE_INFINITY,
    -(shown?.sameError ?? 0),
    shown?.tile.status === 'failed' ? 0 : 1,
    quiet < QUIET_MS ? 0 : -quiet,
    shown === undefined ? 0 : 1,
  ];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((one, i) => one !== b[i]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
