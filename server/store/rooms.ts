/**
 * The part of the store that keeps rooms and their members. This is the port; sqlite-rooms.ts implements it. Every
 * implementation must pass the contract in test/store/rooms-contract.ts.
 */

/** A room in the store. */
export type StoredRoom = {
  id: string;
  /** Four letters, unique among the rooms that are stored. */
  code: string;
  /** Opens the wall, and lets people in whom the code alone would not. */
  key: string;
  /** Opens the teacher's page. */
  teacherKey: string;
  /** In ms since 1970. */
  createdAt: number;
  expiresAt: number;
  /** What the teacher has set, as JSON: see rooms/model.ts. */
  state: string;
};

/** A member of a room, numbered from 1 in the order in which they entered. No number is used again. */
export type StoredMember = {
  number: number;
  /** The person who is this member now: taking over on another device changes it. */
  person: string;
  name: string;
  /** In ms since 1970. */
  joinedAt: number;
  /** Whether the room may see the name beside the member's run. */
  showsName: boolean;
  /** When the member raised a hand, in ms since 1970; null while it is down. */
  handAt: number | null;
  /** The run that the hand is about; null if it is about none. */
  handRun: string | null;
};

/** What a member answered in a round: in the first vote, or in the second, after talking about it. */
export type StoredAnswer = { round: number; vote: 1 | 2; member: number; choice: number };

/** Why it came out like this, in a member's own words. */
export type StoredExplanation = { round: number; member: number; text: string; isShown: boolean };

/** A run that a member made in a room. */
export type RoomRun = { id: string; member: number };

/** What can change about a member. */
export type MemberChange = Partial<Omit<StoredMember, 'number' | 'joinedAt'>>;

/** Most programs that are kept of a room: the latest. */
export const MAX_PROGRAMS = 20;

/** Once the promise of a write resolves, the data survives the server, however that ends. */
export interface RoomStore {
  /** Adds a room. Resolves to false, and changes nothing, if its code is taken. */
  createRoom(room: StoredRoom): Promise<boolean>;

  /** Sets what the teacher has set, and when the room ends. */
  updateRoom(id: string, change: Pick<StoredRoom, 'state' | 'expiresAt'>): Promise<void>;

  /** Returns all rooms, oldest first. */
  allRooms(): Promise<StoredRoom[]>;

  /** Adds a member, who must not be one already, and returns the member's number. */
  addMember(room: string, member: Omit<StoredMember, 'number'>): Promise<number>;

  /** Changes a member. Has no effect if there is none. */
  updateMember(room: string, number: number, change: MemberChange): Promise<void>;

  /** Removes a member. Their runs stay, but belong to nobody in the room. */
  removeMember(room: string, number: number): Promise<void>;

  /** Returns the members of a room, in order of their numbers. */
  membersOf(room: string): Promise<StoredMember[]>;

  /** Returns the id of the run of each member that was added last, by the member's number: a clock may be set back. */
  latestRunsOf(room: string): Promise<Map<number, string>>;

  /** Returns the latest `limit` runs of the members of a room that are not hidden, oldest first. */
  runsOf(room: string, limit: number): Promise<RoomRun[]>;

  /** Sets what a member answers in a vote, in the place of an earlier answer. */
  answer(room: string, answer: StoredAnswer): Promise<void>;

  /** Returns the answers of a room, by round, vote and member. */
  answersOf(room: string): Promise<StoredAnswer[]>;

  /** Sets a member's explanation of a round, in the place of an earlier one. */
  explain(room: string, explanation: StoredExplanation): Promise<void>;

  /** Returns the explanations of a room, by round and member. */
  explanationsOf(room: string): Promise<StoredExplanation[]>;

  /** Adds a program that the teacher gives to a room, as JSON of a spec, and returns its number. The latest 20 are kept. */
  addProgram(room: string, spec: string): Promise<number>;

  /** Returns a program of a room; null if there is none of this number any more. */
  program(room: string, number: number): Promise<string | null>;

  /** Removes a room, its members and all that they said. Their runs stay, but belong to no room. */
  removeRoom(id: string): Promise<void>;
}
