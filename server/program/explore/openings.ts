/**
 * What each lane does before its first access. It is the same in every execution of a search, since the lane has not seen
 * any shared state yet. So a lane need not be told to begin until its first access is chosen: one handover does both.
 */
import type { LaneReport } from './messages.ts';

export class Openings {
  #reports = new Map<string, LaneReport>();

  /** Returns the report of a lane that has begun with a job; undefined if it is not known yet. */
  of(lane: number, job: number | null): LaneReport | undefined {
    return this.#reports.get(`${lane} ${job}`);
  }

  /**
   * Remembers that report if it can stand in for the lane: for a job's lane, if it has reached an access or its end; for
   * main's, if `isMainPlain`, that is, main is the standard one and no check runs on its lane.
   */
  learn(lane: number, job: number | null, report: LaneReport, isMainPlain: boolean): void {
    const { at, did, sleeps } = report;
    const hasEnded = did.some((one) => one.did === 'end' && one.closes);
    const isPlain = lane === 0 ? isMainPlain && sleeps.length === 0 : hasEnded;
    if (at === 'access' || (at === 'idle' && isPlain)) this.#reports.set(`${lane} ${job}`, report);
  }
}
