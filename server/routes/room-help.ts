/** Which members of a room may need help, for whoever teaches. */
import type { NeedsHelp } from '../../views/room/help.ts';
import type { TileNews } from '../figures/room-news.ts';
import { sorted } from '../figures/wall-order.ts';
import type { Room } from '../rooms/room.ts';
import { helpReasons } from '../words/member-words.ts';

/** Returns them, the most urgent first: raised hands in the order in which they were raised. `tiles`: by member. */
export function helpOf(room: Room, tiles: ReadonlyMap<number, TileNews>, nowMs: number): NeedsHelp[] {
  return sorted(room.members, tiles, 'stuck', nowMs, room.round).flatMap((member) => {
    const { number, name, run, handAt, handRun } = member;
    const reasons = helpReasons(member, tiles.get(number), nowMs, room.round);
    return reasons.length === 0 ? [] : [{ number, name, run, hasHand: handAt !== null, handRun, reasons }];
  });
}
