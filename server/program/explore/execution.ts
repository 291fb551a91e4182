/** One execution of a program in one order, and what executes it: a search knows no more of a program than this. */
import type { ScheduleStep } from '../../spec/schedule.ts';
import type { Access } from '../steps.ts';
import type { Effect } from './effects.ts';
import type { Accessed, Ending } from './outcome.ts';

/**
 * A step that can be taken. `access` is the access that it makes; null for the end of a wait. `line`: of the program.
 * `sleep`: the number of the sleep or timer that ends, among those of the lane; `job`: the job that sleeps, null for
 * main, left out for a timer.
 */
export type Option = ScheduleStep & {
  access: Access | null;
  line: number | undefined;
  sleep?: number | undefined;
  job?: number | null | undefined;
};

/** A step that was taken: what could have been taken, and which of it was. */
export type Taken = { options: Option[]; chosen: number };

/**
 * Chooses the next step: returns an index of `options`. `current` is the lane that took the last one, `soFar` all that
 * was done before. Null stops the execution.
 */
export type Choose = (options: Option[], current: number | null, at: number, soFar: SoFar) => number | null;

/** Does the same, or returns a promise of it: somebody has to be asked. */
export type ChooseLater = (...args: Parameters<Choose>) => ReturnType<Choose> | Promise<ReturnType<Choose>>;

/**
 * Reports whether a lane will be chosen at choice `at`, as long as it can go on. It then goes on without asking, which
 * saves handing over the turn.
 */
export type GoesOn = (lane: number, at: number) => boolean;

/** An execution, as far as it has come. */
export type SoFar = { readonly taken: readonly Taken[]; readonly effects: readonly Effect[] };

/** One execution. `accesses`: in order, with the lanes and jobs that made them. */
export type Execution = {
  taken: Taken[];
  effects: Effect[];
  accesses: Accessed[];
  ending: Ending;
};

/** Executes a program, again and again. */
export interface Executor {
  execute(choose: Choose, goesOn?: GoesOn): Promise<Execution>;
  /** Whether the program is loaded again for each execution. */
  readonly reloads: boolean;
}
