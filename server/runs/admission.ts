/** Admission: who may run now, and who waits. This is the port. */

/** What a run takes while it runs. */
export type Cost = { cores: number; memoryMib: number };

/** How many runs are under way, and how many wait. */
export type Load = { active: number; waiting: number };

/** The queue is full. */
export class BusyError extends Error {
  /** When to try again, in seconds. */
  readonly retryAfterSeconds: number;
  constructor(waiting: number, retryAfterSeconds: number) {
    super(`${waiting} runs are waiting already.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A run's place: it waits until `admitted` resolves, and counts from then until `leave`. */
export interface Ticket {
  /** Resolves when the run may go. Never rejects: a run that leaves while it waits is never admitted. */
  readonly admitted: Promise<void>;
  leave(): void | Promise<void>;
}

export interface Admission {
  /** How many runs are under way on this machine. */
  readonly active: number;
  /** Returns the load of all machines that share this admission. */
  load(): Load | Promise<Load>;
  /**
   * Takes a place for a run of `person`. Calls `onPosition` with its place in the queue, from 1, at first and whenever it
   * changes, and never for a run that goes at once. A cost over what there is counts as all there is.
   * Fails with `BusyError` when too many wait.
   */
  enter(person: string, cost: Cost, onPosition: (position: number) => void): Ticket | Promise<Ticket>;
}
