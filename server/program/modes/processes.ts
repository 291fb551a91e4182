/** In child processes. Main asks and the server launches: as the only parent, it can always end them all. */
import type { JobOutcome, Order } from '../../protocol/orders.ts';
import { nameOfLane } from '../../spec/lanes.ts';
import type { LaneContext } from '../api.ts';
import { emit } from '../emit.ts';
import { hasOwn } from '../own.ts';
import { Pool, type WorkerLane } from '../pool.ts';
import { later, type Starter } from '../starter.ts';

type Child = {
  opened: (pid: number) => void;
  settle: (outcome: JobOutcome) => void;
  ended: () => void;
  alive: boolean;
  exitCode: number | null;
};

export function processes({ settings, gather }: LaneContext, orders: Orders): Starter {
  const children = new Map<number, Child>();

  orders((order) => {
    if (order.type === 'evidence') gather?.(order.evidence);
    if (!hasOwn(order, 'lane')) return;
    const child = children.get(order.lane);
    if (!child) return;
    if (order.type === 'lane-opened') child.opened(order.pid);
    if (order.type === 'job-ended') child.settle(order);
    if (order.type === 'lane-ended') {
      child.alive = false;
      child.exitCode = order.exitCode;
      child.settle(order);
      child.ended();
      children.delete(order.lane);
    }
  });

  const open = async (lane: number, firstJob: number, daemon: boolean): Promise<WorkerLane> => {
    const opened = later<number>();
    const ended = later<void>();
    let outcome = later<JobOutcome>();
    const child: Child = {
      opened: opened.resolve,
      settle: ({ status, error }) => outcome.resolve({ status, error }),
      ended: ended.resolve,
      alive: true,
      exitCode: null,
    };
    children.set(lane, child);
    emit({ type: 'open-lane', lane, job: firstJob, daemon });
    const pid = await opened.promise;

    let isFirst = true;
    return {
      name: nameOfLane(lane, firstJob, settings.reuse),
      pid,
      get exitCode() {
        return child.exitCode;
      },
      get alive() {
        return child.alive;
      },
      run(job) {
        if (!isFirst) {
          outcome = later();
          emit({ type: 'run-job', lane, job });
        }
        isFirst = false;
        return outcome.promise;
      },
      close: () => emit({ type: 'close-lane', lane }),
      ended: ended.promise,
    };
  };
  return new Pool(open, settings.maxLanes ?? Number.POSITIVE_INFINITY, settings.reuse);
}

/** Subscribes to the server's orders. */
export type Orders = (listener: (order: Order) => void) => void;
