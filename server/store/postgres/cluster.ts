/** Servers that share a PostgreSQL database, and the queue of their runs. */
import { z } from 'zod';
import { STATUSES, type Status } from '../../protocol/facts.ts';
import {
  type Cluster,
  type ClusterServer,
  DeadServerError,
  type Holder,
  NoRunnerError,
  type QueuedRun,
  type Stop,
} from '../cluster.ts';
import type { StoredRun } from '../store.ts';
import type { Database, Queries } from './connect.ts';
import { insertRun } from './postgres-store.ts';
import { interruptRuns } from './unfinished.ts';

/** Held while a run enters: the bounds of the queue hold for all servers together. */
const ENTER_LOCK = 7_015_203_382;

/**
 * Finds the row of a server, `$1`, if it lives. A heartbeat does not wait for the lock; a death does, and what was
 * begun before it is complete then.
 */
export const FENCE = 'select 1 from servers where id = $1 and not is_dead for key share';

const COLUMNS = `run as id, queue.person, network, cores, memory_mib as "memoryMib", runtime,
  is_sandboxed as "isSandboxed", pass_seconds as "passSeconds"`;

const queuedRow = z.object({
  id: z.string(),
  person: z.string(),
  network: z.string().nullable(),
  cores: z.number(),
  memoryMib: z.number(),
  runtime: z.string(),
  isSandboxed: z.boolean(),
  passSeconds: z.number(),
});
const holderRow = queuedRow.extend({ isWaiting: z.boolean() });
const beatRow = z.object({ id: z.string(), beat: z.number() });
const stopRow = z.object({ id: z.string(), status: z.enum(STATUSES), why: z.string().nullable() });
const claimedRow = queuedRow.extend({ family: z.string().nullable() });

export class PostgresCluster implements Cluster {
  #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async join({ id, role, cores, memoryMib, runtimes, sandboxed }: ClusterServer): Promise<void> {
    await this.#database.rows(
      `insert into servers (id, role, cores, memory_mib, runtimes, sandboxed) values ($1, $2, $3, $4, $5, $6)`,
      [id, role, cores, memoryMib, runtimes, sandboxed],
    );
  }

  async beat(server: string): Promise<void> {
    const sql = 'update servers set beat = beat + 1 where id = $1 and not is_dead';
    if ((await this.#database.count(sql, [server])) !== 1) throw new DeadServerError();
  }

  async beats(): Promise<Map<string, number>> {
    const rows = await this.#database.read('select id, beat from servers where not is_dead');
    return new Map(rows.map((row) => beatRow.parse(row)).map(({ id, beat }) => [id, beat]));
  }

  bury(server: string): Promise<string[]> {
    return this.#database.transaction(async (queries) => {
      // Waits for what the server is saving, and keeps it from saving more.
      const alive = 'select 1 from servers where id = $1 and not is_dead for update';
      if ((await queries.rows(alive, [server])).length === 0) return [];
      await queries.rows('update servers set is_dead = true where id = $1', [server]);
      // A run that was to be stopped is not begun by another: it ends here, too.
      await queries.rows(
        'update queue set server = null where server = $1 and not is_begun and stop_status is null',
        [server],
      );
      const which = 'id in (select run from queue where server = $1)';
      const ended = await interruptRuns(queries, which, [server]);
      await queries.rows('delete from queue where server = $1', [server]);
      return ended;
    });
  }

  enter(run: StoredRun, queued: QueuedRun, choose: (holders: Holder[]) => Stop | null): Promise<void> {
    const { id, person, network, cores, memoryMib, runtime, isSandboxed, passSeconds } = queued;
    return this.#database.transaction(async (queries) => {
      await queries.rows('select pg_advisory_xact_lock($1)', [ENTER_LOCK]);
      const runners = await queries.rows(
        `select 1 from servers where not is_dead and role <> 'web' and cores >= $1 and memory_mib >= $2
          and $3 = any (case when $4 then sandboxed else runtimes end) limit 1`,
        [cores, memoryMib, runtime, isSandboxed],
      );
      if (runners.length === 0) throw new NoRunnerError('No server that runs programs can execute this one.');
      const holders = await queries.rows(
        `select ${COLUMNS}, server is null as "isWaiting" from queue order by entry`,
      );
      const displaced = choose(holders.map((row) => holderRow.parse(row)));
      if (displaced) await stopRun(queries, displaced);
      await insertRun(queries, run);
      // Nobody is owed for the time before they came: a newcomer begins with the round that has its turn.
      await queries.rows(
        `insert into queue (run, person, network, cores, memory_mib, runtime, is_sandboxed, pass_seconds, round)
          values ($1, $2, $3, $4, $5, $6, $7, $8, greatest(
            (select coalesce(max(round) + 1, 0) from queue where person = $2),
            (select coalesce(min(round), 0) from queue where server is null)))`,
        [id, person, network, cores, memoryMib, runtime, isSandboxed, passSeconds],
      );
    });
  }

  async waiting(): Promise<QueuedRun[]> {
    const sql = `select ${COLUMNS} from queue where server is null order by round, entry`;
    return (await this.#database.read(sql)).map((row) => queuedRow.parse(row));
  }

  claim(server: string): Promise<QueuedRun | null> {
    return this.#database.transaction(async (queries) => {
      await fenced(queries, server);
      const [row] = await queries.rows(
        `update queue set server = $1 where run = (
          select queue.run from queue
          join runs on runs.id = queue.run
          join servers on servers.id = $1
          left join families on families.id = runs.family
          where queue.server is null
            and queue.cores <= servers.cores and queue.memory_mib <= servers.memory_mib
            and queue.runtime = any (case when is_sandboxed then servers.sandboxed else servers.runtimes end)
            and (families.server is null or families.server = $1
              or exists (select from servers as other where other.id = families.server and other.is_dead))
          order by round, queue.entry limit 1
          for update of queue skip locked
        ) returning ${COLUMNS}, (select family from runs where id = run) as family`,
        [server],
      );
      if (row === undefined) return null;
      const { family, ...queued } = claimedRow.parse(row);
      if (family !== null)
        await queries.rows('update families set server = $2 where id = $1', [family, server]);
      return queued;
    });
  }

  begin(id: string, server: string): Promise<boolean> {
    return this.#database.transaction(async (queries) => {
      await fenced(queries, server);
      const sql = `update queue set is_begun = true
        where run = $1 and server = $2 and not is_begun and stop_status is null`;
      return (await queries.count(sql, [id, server])) === 1;
    });
  }

  end(id: string, server: string, status: Status): Promise<void> {
    return this.#database.transaction(async (queries) => {
      await fenced(queries, server);
      await queries.rows('update runs set status = $2 where id = $1', [id, status]);
      await queries.rows('delete from queue where run = $1', [id]);
    });
  }

  stop(stops: readonly Stop[]): Promise<void> {
    return this.#database.transaction(async (queries) => {
      for (const one of stops.toSorted((a, b) => (a.id < b.id ? -1 : 1))) await stopRun(queries, one);
    });
  }

  async stops(server: string): Promise<Stop[]> {
    const sql = `select run as id, stop_status as status, stop_why as why from queue
      where server = $1 and stop_status is not null`;
    return (await this.#database.read(sql, [server])).map((row) => stopRow.parse(row));
  }
}

/** Rejects unless a server lives; until the end of the transaction, nobody can declare it dead. */
async function fenced(queries: Queries, server: string): Promise<void> {
  if ((await queries.rows(FENCE, [server])).length === 0) throw new DeadServerError();
}

/** Ends a run that waits, and lets the server of one that was claimed know. The first reason stays. */
async function stopRun(queries: Queries, { id, status, why }: Stop): Promise<void> {
  // A runner may claim it at this moment: then this waits, and it is the runner that stops it.
  const [waits] = await queries.rows('select 1 from queue where run = $1 and server is null for update', [
    id,
  ]);
  if (waits === undefined) {
    await queries.rows(
      'update queue set stop_status = $2, stop_why = $3 where run = $1 and stop_status is null',
      [id, status, why],
    );
    return;
  }
  const event = { seq: 1, pass: null, atMs: 0, type: 'run-ended', status, error: why };
  await queries.rows(
    'insert into chunks (run, first_seq, events) values ($1, 1, $2) on conflict do nothing',
    [id, JSON.stringify(event)],
  );
  await queries.rows('update runs set status = $2 where id = $1', [id, status]);
  await queries.rows('delete from queue where run = $1', [id]);
}
