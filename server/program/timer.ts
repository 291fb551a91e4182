/** A timer that a program has set. Programs set many: it has methods, and no functions of its own. */
import type { Owner } from './console.ts';

/** What the runtime knows of a timer: a timeout or an immediate, or a signal that is aborted. Both have a promise: null. */
export type Handle = NodeJS.Timeout | AbortSignal | null;

export class Timer {
  /** What has set it; undefined if that was while the program was loaded. */
  readonly owner: Owner | undefined;
  /** Where. */
  readonly line: number | undefined;
  readonly ms: number;
  /** When it is due, in ms on this thread's clock. */
  dueMs: number;
  readonly handle: Handle;
  #keepsAlive: boolean;

  constructor(
    handle: Handle,
    ms: number,
    keepsAlive: boolean,
    owner: Owner | undefined,
    line: number | undefined,
  ) {
    this.handle = handle;
    this.#keepsAlive = keepsAlive;
    this.owner = owner;
    this.line = line;
    this.ms = ms;
    this.dueMs = performance.now() + ms;
  }

  /** Whether it neither has fired nor was cleared, in any way. */
  isPending(): boolean {
    const { handle } = this;
    if (handle === null) return true;
    // Both runtimes mark what was cleared by its number, or closed, as destroyed.
    return 'aborted' in handle ? !handle.aborted : !Reflect.get(handle, '_destroyed');
  }

  /** Whether a runtime would stay alive for it. */
  keepsAlive(): boolean {
    const { handle } = this;
    return this.#keepsAlive && (handle === null || 'aborted' in handle || handle.hasRef());
  }
}
