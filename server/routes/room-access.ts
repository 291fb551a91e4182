/** Who may enter a room, see its wall, and teach in it. */
import { Buffer } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import type { Member } from '../rooms/model.ts';
import type { Room } from '../rooms/room.ts';
import { baseOf } from './address.ts';
import { failure } from './failure.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';

export const NO_ROOM = 'There is no room with this code. It may have been mistyped, or the room has ended.';
export const NOT_IN =
  'You are not in this room: it may have ended, its teacher may have removed you, or another device has taken over.';
const TOO_MANY =
  'Too many wrong codes were tried, so codes open no room for some minutes. Scan the code on the wall, or ask for the room’s link.';

/**
 * Returns the room with a code as somebody typed it, or why it is not opened. Somebody who is in it, and whoever has its
 * key (`given`, or in the address), is let in whatever others have tried.
 */
export async function findRoom(
  c: Context<Env>,
  { rooms, guesses }: Playground,
  typed: string,
  given = '',
): Promise<Room | Error> {
  const room = await rooms.find(typed);
  if (room && (room.memberOf(c.get('person')) !== null || isKey(given, room.key) || hasKey(c, room)))
    return room;
  const network = c.get('network');
  const isTried = await (room ? guesses.rooms.mayTry(network) : guesses.rooms.failed(network));
  if (!isTried) return new Error(TOO_MANY);
  return room ?? new Error(NO_ROOM);
}

/** Returns the room at the address of a request, and the member who sent it; null if they are not in it. */
export async function memberAt(
  c: Context<Env>,
  { rooms }: Playground,
): Promise<{ room: Room; member: Member } | null> {
  const room = await rooms.find(c.req.param('code') ?? '');
  const member = room?.memberOf(c.get('person')) ?? null;
  return room && member ? { room, member } : null;
}

/** Returns the room that a request may teach in, or the refusal. */
export async function roomToTeach(c: Context<Env>, playground: Playground): Promise<Room | Response> {
  const room = await playground.rooms.find(c.req.param('code') ?? '');
  if (room && isTeacher(c, room)) return room;
  return failure(c, playground, 404, 'There is no room to teach in at this address. It may have ended.');
}

/** Leads back to the teacher's page, to the element `part` of it: the keyboard goes on where the teacher was. */
export function toTeach(
  c: Context,
  { settings }: Pick<Playground, 'settings'>,
  room: Room,
  part: string,
): Response {
  return c.redirect(`${baseOf(settings)}/rooms/${room.code}/teach?key=${room.teacherKey}#${part}`, 303);
}

/** Reports whether a request has the key of a room, or that of its teacher, as `?key=`. */
export function hasKey(c: Context, room: Room): boolean {
  return isKey(c.req.query('key') ?? '', room.key) || isTeacher(c, room);
}

/** Reports whether a request has the key of a room's teacher, as `?key=`. */
export function isTeacher(c: Context, room: Room): boolean {
  return isKey(c.req.query('key') ?? '', room.teacherKey);
}

function isKey(given: string, key: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(key)];
  return a.length === b.length && timingSafeEqual(a, b);
}
