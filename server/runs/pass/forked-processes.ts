/** The processes that a script has forked: the server knows of them only what the script says. */
import type { LaneFact } from '../../protocol/facts.ts';

/** The highest number of a process on Linux. */
const MAX_PID = 2 ** 22;

export class ForkedProcesses {
  /** Their numbers, with those of their parents. */
  #parents = new Map<number, number>();

  /**
   * Returns the process of a lane that is opened: a new one, or the one that a thread is in. Null if it cannot be one.
   * Empty if it is main's.
   */
  processOf({ kind, pid, parentPid }: LaneFact & { type: 'lane-started' }, mainPid: number) {
    if (kind === 'thread') {
      const parent = this.#parents.get(pid);
      return parent === undefined ? {} : { pid, parentPid: parent };
    }
    const isParent = parentPid === mainPid || this.#parents.has(parentPid);
    if (pid < 1 || pid > MAX_PID || !isParent) return null;
    this.#parents.set(pid, parentPid);
    return { pid, parentPid };
  }
}
