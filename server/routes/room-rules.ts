/** What the teacher of a room allows its members to run. */
import type { FormValues } from '../../views/form/values.ts';
import type { CatalogueEntry } from '../lessons/catalogue.ts';
import type { RoomState } from '../rooms/model.ts';
import type { Room } from '../rooms/room.ts';
import type { FieldErrors, Spec } from '../spec/spec.ts';

/** Why nothing runs in a room that is closed. */
export const CLOSED =
  'Your teacher has closed this room. What you have written stays; you can run it once the room is open again.';
const LOCKED =
  'Your teacher has locked editing, so only the program that you were given can run. What you have written stays.';

/** Returns what the room does not allow in a run, by field; null if it may run. */
export async function refusedIn(
  room: Room,
  { code, lesson, jobs }: Pick<Spec, 'code' | 'lesson' | 'jobs'>,
): Promise<FieldErrors | null> {
  const { isClosed, isLocked, maxJobs } = room.state;
  if (isClosed) return { '': CLOSED };
  if (lesson !== '' && !isOffered(room.state, lesson))
    return { lesson: 'Your teacher has not chosen this lesson for the room.' };
  if (maxJobs !== null && jobs > maxJobs)
    return {
      jobs: `Enter a whole number from 1 to ${maxJobs}: your teacher has set this limit for the room.`,
    };
  if (isLocked && code !== '' && code.trimEnd() !== (await room.program())?.code.trimEnd())
    return { code: LOCKED };
  return null;
}

/** Returns the lessons that the members of a room can open there. */
export function offeredIn(lessons: readonly CatalogueEntry[], state: RoomState): CatalogueEntry[] {
  return lessons.filter(({ slug }) => isOffered(state, slug));
}

function isOffered({ lessons, lesson }: Pick<RoomState, 'lessons' | 'lesson'>, slug: string): boolean {
  return lessons === null || lessons.includes(slug) || slug === lesson;
}

/** Returns the form's values with no more jobs than the room allows. */
export function withinLimits(values: FormValues, { maxJobs }: Pick<RoomState, 'maxJobs'>): FormValues {
  return maxJobs !== null && Number(values.jobs) > maxJobs ? { ...values, jobs: String(maxJobs) } : values;
}
