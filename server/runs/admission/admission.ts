/** Admission decides which passes may start and which wait. This is the port. */
import type { Applicant } from './places.ts';

/** The resources that a pass occupies while it is under way. */
export type Cost = {
  /** Cores that it is charged. */
  cores: number;
  memoryMib: number;
};

/** What a pass asks for. */
export type Demand = Cost & {
  /** Cores that it would keep busy if it had them: more than `cores` if it may share them with other passes. */
  needs: number;
  /** Whether its time is what matters, so that it shares no core with others: it computes, and nobody has allowed it. */
  isExclusive: boolean;
  /** For about how long, in ms. */
  lastsMs: number;
};

/** How many passes are under way, and how many runs wait, to begin or between two passes. */
export type Load = { active: number; waiting: number };

/** A position in the queue, from 1, and for about how long it lasts, in whole seconds as ms; null if that is unknown. */
export type Turn = { position: number; waitMs: number | null };

/** Hears of a run that waits. */
export type WaitingListener = {
  /** Its turn: at first, and whenever that changes. Not called for a pass that starts at once. */
  moved(turn: Turn): void;
  /** It has given up its place to another person's first run, and will not be admitted. */
  displaced(): void;
};

/**
 * A run's place, which it keeps from one pass to the next. It waits until `admitted` resolves; its pass is under way
 * until `next` or `leave`.
 */
export interface Ticket {
  /**
   * Resolves when the first pass may start. Never rejects; remains pending if the run leaves or is displaced while it
   * waits.
   */
  readonly admitted: Promise<void>;
  /** The most other passes that the current one, or the last, has shared cores with at a time. */
  readonly sharedWith: number;
  /**
   * Gives up the place of a pass that has ended, so that others have their turn, and asks for one for the next pass.
   * Resolves as `admitted` does. A run that has begun is neither refused nor displaced.
   */
  next(demand: Demand): Promise<void>;
  /** Changes what a pass costs, whether it waits or is under way. Others wait for longer or for less; none is stopped. */
  charge(cost: Partial<Demand>): void;
  leave(): void | Promise<void>;
}

/** Admits passes, and queues those that do not fit yet. */
export interface Admission {
  /** How many passes are under way on this machine. */
  readonly active: number;
  /** Returns the load of all machines that share this admission. */
  load(): Load | Promise<Load>;
  /**
   * Enters a run with its first pass. People take turns. Fails with `BusyError` if there is no place for it to wait: see
   * `placeFor`. Fails with `RangeError` if its cost is above the capacity, so that it would wait for ever.
   */
  enter(applicant: Applicant, demand: Demand, listener: WaitingListener): Ticket | Promise<Ticket>;
}
