/** In child processes. Main asks, the server launches: it is the only parent, so that it can always end them all. */
import { emit } from '../emit.ts';
import type { Starter } from '../main.ts';
import { type Lane, Pool } from '../pool.ts';
import type { JobOutcome, Order, PassSettings } from '../protocol.ts';

type Child = { opened: () => void; settle: (outcome: JobOutcome) => void; ended: () => void; alive: boolean };

export function processes(_program: unknown, settings: PassSettings, orders: Orders): Starter {
  const children = new Map<number, Child>();

  orders((order) => {
    if (!('lane' in order)) return;
    const child = children.get(order.lane);
    if (!child) return;
    if (order.type === 'lane-opened') child.opened();
    if (order.type === 'job-ended') child.settle(order);
    if (order.type === 'lane-ended') {
      child.alive = false;
      child.settle(order);
      child.ended();
      children.delete(order.lane);
    }
  });

  const open = async (lane: number, firstJob: number, daemon: boolean): Promise<Lane> => {
    const opened = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    let outcome = Promise.withResolvers<JobOutcome>();
    const child: Child = {
      opened: opened.resolve,
      settle: ({ status, error }) => outcome.resolve({ status, error }),
      ended: ended.resolve,
      alive: true,
    };
    children.set(lane, child);
    emit({ type: 'open-lane', lane, job: firstJob, daemon });
    await opened.promise;

    let isFirst = true;
    return {
      lane,
      get alive() {
        return child.alive;
      },
      run(job) {
        if (!isFirst) {
          outcome = Promise.withResolvers();
          emit({ type: 'run-job', lane, job });
        }
        isFirst = false;
        return outcome.promise;
      },
      close: () => emit({ type: 'close-lane', lane }),
      ended: ended.promise,
    };
  };
  return new Pool(open, settings.slots ?? Number.POSITIVE_INFINITY, settings.reuse);
}

/** Subscribes to the server's orders. */
export type Orders = (listener: (order: Order) => void) => void;
