/** The model of the steps of one order, which steps.ts notes. */
import type { Json } from '../protocol/json.ts';

/** What a step does; `resume`: it goes on after a wait; `unseen`: no event reports it. */
export type StepKind =
  | 'read'
  | 'write'
  | 'add'
  | 'push'
  | 'put'
  | 'get'
  | 'acquire'
  | 'release'
  | 'wait'
  | 'notify'
  | 'resume'
  | 'values'
  | 'size'
  | 'limit'
  | 'unseen';

/**
 * One step. `on` is the name of a lock, a semaphore or a condition, with its kind; null for other steps. `value` is what
 * was read, written, put or got; null if it is not known yet. `job` is undefined if the step is unseen.
 */
export type StepTaken = {
  lane: number;
  job: number | null | undefined;
  line: number | null;
  does: StepKind;
  on: string | null;
  value: Json;
};
