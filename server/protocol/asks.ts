/** What lanes ask of the queue and the locks (program/hub.ts), and the answers they get. */

/** A value on its way through the queue: as JSON, with the id of its message-sent event. */
export type Message = { id: string; json: string };

/** A lane's request. `id` is chosen by the lane and repeated in the answer; `job` is null for main. */
export type Ask = { id: number; job: number | null } & (
  | { what: 'put'; message: Message }
  | { what: 'get' }
  | { what: 'limit'; length: number }
  | { what: 'acquire'; lock: string }
  | { what: 'release'; lock: string }
);

/** A request before the asker has numbered it. */
export type Question = Ask extends infer One ? (One extends Ask ? Omit<One, 'id'> : never) : never;

/**
 * The answer to a request, sent when it is the asker's turn. `message` is the result of a `get`. A `release` has no
 * answer.
 */
export type Answer = { id: number; message: Message | null };

/** The state of the queue, sent to every lane whenever it changes. */
export type QueueState = { size: number; limit: number | null };
