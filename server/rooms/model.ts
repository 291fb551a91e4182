/** The model of a room: what the teacher has set, and who is in it. */
import { z } from 'zod';
import { PHASES } from '../figures/room-news.ts';
import type { Spec } from '../spec/spec.ts';
import { storedSpec } from '../spec/stored-spec.ts';
import type { StoredMember } from '../store/rooms.ts';

/** How long a room lasts unless its teacher ends it, or keeps it: in ms since it was opened, or was kept. */
export const LASTS_MS = 14 * 86_400_000;

const ownQuestion = z.object({
  question: z.string(),
  choices: z.array(z.string()),
  /** The index of the right choice; null if none is marked. */
  right: z.int().nullable(),
});
const round = z.object({
  number: z.int().min(1),
  lesson: z.string(),
  phase: z.enum(PHASES),
  /** When that began, in ms since 1970; 0 if unknown. */
  phaseAt: z.number().default(0),
  /** The question that the teacher wrote; null for that of the lesson. */
  own: ownQuestion.nullable().default(null),
});
const roomState = z.object({
  /** The lesson that the room is about. */
  lesson: z.string(),
  /** The number of the member whose run is shown to everyone; null for none. */
  spotlight: z.int().nullable().default(null),
  /** In order; all but the last are over. */
  rounds: z.array(round).default([]),
  /**
   * The program that the room is about, of which each member gets a copy; null if that is the lesson. `number`: see
   * `RoomStore.addProgram`.
   */
  program: z.object({ number: z.int(), title: z.string() }).nullable().default(null),
  /** The number of the latest program that was given to the room, also by a round that is over; 0 for none. */
  latestProgram: z.int().default(0),
  /** The lessons that members can open, beside the one that the room is about; null for all. */
  lessons: z.array(z.string()).nullable().default(null),
  /** Most jobs of a run; null for what the server allows. */
  maxJobs: z.int().min(1).nullable().default(null),
  /** Most seconds of a pass; null for what the server allows. */
  maxSeconds: z.int().min(1).nullable().default(null),
  /** Whether nobody may enter, run or answer until the teacher opens the room again. */
  isClosed: z.boolean().default(false),
  /** The marks of those who were removed and may not enter again: see refused.ts. */
  refused: z.array(z.string()).default([]),
  /** Whether only programs that nobody has changed may be run. */
  isLocked: z.boolean().default(false),
  /** Whether runs that compute may share cores, so that they start sooner but their times say little. */
  sharesCores: z.boolean().default(false),
});

/** A question that a teacher wrote. */
export type OwnQuestion = z.infer<typeof ownQuestion>;

/** A round: one question with its answers. */
export type Round = z.infer<typeof round>;

/** What the teacher has set. */
export type RoomState = z.infer<typeof roomState>;

/** Returns the state of a new room about a lesson. */
export function newState(lesson: string): RoomState {
  return roomState.parse({ lesson });
}

/** Returns the state in the JSON of a stored room; null if it makes no sense. */
export function readState(json: string): RoomState | null {
  try {
    return roomState.parse(JSON.parse(json));
  } catch {
    return null;
  }
}

/** Returns the spec in the JSON of a stored program; null if it makes no sense. */
export function readProgram(json: string): Spec | null {
  try {
    return storedSpec.parse(JSON.parse(json));
  } catch {
    return null;
  }
}

/** A member of a room. */
export type Member = StoredMember & {
  /** The latest run in the room; null before the first. */
  run: string | null;
};
