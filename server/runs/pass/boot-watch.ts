/** Notices processes of a pass that never finish booting. */
import { now } from '../../launch/clock.ts';
import type { PassProcess } from './pass-process.ts';

/**
 * Watches the boots of one pass. Boots that share few cores hold each other up, so the time of each counts from the
 * last that succeeded.
 */
export class BootWatch {
  /** Longest boot, in ms. */
  readonly limitMs: number;
  #restartedAt = now();

  constructor(limitMs: number) {
    this.limitMs = limitMs;
  }

  /** Restarts the time of all boots: a process has booted, or the server could not have seen one do so. */
  restart(): void {
    this.#restartedAt = now();
  }

  /** Reports whether a process has not reported anything for as long as a boot may take. */
  isMute({ hasReported, since }: PassProcess): boolean {
    return !hasReported && now() - Math.max(since, this.#restartedAt) >= this.limitMs;
  }
}
