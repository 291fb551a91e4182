/** What the stream of a room's wall says: see server/routes/room-events.ts. */
import type { Tile } from './tile.ts';

/** A member as the wall shows them. Times are in ms since 1970. */
export type WallMember = {
  number: number;
  name: string;
  joinedAt: number;
  /** When the member asked for help; null while they do not. */
  handAt: number | null;
  /** The latest run; null before the first. */
  run: string | null;
  /** Whether everyone is shown the run now. */
  isInSpotlight: boolean;
};

/** The phases of a round, in order: the class predicts, talks about it, predicts again, runs, and explains. */
export const PHASES = ['vote', 'talk', 'vote-again', 'run', 'explain', 'over'] as const;
export type Phase = (typeof PHASES)[number];

/** A round as everyone in the room sees it. */
export type RoundNews = {
  number: number;
  phase: Phase;
  /** When the phase began, in ms since 1970; 0 if unknown. */
  phaseAt: number;
  question: string;
  choices: string[];
  /** The index of the right choice, if the teacher has marked one, once the class explains; else null. */
  right: number | null;
  /** How many have answered in the vote that is open, or was last. */
  answered: number;
  /** For each vote that is closed, how many chose each choice. */
  counts: number[][];
  /** What the teacher has put on the wall. */
  explanations: string[];
};

/** Who is in the room, and its round. */
export type RoomNews = {
  members: WallMember[];
  round: RoundNews | null;
  /** Whether its teacher has closed it to newcomers. It can be opened again. */
  isClosed: boolean;
  isOver: boolean;
};

/** The news with the time at which they were sent, by the server's clock, in ms since 1970. */
export type DatedNews = RoomNews & { atMs: number };

/** The latest run of a member. */
export type TileNews = {
  member: number;
  run: string;
  tile: Tile;
  /** When it was submitted, in ms since 1970. */
  ranAt: number;
  /** How many of the member's latest runs in a row, of their own program, had the same error; 0 if the latest had none. */
  sameError: number;
  /** What the run says of the challenge that its program was made for: `Lost update: fixed`. Left out if nothing. */
  challenge?: string;
};
