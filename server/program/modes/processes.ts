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
    if (order.type === 'lane-opened') child?.opened();
    if (order.type === 'job-ended') child?.settle({ status: order.status, error: order.error });
    if (order.type === 'lane-ended') {
      if (child) child.alive = false;
      child?.ended();
    }
  });

  const open = async (lane: number, firstJob: number, daemon: boolean): Promise<Lane> => {
    let settle: (outcome: JobOutcome) => void = () => {};
    let outcome = new Promise<JobOutcome>((resolve) => {
      settle = resolve;
    });
    const child: Child = { opened: () => {}, settle, ended: () => {}, alive: true };
    const opened = new Promise<void>((resolve) => {
      child.opened = resolve;
    });
    const ended = new Promise<void>((resolve) => {
      child.ended = resolve;
    });
    children.set(lane, child);
    emit({ type: 'open-lane', lane, job: firstJob, daemon });
    await opened;

    let isFirst = true;
    return {
      lane,
      get alive() {
        return child.alive;
      },
      run(job) {
        if (!isFirst) {
          outcome = new Promise((resolve) => {
            child.settle = resolve;
          });
          emit({ type: 'run-job', lane, job });
        }
        isFirst = false;
        return outcome;
      },
      close: () => emit({ type: 'close-lane', lane }),
      ended,
    };
  };
  return new Pool(open, settings.slots ?? Number.POSITIVE_INFINITY, settings.reuse);
}

/** Subscribes to the server's orders. */
export type Orders = (listener: (order: Order) => void) => void;
