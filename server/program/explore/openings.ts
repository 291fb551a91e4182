/**
 * What lanes do before their first access, which is the same in every execution of a search: nothing shared has been
 * looked at until then. A lane that has its turn for the first access begins and makes it with one handover.
 */
import type { LaneReport } from './messages.ts';

export class Openings {
  #reports = new Map<string, LaneReport>();

  /** Returns what a lane reports when it has begun with a job; undefined if that is not known. */
  of(lane: number, job: number | null): LaneReport | undefined {
    return this.#reports.get(`${lane} ${job}`);
  }

  /**
   * Learns it. Of main's lane only if nobody can tell whether main has begun: `isMainPlain`, it is the standard one, and
   * the program has no check, which runs there. Of others if they have come to an access, or to their end.
   */
  learn(lane: number, job: number | null, report: LaneReport, isMainPlain: boolean): void {
    const { at, did, sleeps } = report;
    const hasEnded = did.some((one) => one.did === 'end' && one.closes);
    const isPlain = lane === 0 ? isMainPlain && sleeps.length === 0 : hasEnded;
    if (at === 'access' || (at === 'idle' && isPlain)) this.#reports.set(`${lane} ${job}`, report);
  }
}
