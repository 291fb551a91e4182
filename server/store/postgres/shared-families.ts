/** Families in a PostgreSQL database, each with the server that submits its runs. */
import { z } from 'zod';
import type { SharedFamilies } from '../cluster.ts';
import type { Notices } from '../notices.ts';
import { toFamily } from '../rows.ts';
import type { FamilySubmitter, StoredFamily } from '../store.ts';
import { FAMILY_CHANNEL } from './channels.ts';
import type { Database } from './connect.ts';
import { FAMILY_COLUMNS } from './rows.ts';

const idRow = z.object({ id: z.string() });
const holderRow = z.object({ id: z.string(), person: z.string() });
const submitterRow = z.object({
  submitter: z
    .object({ seat: z.object({ room: z.string(), member: z.number() }), maxSeconds: z.number() })
    .partial()
    .nullable(),
});

export class PostgresFamilies implements SharedFamilies {
  #database: Database;
  #notices: Notices;
  #server: () => string | null;

  /** `server` returns the id of this server: see `PostgresStore.server`. */
  constructor(database: Database, notices: Notices, server: () => string | null) {
    this.#database = database;
    this.#notices = notices;
    this.#server = server;
  }

  async adopt(known: readonly string[]): Promise<{ family: StoredFamily; by: FamilySubmitter }[]> {
    const rows = await this.#database.rows(
      `update families set owner = $1
        where status is null and id <> all ($2) and not exists (
            select from servers where servers.id = families.owner and servers.id <> $1 and not is_dead)
          and owner is not null
          and exists (select from servers where servers.id = $1 and not is_dead)
        returning ${FAMILY_COLUMNS}, submitter`,
      [this.#server(), known],
    );
    return rows.flatMap((row) => {
      const [family] = toFamily.all([row]);
      return family ? [{ family, by: submitterRow.parse(row).submitter ?? {} }] : [];
    });
  }

  async underWay(): Promise<{ id: string; person: string }[]> {
    const sql = 'select id, person from families where status is null and not is_stopped order by created_at';
    return (await this.#database.read(sql)).map((row) => holderRow.parse(row));
  }

  async stop(id: string): Promise<boolean> {
    return (await this.#stop('id = $1', id)).length > 0;
  }

  stopRoom(room: string): Promise<string[]> {
    return this.#stop(`submitter -> 'seat' ->> 'room' = $1`, room);
  }

  async stops(): Promise<string[]> {
    const sql = 'select id from families where status is null and is_stopped and owner = $1';
    return (await this.#database.read(sql, [this.#server()])).map((row) => idRow.parse(row).id);
  }

  onStop(asked: () => void): void {
    this.#notices.on(FAMILY_CHANNEL, (owner) => owner === this.#server() && asked());
    this.#notices.onChanged(asked);
  }

  async #stop(which: string, value: string): Promise<string[]> {
    const rows = await this.#database.rows(
      `with stopped as (
        update families set is_stopped = true where status is null and ${which} returning id, owner
      ) select id, pg_notify('${FAMILY_CHANNEL}', coalesce(owner, '')) from stopped`,
      [value],
    );
    return rows.map((row) => idRow.parse(row).id);
  }
}
