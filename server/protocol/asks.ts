/** What lanes ask of the queue, locks, semaphores and conditions (program/hub.ts), and the answers they get. */

/** Most permits that a semaphore can have. */
export const MAX_PERMITS = 1000;

/** Longest value of a list or a message, in bytes as JSON, so that it fits into the line of a report. */
export const VALUE_BYTES = 1024;

/** A value on its way through the queue: as JSON, with the id of its message-sent event. */
export type Message = { id: string; json: string };

/**
 * A lane's request. `id` is chosen by the lane and repeated in the answer; `job` is null for main. `by` is the id of
 * the event of a release or a notify.
 */
export type Ask = { id: number; job: number | null } & (
  | { what: 'put'; message: Message }
  | { what: 'get' }
  | { what: 'limit'; length: number }
  | { what: 'acquire'; lock: string }
  | { what: 'release'; lock: string }
  /** Fixes how many permits a semaphore has, before the first of them is taken. */
  | { what: 'semaphore'; semaphore: string; permits: number }
  | { what: 'take-permit'; semaphore: string }
  | { what: 'give-permit'; semaphore: string; by: string }
  /**
   * Releases the lock and waits for the condition, in one step. It has two answers: to the id `notified`, when that
   * happens, and to its own, when the lock is held again.
   */
  | { what: 'wait'; condition: string; lock: string; notified: number }
  | { what: 'notify'; condition: string; all: boolean; by: string }
);

/** A request before the asker has numbered it. */
export type Question = Ask extends infer One ? (One extends Ask ? Omit<One, 'id'> : never) : never;

/** Whether a request has no answer: nothing waits for it. */
export function isUnanswered({ what }: Pick<Ask, 'what'>): boolean {
  return what === 'release' || what === 'give-permit' || what === 'notify';
}

/**
 * The answer to a request, sent when it is the asker's turn. `message` is the result of a `get`. `by` is the id of the
 * event that ended the wait, if it is known; `error` says why the request is refused.
 */
export type Answer = {
  id: number;
  message: Message | null;
  by?: string | undefined;
  error?: string | undefined;
};

/** The state of the queue, sent to every lane whenever it changes. */
export type QueueState = { size: number; limit: number | null };
