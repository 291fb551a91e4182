/** What an operator of several servers wants to know, for Prometheus: see metrics.ts. */
import { StoreError } from '../store/store-error.ts';
import type { Sharing } from './playground.ts';
import type { Metric, Sample } from './prometheus-text.ts';

/** Returns the metrics of a server that shares a database. Those that are read from it are left out while it is away. */
export async function clusterMetrics({ servers, executing, connections }: Sharing): Promise<Metric[]> {
  const living = await servers.living().catch((error) => {
    if (error instanceof StoreError) return [];
    throw error;
  });
  const byRole = [...Map.groupBy(living, ({ role }) => role)];
  const gauge = (name: string, help: string, samples: Sample[]): Metric => ({
    ...{ name, help, type: 'gauge', samples },
  });
  return [
    gauge(
      'playground_servers',
      'Servers that live on the database, by role.',
      byRole.map(([role, { length }]) => ({ labels: { role }, value: length })),
    ),
    gauge('playground_runs_executing', 'Runs under way on this server.', [{ value: executing() }]),
    gauge(
      'playground_database_connections',
      'Connections to the database, and statements that wait for one.',
      Object.entries(connections()).map(([state, value]) => ({ labels: { state }, value })),
    ),
  ];
}
