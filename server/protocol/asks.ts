/** What lanes ask of the queue and the locks (program/hub.ts), and what they hear from there. */

/** A value on its way through the queue: as JSON, with the id of its message-sent event. */
export type Message = { id: string; json: string };

/** What a lane asks. `id` is the asker's own, and comes back with the answer; `job` is null for main. */
export type Ask = { id: number; job: number | null } & (
  | { what: 'put'; message: Message }
  | { what: 'get' }
  | { what: 'limit'; length: number }
  | { what: 'acquire'; lock: string }
  | { what: 'release'; lock: string }
);

/** What is asked, before the asker has numbered it. */
export type Question = Ask extends infer One ? (One extends Ask ? Omit<One, 'id'> : never) : never;

/** The answer, when it is the asker's turn. `message` is what a `get` got. A `release` has none. */
export type Answer = { id: number; message: Message | null };

/** What every lane hears whenever it changes. */
export type QueueState = { size: number; limit: number | null };
