/** What a pass knows of one of its processes: its clock, its last words, and how it ended. */
import { type Child, type Exit, now } from '../launch/launch.ts';
import type { Report } from '../protocol/reports.ts';

export class PassProcess {
  readonly child: Child;
  /** The lane that is its main thread. */
  readonly lane: number;
  /** Its last words; null where it ended without. */
  bye: (Report & { type: 'bye' }) | null = null;
  /** What to add to its clock to get the server's, in ms; null until it has spoken. */
  #offsetMs: number | null = null;
  /** How it took more memory than it may, and is killed for it; null where it did not. */
  #overMemory: string | null = null;

  constructor(child: Child, lane: number) {
    this.child = child;
    this.lane = lane;
  }

  /** When it wrote what bears `t` on its own clock and arrives now, by the server's: not before `earliest`, nor later than now. */
  timeOf(t: number, earliest: number): number {
    this.#offsetMs ??= clockOffset(t, earliest, now());
    return Math.min(t + this.#offsetMs, now());
  }

  /** What it did where it has `mib` of memory, which is more than `maxMib`, for the first time; else null. */
  overrun(mib: number, maxMib: number): string | null {
    if (mib <= maxMib || this.#overMemory !== null) return null;
    const took = `took ${Math.round(mib)} MiB of memory, more than the ${maxMib} MiB it may`;
    this.#overMemory = `${took}, and was killed`;
    return took;
  }

  /** How it ended, which did not say so itself; why, where that is known. */
  describeEnd({ exitCode, signal }: Exit): string {
    return this.#overMemory ?? (signal ? `was killed by ${signal}` : `exited with code ${exitCode}`);
  }
}

/**
 * What to add to a process's clock, which read `t` when it wrote what arrived at `receivedAt`. Clocks of one machine
 * agree, so nothing, unless that would put its words before `earliest` or after they arrived: then the clock was set,
 * or the machine slept, and the words are taken to have been on their way for no time.
 */
function clockOffset(t: number, earliest: number, receivedAt: number): number {
  return t >= earliest && t <= receivedAt ? 0 : receivedAt - t;
}
