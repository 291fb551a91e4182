/** The jobs of a pass that never began because their lanes could not run them. */
import { counted } from '../../words/english.ts';
import { shortageIn } from '../../words/shortage.ts';
import type { PassLog } from './pass-log.ts';

/** Logs the lost jobs of one pass, and counts those that are a reason for it to fail. */
export class LostJobs {
  #log: PassLog;
  #count = 0;
  /** Why the first of them did not begin. */
  #error = '';

  constructor(log: PassLog) {
    this.#log = log;
  }

  /** Logs that `job`, given to `lane`, never begins. `error` says why; null if the pass was being stopped anyway. */
  add(lane: number, job: number, error: string | null, atMs: number): void {
    const reason = error === null ? null : (shortageIn(error) ?? error);
    this.#log.append({ type: 'job-never-began', lane, job, error: reason }, atMs);
    if (reason === null) return;
    this.#log.remark('stderr', `Job ${job} never began: ${reason}`, { atMs });
    if (this.#count === 0) this.#error = reason;
    this.#count++;
  }

  /** A sentence on the jobs that their lanes could not run; null if there are none. */
  get sentence(): string | null {
    return this.#count === 0 ? null : `${counted(this.#count, 'job')} never began: ${this.#error}.`;
  }
}
