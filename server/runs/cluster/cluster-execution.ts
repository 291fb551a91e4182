/** Executes runs on any of the servers that share a database: what is submitted here enters their queue. */

import { setTimeout as pause } from 'node:timers/promises';
import { isStrange } from '../../notebook/notebook.ts';
import type { Status } from '../../protocol/facts.ts';
import type { Bounds, Holder, Queue, QueuedRun, Stop } from '../../store/cluster.ts';
import { NoRunnerError } from '../../store/cluster.ts';
import type { Store } from '../../store/store.ts';
import { StoreError } from '../../store/store-error.ts';
import type { Demand, Load } from '../admission/admission.ts';
import type { Use } from '../admission/fair-use.ts';
import { type PlaceLimits, placeFor } from '../admission/places.ts';
import type { Execution, Order, RunRecord } from '../execution.ts';
import type { LocalExecution } from '../local-execution.ts';
import type { FollowedLogs } from '../log/followed-logs.ts';
import { nextChunk } from '../log/log.ts';
import { DISPLACED } from '../run.ts';
import { UnavailableError } from '../unavailable.ts';
import { within } from '../within.ts';
import type { Member } from './member.ts';
import type { QueueView } from './queue-view.ts';
import type { Runner } from './runner.ts';

/** Pause before the database is asked again, in ms. */
const RETRY_MS = 500;
/** How long a run that is stopped may take to end, in ms. */
const STOPPING_MS = 30_000;

export type ClusterExecutionDeps = {
  queue: Queue;
  store: Pick<Store, 'get'>;
  logs: FollowedLogs;
  places: PlaceLimits;
  /** Returns what the passes of a run ask for, in order. */
  demandsOf(order: Order): Demand[];
  view: QueueView;
  member: Member;
  /** What is executed on this machine; null if nothing is. */
  local: { execution: LocalExecution; runner: Runner } | null;
};

/** Calls the database until it answers. */
async function untilAnswered<T>(call: () => Promise<T>): Promise<T> {
  for (;;)
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      await pause(RETRY_MS, null, { ref: false });
    }
}

export class ClusterExecution implements Execution {
  #deps: ClusterExecutionDeps;

  constructor(deps: ClusterExecutionDeps) {
    this.#deps = deps;
  }

  load(): Promise<Load> {
    return this.#deps.view.load();
  }

  async submit(order: Order, use: Use): Promise<RunRecord> {
    const { queue, logs, local } = this.#deps;
    const { run } = order;
    try {
      const choose = (holders: Holder[]) => {
        use.check(holders);
        return this.#choose(order, holders);
      };
      await queue.enter(run, this.#queued(order), choose, this.#bounds(order, use));
    } catch (error) {
      if (error instanceof NoRunnerError) throw new UnavailableError(error.message);
      throw error;
    } finally {
      use.leave();
    }
    local?.runner.look();
    return { ...run, log: logs.begin(run.id) };
  }

  #queued(order: Order): QueuedRun {
    const { run, applicant, passSeconds } = order;
    const demands = this.#deps.demandsOf(order);
    const [first] = demands;
    const room = run.seat?.room ?? null;
    return {
      id: run.id,
      person: applicant.person,
      network: applicant.network,
      room,
      cores: Math.max(...demands.map(({ cores }) => cores)),
      memoryMib: Math.max(...demands.map(({ memoryMib }) => memoryMib)),
      needs: first?.needs ?? 0,
      lastsMs: first?.lastsMs ?? 0,
      isExclusive: first?.isExclusive ?? false,
      // In a room, what its teacher has set: see `Queue.enter`.
      shares: false,
      runtime: run.spec.runtime,
      isSandboxed: isStrange(run.spec),
      passSeconds,
    };
  }

  /** Within these, `use.check` throws nothing, and `#choose` finds a free place. */
  #bounds({ applicant: { network, places } }: Order, { mostAtOnce }: Use): Bounds {
    const { total, perNetwork } = this.#deps.places;
    return {
      waiting: total,
      waitingOfPerson: places,
      waitingOfNetwork: network === null ? Number.POSITIVE_INFINITY : perNetwork,
      ofPerson: mostAtOnce.person,
      ofNetwork: mostAtOnce.network,
    };
  }

  /** Throws `BusyError` if there is no place for a run. Returns the one that must give up its own, or null. */
  #choose({ applicant }: Order, holders: readonly Holder[]): Stop | null {
    const isFirst = !holders.some(({ person }) => person === applicant.person);
    const waiting = holders
      .filter(({ isWaiting }) => isWaiting)
      .map(({ id, person, network }) => ({ id, applicant: { person, network, places: 0 } }));
    const displaced = placeFor(applicant, isFirst, waiting, this.#deps.places);
    return displaced && { id: displaced.id, status: 'cancelled', why: DISPLACED };
  }

  /** Always null: all logs are read from the database, also of runs on this machine. */
  live(_id: string): RunRecord | null {
    return null;
  }

  get endings(): ReadonlyMap<Status, number> {
    return this.#deps.local?.execution.endings ?? new Map();
  }

  get liveIds(): string[] {
    return this.#deps.local?.execution.liveIds ?? [];
  }

  blocked(): Promise<string[]> {
    return this.#deps.queue.blocked();
  }

  async cancel(id: string): Promise<void> {
    await this.#stop([{ id, status: 'cancelled', why: null }]);
    await this.#endedSoon(id);
  }

  async cancelRoom(room: string, why: string): Promise<void> {
    const ids = await this.#deps.queue.stopRoom(room, { status: 'cancelled', why });
    await this.#deps.local?.runner.obey();
    await Promise.all(ids.map((id) => this.#endedSoon(id)));
  }

  displace(id: string): void {
    this.#stop([{ id, status: 'cancelled', why: DISPLACED }]).catch((error) =>
      console.error(`run ${id}: could not give up its place`, error),
    );
  }

  shareCores(room: string, shares: boolean): void {
    this.#deps.queue
      .shareCores(room, shares)
      .then(() => this.#deps.local?.runner.obey())
      .catch((error) => console.error('runs: whether those of a room share cores could not be set', error));
  }

  async ended(id: string): Promise<void> {
    const { store, logs } = this.#deps;
    const run = await untilAnswered(() => store.get(id));
    if (run === null || run.status !== null) return;
    const log = logs.begin(id);
    const reader = log.read(log.lastSeq);
    try {
      while ((await nextChunk(reader)) !== null);
    } finally {
      reader.close();
    }
  }

  /** Resolves when a run has ended, or when that takes so long that its server must be dead, or cut off. */
  async #endedSoon(id: string): Promise<void> {
    await within(this.ended(id), STOPPING_MS, undefined);
  }

  async drop(id: string): Promise<void> {
    await this.cancel(id);
    this.#deps.logs.forget(id);
  }

  async close(): Promise<void> {
    const { local, member, view } = this.#deps;
    view.close();
    await local?.runner.close();
    await local?.execution.close();
    await member.close();
  }

  async #stop(stops: Stop[]): Promise<void> {
    await this.#deps.queue.stop(stops);
    await this.#deps.local?.runner.obey();
  }
}
