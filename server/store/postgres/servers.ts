/** Servers that share a PostgreSQL database: who lives, and what becomes of the runs of one that does not. */
import { z } from 'zod';
import { LEVELS } from '../../launch/probe.ts';
import { type Ability, type ClusterServer, DeadServerError, type Servers } from '../cluster.ts';
import { LOG_CHANNEL, payloadsOf, QUEUE_CHANNEL } from './channels.ts';
import type { Database } from './connect.ts';
import { interruptFamilies, interruptRuns } from './unfinished.ts';

const version = z.string().nullable();
const ROLES = ['web', 'runner', 'both'] as const;

/** Columns of a server. */
export const SERVER = 'id, role, cores, memory_mib as "memoryMib", runtimes, sandboxed, sandbox';

export const serverRow = z.object({
  id: z.string(),
  role: z.enum(ROLES),
  cores: z.number(),
  memoryMib: z.number(),
  runtimes: z.array(z.string()),
  sandboxed: z.array(z.string()),
  sandbox: z.object({
    level: z.enum(LEVELS),
    versions: z.object({ node: version, deno: version, bubblewrap: version }),
    missing: z.array(z.string()),
  }),
});
const livingRow = serverRow.extend({ beat: z.number() });

export class PostgresServers implements Servers {
  #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async join({ id, role, cores, memoryMib, runtimes, sandboxed, sandbox }: ClusterServer): Promise<void> {
    await this.#database.transaction(async (queries) => {
      await queries.rows(`delete from servers where is_dead and died_at < now() - interval '1 day'`);
      await queries.rows(
        `insert into servers (id, role, cores, memory_mib, runtimes, sandboxed, sandbox)
          values ($1, $2, $3, $4, $5, $6, $7::jsonb)`,
        [id, role, cores, memoryMib, runtimes, sandboxed, JSON.stringify(sandbox)],
      );
      await interruptRuns(queries, 'not exists (select from queue where queue.run = runs.id)');
      await interruptFamilies(queries, 'owner is null');
    });
  }

  async beat(server: string, { runtimes, sandboxed, sandbox }: Ability): Promise<void> {
    const sql = `update servers set beat = beat + 1, runtimes = $2, sandboxed = $3, sandbox = $4::jsonb
      where id = $1 and not is_dead`;
    const values = [server, runtimes, sandboxed, JSON.stringify(sandbox)];
    if ((await this.#database.count(sql, values)) !== 1) throw new DeadServerError();
  }

  bury(server: string): Promise<string[]> {
    return this.#database.transaction(async (queries) => {
      // Waits for what the server is saving, and keeps it from saving more.
      const alive = 'select 1 from servers where id = $1 and not is_dead for update';
      if ((await queries.rows(alive, [server])).length === 0) return [];
      await queries.rows('update servers set is_dead = true, died_at = now() where id = $1', [server]);
      // A run that was to be stopped is not begun by another: it ends here, too.
      await queries.rows(
        'update queue set server = null where server = $1 and not is_begun and stop_status is null',
        [server],
      );
      const which = 'id in (select run from queue where server = $1)';
      const ended = await interruptRuns(queries, which, [server]);
      await queries.rows('delete from queue where server = $1', [server]);
      await queries.rows(
        `select pg_notify('${QUEUE_CHANNEL}', ''), (select count(pg_notify('${LOG_CHANNEL}', payload))
          from unnest($1::text[]) as payload)`,
        [payloadsOf(ended)],
      );
      return ended;
    });
  }

  async living(): Promise<(ClusterServer & { beat: number })[]> {
    const rows = await this.#database.read(`select ${SERVER}, beat from servers where not is_dead`);
    return rows.map((row) => livingRow.parse(row));
  }
}
