/**
 * A program executed by hand: somebody chooses each of its steps. The server orders the schedule that has been chosen
 * so far; the program's process executes it, reports its facts, and then what could come next. Each report is a line, so
 * the steps that can come next are reported one by one.
 */

/** Most steps among which can be chosen. */
export const MAX_CHOICES = 40;

/**
 * A step that can be taken next: `lane` and `answer` are as in a schedule. `does`: the access that it makes, and `on`
 * what, such as `lock a`; null for the end of a wait, of which `on` then says if it is a `sleep` or a `timer`. `line`:
 * of the program.
 */
export type NextStep = {
  lane: number;
  answer: number;
  does: string | null;
  on: string | null;
  job: number | null;
  line?: number | undefined;
};

/** What a process reports of a program that is executed by hand, beside its facts. */
export type PlayReport =
  /** The execution begins again: the facts before do not count any more. */
  | { type: 'play-begun' }
  | ({ type: 'play-next' } & NextStep)
  /**
   * After `count` steps that can be taken next, of which it has reported the first: it waits for a choice. `at`: steps
   * chosen so far. `isMisfit`: the next step of the schedule is none of them.
   */
  | { type: 'play-waits'; at: number; count: number; isMisfit: boolean }
  /** After the outcome: nothing is left to choose. */
  | { type: 'play-ended'; at: number };
