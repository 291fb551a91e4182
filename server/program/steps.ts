/** Steps of a lane, where a scheduler of ours gives their order (explore/). */

/** Accesses to what lanes share. */
export type Access = {
  what:
    | ('read' | 'write' | 'add')
    | ('push' | 'values')
    | ('put' | 'get' | 'limit' | 'size')
    | ('acquire' | 'release')
    | ('take-permit' | 'give-permit')
    | ('wait' | 'notify');
  /** `counter`, `list`, `queue`, `lock a`, `semaphore s`, `condition c`. */
  on: string;
  /** The lock that a wait for a condition releases: `lock a`. */
  with?: string | undefined;
  job: number | null;
};

/** Reports whether an access is to the memory, which has no answers to give to other lanes. */
export function isOfMemory({ on }: Access): boolean {
  return on === 'counter' || on === 'list';
}

/** Called before an access; returns when it is the lane's turn. `line` is the line of the program. */
export type BeforeAccess = (access: Access, line: number | undefined) => void;

/** The job that sleeps, null for main, and its line of the program. */
export type SleepOf = { job: number | null; line: number | undefined };

/** How a lane takes its steps. */
export type LaneSteps = {
  before: BeforeAccess;
  /** Resolves when the scheduler ends the sleep. */
  sleep(seconds: number, of: SleepOf): Promise<void>;
};
