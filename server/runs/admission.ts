/** Admission decides which runs may start and which wait. This is the port. */
import type { Applicant } from './places.ts';

/** The resources that a run occupies while it is under way. */
export type Cost = { cores: number; memoryMib: number };

/** How many runs are under way, and how many wait. */
export type Load = { active: number; waiting: number };

/** Hears of a run that waits. */
export type WaitingListener = {
  /**
   * Its position in the queue, from 1: at first, and whenever that changes. Not called for a run that starts at once.
   */
  moved(position: number): void;
  /** It has given up its place to another person's first run, and will not be admitted. */
  displaced(): void;
};

/** A run's place in the queue. The run waits until `admitted` resolves, and is under way from then until `leave`. */
export interface Ticket {
  /**
   * Resolves when the run may start. Never rejects; remains pending if the run leaves or is displaced while it waits.
   */
  readonly admitted: Promise<void>;
  /** Changes what a run under way costs, as measured. Others wait for longer or for less; none is stopped. */
  charge(cost: Cost): void;
  leave(): void | Promise<void>;
}

/** Admits runs, and queues those that do not fit yet. */
export interface Admission {
  /** How many runs are under way on this machine. */
  readonly active: number;
  /** Returns the load of all machines that share this admission. */
  load(): Load | Promise<Load>;
  /**
   * Enters a run. People take turns. Fails with `BusyError` if there is no place for it to wait: see `placeFor`. Fails
   * with `RangeError` if its cost is above the capacity, so that it would wait for ever.
   */
  enter(applicant: Applicant, cost: Cost, listener: WaitingListener): Ticket | Promise<Ticket>;
}
