/** Whether a pass is over, and why: what its parts know of that. */
import type { StopReason } from './pass-plan.ts';

export class PassEnd {
  /** Why it was stopped from outside; null if it was not. */
  stopped: StopReason | null = null;
  /** Why the server ended it as failed; null if it did not. */
  fault: string | null = null;
  /** Whether it was stopped or main has ended: no process is launched any more. */
  isOver = false;
}
