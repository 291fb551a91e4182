/** What child processes of a pass send to main for the program's `check`: bounded, because it is kept in main's pipe. */
import { Buffer } from 'node:buffer';
import { CHECK_LINE_BYTES, type Evidence, evidenceBytes } from '../../protocol/evidence.ts';

export class PassedEvidence {
  #bytes = 0;
  /** Jobs with a result. */
  #results = new Set<number>();

  /** Reports whether main is sent it, and counts it: one result for each job, and lines up to the limit. */
  takes(evidence: Evidence): boolean {
    if (evidence.what === 'result') {
      const isFirst = !this.#results.has(evidence.job);
      this.#results.add(evidence.job);
      return isFirst;
    }
    // The line that crosses the limit is still sent: from it main knows that lines are left out.
    const takes = this.#bytes <= CHECK_LINE_BYTES;
    this.#bytes += evidenceBytes(Buffer.byteLength(evidence.text));
    return takes;
  }
}
