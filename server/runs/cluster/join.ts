/** Joins the servers that share a database, and returns what executes runs on all of them. */
import type { Settings } from '../../settings.ts';
import type { Ability, Queue, Role, Servers } from '../../store/cluster.ts';
import type { Store } from '../../store/store.ts';
import type { FairUse } from '../admission/fair-use.ts';
import type { LocalAdmission } from '../admission/local-admission.ts';
import type { PlaceLimits } from '../admission/places.ts';
import type { LocalExecution } from '../local-execution.ts';
import type { FollowedLogs } from '../log/followed-logs.ts';
import { ClusterExecution, type ClusterExecutionDeps } from './cluster-execution.ts';
import { Member } from './member.ts';
import { QueueView } from './queue-view.ts';
import { Runner } from './runner.ts';
import type { Runners } from './runners.ts';

type ClusterDeps = Pick<ClusterExecutionDeps, 'demandsOf'> & {
  servers: Servers;
  queue: Queue;
  setServer(id: string): void;
  store: Pick<Store, 'get' | 'append'>;
  logs: FollowedLogs;
  settings: Pick<Settings, 'CORES' | 'MEMORY_MIB' | 'LEASE_MS'>;
  places: PlaceLimits;
  fairUse: FairUse;
  role: Role;
  /** Returns the runtimes that work here, for lessons and for programs that somebody wrote. */
  ability(): Ability;
  /** Called when the others have declared this server dead. */
  died(): void;
  /** Is told of the servers that live. */
  runners: Runners;
  execution: LocalExecution;
  admission: LocalAdmission;
};

/** Joins with a row of its own. Rejects with `StoreError` if the database cannot be used. */
export async function joinCluster(deps: ClusterDeps): Promise<ClusterExecution> {
  const { servers, queue, store, logs, settings, role, runners, execution, admission } = deps;
  const { CORES: cores, MEMORY_MIB: memoryMib, LEASE_MS: leaseMs } = settings;
  let runner: Runner | null = null;
  const view = new QueueView(queue, logs);
  const member = await Member.join({
    servers,
    leaseMs,
    describe: () => ({ role, cores, memoryMib, ...deps.ability() }),
    named: (id) => deps.setServer(id),
    beaten(living) {
      runners.servers = living;
      void runner?.obey();
      void runner?.tellPlaces();
      runner?.look();
    },
    died() {
      deps.died();
      return execution.abandon(execution.liveIds);
    },
  });
  if (role !== 'web') {
    runner = new Runner({ queue, store, member, admission, execution, fairUse: deps.fairUse });
    queue.onChanged(() => runner?.look());
    runner.look();
  }
  return new ClusterExecution({ ...deps, view, member, local: runner && { execution, runner } });
}
