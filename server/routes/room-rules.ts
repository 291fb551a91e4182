/** What the teacher of a room allows its members to run. */
import type { Room } from '../rooms/room.ts';
import type { FieldErrors, Spec } from '../spec/spec.ts';

/** Why nothing runs in a room that is closed. */
export const CLOSED =
  'Your teacher has closed this room. What you have written stays; you can run it once the room is open again.';
const LOCKED =
  'Your teacher has locked editing, so only the program that you were given can run. What you have written stays.';

/** Returns what the room does not allow in a run, by field; null if it may run. */
export async function refusedIn(room: Room, { code }: Pick<Spec, 'code'>): Promise<FieldErrors | null> {
  const { isClosed, isLocked } = room.state;
  if (isClosed) return { '': CLOSED };
  if (isLocked && code !== '' && code.trimEnd() !== (await room.program())?.code.trimEnd())
    return { code: LOCKED };
  return null;
}
