/** The results of the runs of families, kept once they have ended. */
import { type RunResult, resultOf } from '../../figures/result.ts';
import { nextTurn } from '../../launch/turn.ts';
import type { StoredRun } from '../../store/store.ts';
import { BoundedMap } from '../bounded-map.ts';
import type { Runs } from '../runs.ts';

/** Most results of ended runs that are kept; each takes some kilobytes. */
const MAX_RESULTS = 2000;

export class FamilyResults {
  #runs: Pick<Runs, 'get'>;
  #known = new BoundedMap<string, RunResult>(MAX_RESULTS);

  constructor(runs: Pick<Runs, 'get'>) {
    this.#runs = runs;
  }

  /** Drops what is kept of a run that is removed. */
  forget(runId: string): void {
    this.#known.delete(runId);
  }

  /** Returns the result of a run, as far as it is known now. */
  async of({ id }: StoredRun): Promise<RunResult> {
    const known = this.#known.get(id);
    if (known) return known;
    const log = (await this.#runs.get(id))?.log;
    if (!log) return resultOf([]);
    const result = resultOf(log.after(0), log.place);
    if (log.isEnded) this.#known.set(id, result);
    // Yields after each log, because fifty long ones would block the event loop.
    await nextTurn();
    return result;
  }
}
