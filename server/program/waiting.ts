/** Waits of this thread. Each is two events, and between them it is under way, whether it is awaited or not. */
import type { WaitKind } from '../protocol/wait-kinds.ts';
import { emit } from './emit.ts';

/** A wait of a job, or of main (`job` null), and what it is for. */
export type Wait = {
  readonly lane: number;
  readonly job: number | null;
  readonly for: WaitKind;
  readonly on: string;
  /** How many permits the semaphore has that is waited for. */
  readonly permits?: number;
};

/**
 * The shortest sleep that a program takes without the api and that is reported, in ms. Shorter ones only let others have
 * the thread.
 */
export const SHORTEST_OWN_MS = 10;

/** Most of them that a thread reports: programs take them without end, and other facts need the room in the log. */
export const MOST_OWN_SLEEPS = 500;

const underWay = new Map<Wait, number | undefined>();

/**
 * Runs `step`, which waits, and reports the start and the end of the wait. `line` is the line of the program that
 * waits. `endedBy` returns the id of the event that ended the wait, from the result of `step`.
 */
export async function waiting<T>(
  wait: Wait,
  line: number | undefined,
  step: () => Promise<T>,
  endedBy?: (result: T) => string | undefined,
): Promise<T> {
  emit({ type: 'wait-started', ...wait, line });
  underWay.set(wait, line);
  const { permits: _, ...ended } = wait;
  let by: string | undefined;
  try {
    const result = await step();
    by = endedBy?.(result);
    return result;
  } finally {
    underWay.delete(wait);
    emit({ type: 'wait-ended', ...ended, by });
  }
}

/** Calls `onWait` for each wait under way, with its line. */
export function eachWaitUnderWay(onWait: (wait: Wait, line: number | undefined) => void): void {
  underWay.forEach((line, wait) => {
    onWait(wait, line);
  });
}

/** Forgets the waits under way: those of a schedule that is over. */
export function forgetWaits(): void {
  underWay.clear();
}
