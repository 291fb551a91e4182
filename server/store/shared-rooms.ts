/**
 * Rooms that several servers change. This is the port; postgres/shared-rooms.ts implements it. Each change to a room
 * counts in its version, so that a server can tell whether what it has of the room is what is stored.
 */
import type { SharedLook } from '../figures/look-news.ts';
import type { RoomStore, StoredAnswer, StoredExplanation, StoredMember, StoredRoom } from './rooms.ts';

/** The channel on which servers tell each other which rooms have changed: see `noticeOf` and notices.ts. */
export const ROOMS_CHANNEL = 'playground_rooms';

/** Returns the notice that a server, or any, has changed a room. */
export function noticeOf(server: string, room: string): string {
  return `${server} ${room}`;
}

/** Returns the server and the room in a notice. */
export function readNotice(notice: string): { server: string; room: string } {
  const [server = '', room = ''] = notice.split(' ');
  return { server, room };
}

/** A shared view of a run, as it is in the store. */
export type StoredLook = {
  /** The member whom a teacher looks along with; 0 for what the class is shown. */
  member: number;
  run: string;
  /** Since the teacher switched it on; null unless it is for the class. */
  session: string | null;
  /** Null until somebody has sent theirs. `run` is the same. */
  look: SharedLook | null;
  /** When that was, by the store's clock in ms; and how long ago. 0 without a view. */
  at: number;
  agoMs: number;
};

/** What is seen of a room without reading all of it. */
export type RoomGlance = {
  id: string;
  version: number;
  /** Stands for the runs in the room: another number once one is added, or removed. */
  runs: number;
  /** The one for the class, and for each member the one that a teacher has begun last. */
  looks: StoredLook[];
};

/** A room as it is in the store. */
export type RoomContent = {
  room: StoredRoom;
  version: number;
  runs: number;
  members: StoredMember[];
  /** See `RoomStore.latestRunsOf`. */
  latestRuns: Map<number, string>;
  /** Those that are newer than the version asked for, of members who are still there. */
  answers: StoredAnswer[];
  /** Likewise, in the order in which they came. */
  explanations: StoredExplanation[];
};

/** Which rooms are meant. */
export type WhichRooms = { code: string } | { ids: readonly string[] } | { person: string };

export interface SharedRooms {
  /** The id of this server in its notices. */
  readonly server: string;

  /** Returns what is seen of the rooms that there are. */
  glance(which: WhichRooms): Promise<RoomGlance[]>;

  /** Returns a room, with what was said in it after `version`, which is -1 for all. Returns null if there is none. */
  load(id: string, version: number): Promise<RoomContent | null>;

  /**
   * Changes a room while no other server does: what `work` writes with the store that it is given is saved when it
   * resolves, all or nothing. If the room is not in `version`, calls `take` before with what it is then. Resolves with
   * the room's version afterwards, or to null if there is no such room.
   */
  change<T>(
    id: string,
    version: number,
    take: (content: RoomContent) => void,
    work: (store: RoomStore) => Promise<T>,
  ): Promise<{ value: T; version: number } | null>;

  /** Returns how many rooms are stored. */
  count(): Promise<number>;

  /** Removes the rooms whose time was over at `sureMs`, in ms since 1970. */
  removeExpired(sureMs: number): Promise<void>;

  /** Removes what is kept about a run in rooms, beside the run: views of it, and that hands are about it. */
  forgetRun(run: string): Promise<void>;

  /** Makes a code valid for a member, and an earlier one invalid. Resolves to false if another member has this one. */
  addDeviceCode(room: string, member: number, code: string, validMs: number): Promise<boolean>;

  /** Uses up a code. Returns the number of its member; null if it is not valid. */
  useDeviceCode(room: string, code: string): Promise<number | null>;

  /** Sets what the class is shown. Unless it `begins`, it resolves to false if this session is not on. */
  showClass(room: string, session: string, look: SharedLook, begins: boolean): Promise<boolean>;

  /** Ends what the class is shown; only in this session if it is given. */
  endClass(room: string, session: string | null): Promise<void>;

  /**
   * Notes that a teacher at this server looks at a run together with a member. It lapses after a while unless it is noted
   * again: the server may have died.
   */
  joinMember(room: string, member: number, run: string): Promise<void>;

  /** Notes that no teacher at this server looks along with a member any more. */
  leaveMember(room: string, member: number): Promise<void>;

  /** Sets what a teacher and a member both see. Resolves to false if they look at no such run. */
  showMember(room: string, member: number, look: SharedLook): Promise<boolean>;
}
