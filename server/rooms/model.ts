/** The model of a room: what the teacher has set, and who is in it. */
import type { Phase } from '../figures/room-news.ts';
import type { StoredMember } from '../store/rooms.ts';

/** A round: one question with its answers. Its choices are those of the lesson. */
export type Round = { number: number; lesson: string; phase: Phase };

/** What the teacher has set. */
export type RoomState = {
  /** The lesson that the room is about. */
  lesson: string;
  /** The number of the member whose run everyone is shown; null for none. */
  spotlight: number | null;
  /** In order; all but the last are over. */
  rounds: Round[];
};

/** A member of a room. */
export type Member = StoredMember & {
  /** The latest run in the room; null before the first. */
  run: string | null;
};
