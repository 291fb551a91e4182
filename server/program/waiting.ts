/** Waits of this thread. Each is two events, and between them it is under way, whether it is awaited or not. */
import type { WaitKind } from '../protocol/facts.ts';
import { emit } from './emit.ts';

/** A wait of a job, or of main (`job` null), and what it is for. */
export type Wait = {
  readonly lane: number;
  readonly job: number | null;
  readonly for: WaitKind;
  readonly on: string;
};

const underWay = new Map<Wait, number | undefined>();

/**
 * Runs `step`, which waits, and reports the start and the end of the wait. `line` is the line of the program that
 * waits.
 */
export async function waiting<T>(wait: Wait, line: number | undefined, step: () => Promise<T>): Promise<T> {
  emit({ type: 'wait-started', ...wait, line });
  underWay.set(wait, line);
  try {
    return await step();
  } finally {
    underWay.delete(wait);
    emit({ type: 'wait-ended', ...wait });
  }
}

/** Returns the waits under way, with their lines. */
export function waitsUnderWay(): [Wait, number | undefined][] {
  return [...underWay];
}
