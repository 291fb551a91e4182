/**
 * Searching the orders of a program: what the search may try, what it reports, and the text of a schedule. The search
 * is in the program's process (program/explore); its reports are checked like all others (parse.ts).
 */
import type { Json } from './json.ts';
import type { WaitKind } from './wait-kinds.ts';

/**
 * Bounds of a search. `preemptions`: most times that an order may take the turn from a lane that could go on; null is
 * no bound. `schedules`: most schedules to execute.
 */
export type SearchBounds = { preemptions: number | null; schedules: number };

/** Up to this many orders, all are enumerated; above it, the search is reduced. */
export const MAX_ENUMERATED = 10_000;
/** Most outcomes that a search reports. */
export const MAX_OUTCOMES = 100;
/** Longest that a lane may compute before its next step, in seconds. */
export const STEP_SECONDS = 5;
export { MAX_SCHEDULE, MAX_STEPS } from '../spec/schedule.ts';

/**
 * What an order can lead to. Texts and values are shortened so that a report fits into a line; two outcomes are the
 * same only if they are before.
 */
export type Outcome = {
  /** The counter at the end, the list, and what was left in the queue. */
  counter: number;
  list: Json[];
  queue: Json[];
  /** How many values `list` and `queue` leave out. */
  omitted: number;
  /** Jobs that failed, and main (`job` null), with their errors. */
  failed: { job: number | null; error: string }[];
  /** Updates of the counter that another job overwrote without having seen them. */
  lostUpdates: number;
  /** Waits that nothing can end; a circle of them is a deadlock. */
  stuck: { lane: number; job: number | null; for: WaitKind; on: string }[];
  isDeadlock: boolean;
  /** What the program's `check` threw; null if it threw nothing, or there is none. */
  check: string | null;
  /** Whether the order was cut off at MAX_STEPS, or a lane did not come to its next step in time. */
  isCut: boolean;
};

/** What ends a search. `late`: too often, a lane did not come to its next step in time. */
export const SEARCH_LIMITS = ['schedules', 'time', 'late'] as const;
export type SearchLimit = (typeof SEARCH_LIMITS)[number];

/** What the search reports. */
export type SearchFact =
  /** How far it is, at most four times a second. */
  | { type: 'search-progress'; orders: number; failing: number; schedules: number }
  /**
   * At the end, each outcome, those that went wrong first. `orders`: how many orders lead to it. `schedule`: one that
   * does, with as few switches as can be, and as few steps.
   */
  | ({
      type: 'outcome';
      number: number;
      isFailing: boolean;
      orders: number;
      schedule: string;
      steps: number;
      switches: number;
    } & Outcome)
  | {
      type: 'search-ended';
      /** Different orders, and how many of them failed. */
      orders: number;
      failing: number;
      /** Schedules executed. */
      schedules: number;
      /** Different outcomes, those beyond MAX_OUTCOMES included. */
      outcomes: number;
      /**
       * `every`: all orders were enumerated. `reduced`: one order of each set that differ only in steps that do not
       * affect each other. `random`: orders drawn at random.
       */
      method: 'every' | 'reduced' | 'random';
      /** Whether the search ended by itself, within its bound of preemptions, and not at its bound of schedules. */
      isComplete: boolean;
      preemptions: number | null;
      /** Of a random search: the least probability, per schedule, of finding a fault that needs `depth` constraints. */
      probability: { perSchedule: number; depth: number } | null;
      /** Whether the program's module was loaded once for all schedules, or again for each. */
      module: 'kept' | 'loaded-again';
      /** Set if not all orders were enumerated because the time had run out, and not because they were too many. */
      ranOut?: true | undefined;
      /** What ended the search, unless it ended by itself. */
      endedBy?: SearchLimit | undefined;
      /**
       * How far jobs overlap, if all orders were tried. `orders`: how many of them let a job take a step between the first
       * and the last of another; requests for locks and permits are not counted as steps. `steps`: the most of one job.
       */
      overlap?: { orders: number; steps: number } | undefined;
    };
