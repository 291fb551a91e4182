/** Waits of this thread: each is two events, and between them it is under way, whether anybody awaits it or not. */
import type { WaitKind } from '../protocol/facts.ts';
import { emit } from './emit.ts';

/** Who waits, main where `job` is null, and for what. */
export type Wait = {
  readonly lane: number;
  readonly job: number | null;
  readonly for: WaitKind;
  readonly on: string;
};

const underWay = new Map<Wait, number | undefined>();

/** Does what `wait` waits for, and tells of the wait; `line` is that of the program which waits. */
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

/** The waits that are under way, with their lines. */
export function waitsUnderWay(): [Wait, number | undefined][] {
  return [...underWay];
}
