/**
 * The browsers of those whom a teacher has removed from a room: they cannot enter it until the teacher lets them. What is
 * kept tells a browser that comes again, but neither who it was nor what else it did.
 */
import { createHash } from 'node:crypto';

/** Most that a room keeps: the latest. */
const MOST = 200;

/** Returns the marks of a room, with that of `person`. */
export function withRefused(marks: readonly string[], room: string, person: string): string[] {
  const mark = markOf(room, person);
  return [...marks.filter((one) => one !== mark), mark].slice(-MOST);
}

/** Reports whether `person` has been removed from a room. */
export function isRefused(marks: readonly string[], room: string, person: string): boolean {
  return marks.length > 0 && marks.includes(markOf(room, person));
}

/** A different hash in each room. It does not reveal the person: their number is long and random. */
function markOf(room: string, person: string): string {
  return createHash('sha256').update(`${room} ${person}`).digest('base64url').slice(0, 22);
}
