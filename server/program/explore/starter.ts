/** How main starts jobs on lanes whose steps a scheduler puts in order. */
import type { JobOutcome, PassSettings } from '../../protocol/orders.ts';
import { nameOfLane } from '../../spec/lanes.ts';
import { emit } from '../emit.ts';
import { type Handle, Pool, type WorkerLane } from '../pool.ts';
import { later, type Starter } from '../starter.ts';
import type { Did, EndedLane } from './messages.ts';

type Opened = {
  isAlive: boolean;
  /** Settles the job that the lane runs. */
  settle: (outcome: JobOutcome) => void;
  close: () => void;
};

export class OrderedStarter implements Starter {
  #pool: Pool;
  #lanes = new Map<number, Opened>();

  /** `say` takes to the scheduler what main does. */
  constructor({ maxLanes, reuse }: PassSettings, say: (did: Did) => void) {
    const open = async (lane: number, firstJob: number, daemon: boolean): Promise<WorkerLane> => {
      const name = nameOfLane(lane, firstJob, reuse);
      const ids = { pid: 1, threadId: lane, parentPid: 0 };
      emit({ type: 'lane-started', lane, kind: 'thread', name, job: firstJob, ...ids, daemon });
      say({ did: 'open', lane, name, daemon });
      const { promise: ended, resolve: close } = later<void>();
      const opened: Opened = { isAlive: true, settle: () => {}, close };
      this.#lanes.set(lane, opened);
      return {
        name,
        pid: 1,
        exitCode: null,
        get alive() {
          return opened.isAlive;
        },
        run(job) {
          const { promise, resolve } = later<JobOutcome>();
          opened.settle = resolve;
          say({ did: 'run', lane, job });
          return promise;
        },
        close: () => say({ did: 'close', lane }),
        ended,
      };
    };
    this.#pool = new Pool(open, maxLanes ?? Number.POSITIVE_INFINITY, reuse);
  }

  start(job: number, daemon: boolean): Promise<Handle> {
    return this.#pool.start(job, daemon);
  }

  drain(): Promise<void> {
    return this.#pool.drain();
  }

  /** Hears that the job of a lane has ended, or the lane. */
  ended({ lane, outcome, closed }: EndedLane): void {
    const opened = this.#lanes.get(lane);
    if (!opened) return;
    if (closed) opened.isAlive = false;
    if (outcome) opened.settle(outcome);
    if (closed) opened.close();
  }
}
