/** The room that a reader stays in when a page outside of it leads to another one. */
import type { Context } from 'hono';
import type { Site } from '../../views/page/page.ts';
import type { Room } from '../rooms/room.ts';
import type { Playground } from './playground.ts';

/**
 * Returns the room of the request's person: `named`, by default the one that its address names, or else the one that they
 * entered last. Undefined if they are in none.
 */
export function ownRoom(
  c: Context,
  { rooms }: Pick<Playground, 'rooms'>,
  named: Room | null = rooms.byCode(c.req.query('room') ?? c.req.param('code') ?? ''),
): Site['room'] {
  const person: string | undefined = c.get('person');
  const own = person === undefined ? [] : rooms.ofKnown(person);
  const joinedAt = (room: Room) => room.memberOf(person ?? '')?.joinedAt ?? 0;
  const latest = own.toSorted((a, b) => joinedAt(b) - joinedAt(a))[0];
  const code = (own.find((room) => room === named) ?? latest)?.code;
  return code === undefined ? undefined : { code, isOneOfMany: own.length > 1 };
}
