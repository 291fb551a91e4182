/** Servers that share the logs in one PostgreSQL database, as far as logs go. */
import { FollowedLogs } from '../../../server/runs/log/followed-logs.ts';
import { RunLog } from '../../../server/runs/log/run-log.ts';
import { Appends, type Fence } from '../../../server/store/postgres/appends.ts';
import { clientConfig, Database } from '../../../server/store/postgres/connect.ts';
import { Listener } from '../../../server/store/postgres/listener.ts';
import { PostgresLogFeed } from '../../../server/store/postgres/log-feed.ts';
import { News } from '../../../server/store/postgres/news.ts';
import type { StoredRun } from '../../../server/store/store.ts';
import { run } from '../stored.ts';

/** Adds runs without a status. */
export async function addRuns(database: Database, ids: readonly string[]): Promise<void> {
  const insert = `insert into runs (id, person, spec, created_at) select id, 'ann', '{}', 0 from unnest($1::text[]) as id`;
  await database.rows(insert, [ids]);
}

/** A server that executes runs. */
export function runnerOf(url: string, fence: Fence | null = null, queryMs = 10_000) {
  const database = new Database(url, { queryMs });
  const news = new News(database);
  const appends = new Appends(database, news, fence);
  return {
    database,
    appends,
    newLog(id: string) {
      const save = (firstSeq: number, lines: string[]) => appends.append(id, firstSeq, lines);
      return new RunLog({ maxEvents: 10_000, save });
    },
    /** Returns what ends a run in the store. */
    finish: (id: string) => async () => {
      await database.rows(`update runs set status = 'completed' where id = $1`, [id]);
      news.tellOfLogs([id]);
    },
    close: () => database.close(),
  };
}

/** A server that only reads. It listens at `listenUrl`. */
export function webOf(url: string, { listenUrl = url, queryMs = 10_000 } = {}) {
  const database = new Database(url, { queryMs });
  const counts = { statements: 0 };
  const queries = {
    rows(...args: Parameters<Database['rows']>) {
      counts.statements++;
      return database.rows(...args);
    },
  };
  const listener = new Listener(clientConfig(listenUrl), database);
  const feed = new PostgresLogFeed(queries, listener);
  const lines = async () => [];
  const logs = new FollowedLogs({ lines }, feed);
  return {
    feed,
    logs,
    counts,
    of: (id: string, part: Partial<StoredRun> = {}) => logs.of(run(id, part)),
    async close() {
      logs.close();
      await listener.close();
      await database.close();
    },
  };
}
