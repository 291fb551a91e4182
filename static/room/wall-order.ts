/** The orders of the wall's tiles. */
import type { WallMember } from '../../server/figures/room-news.ts';
import type { Tile } from '../../server/figures/tile.ts';

/** By name; the newest members first; or those first who are stuck. */
export type Order = 'name' | 'new' | 'stuck';

/** Returns the members in that order. */
export function sorted(
  members: readonly WallMember[],
  shown: ReadonlyMap<number, { tile: Tile }>,
  order: Order,
): WallMember[] {
  const byName = (a: WallMember, b: WallMember) => a.name.localeCompare(b.name) || a.number - b.number;
  switch (order) {
    case 'name':
      return members.toSorted(byName);
    case 'new':
      return members.toSorted((a, b) => b.joinedAt - a.joinedAt || b.number - a.number);
    case 'stuck': {
      const rank = (member: WallMember) => {
        if (member.hasHand) return 0;
        if (shown.get(member.number)?.tile.status === 'failed') return 1;
        return member.run === null ? 2 : 3;
      };
      return members.toSorted((a, b) => rank(a) - rank(b) || byName(a, b));
    }
  }
}
