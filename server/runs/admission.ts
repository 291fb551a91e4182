/** Admission decides which runs may start and which wait. This is the port. */

/** The resources that a run occupies while it is under way. */
export type Cost = { cores: number; memoryMib: number };

/** How many runs are under way, and how many wait. */
export type Load = { active: number; waiting: number };

/** The queue is full, or the server is about to stop. */
export class BusyError extends Error {
  /** When to try again, in seconds. */
  readonly retryAfterSeconds: number;
  constructor(waiting: number, retryAfterSeconds: number) {
    super(`${waiting} runs are waiting already.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A run's place in the queue. The run waits until `admitted` resolves, and is under way from then until `leave`. */
export interface Ticket {
  /** Resolves when the run may start. Never rejects; remains pending if the run leaves while it waits. */
  readonly admitted: Promise<void>;
  leave(): void | Promise<void>;
}

/** Admits runs, and queues those that do not fit yet. */
export interface Admission {
  /** How many runs are under way on this machine. */
  readonly active: number;
  /** Returns the load of all machines that share this admission. */
  load(): Load | Promise<Load>;
  /**
   * Enters a run of `person`. Calls `onPosition` with its position in the queue, from 1, at first and whenever it
   * changes, but never for a run that starts at once. A cost above the capacity counts as the capacity.
   * Fails with `BusyError` if too many runs wait.
   */
  enter(person: string, cost: Cost, onPosition: (position: number) => void): Ticket | Promise<Ticket>;
}
