/** The store as a PostgreSQL database, which any number of servers share. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Status } from '../../protocol/facts.ts';
import { toFamily, toListed, toRun } from '../rows.ts';
import {
  type Clock,
  type FamilySubmitter,
  type Hidden,
  type ListedRun,
  MAX_REPORTS,
  type Report,
  type Seat,
  type Store,
  type StoredFamily,
  type StoredRun,
} from '../store.ts';
import { Appends } from './appends.ts';
import { type ConnectOptions, Database, type Queries } from './connect.ts';
import { FENCE } from './fence.ts';
import { insertRun, keptFrom } from './insert-run.ts';
import { News } from './news.ts';
import { PostgresRooms } from './postgres-rooms.ts';
import { changeRoom } from './room-changes.ts';
import { FAMILY, LISTED, RUN } from './rows.ts';
import { migrate } from './schema.ts';
import { SharedPostgresRooms } from './shared-rooms.ts';
import { interruptFamilies, interruptRuns } from './unfinished.ts';

const chunkRow = z.object({ events: z.string() });
const idRow = z.object({ id: z.string() });
const hiddenRow = z.object({ hidden: z.enum(['blocked', 'deleted']).nullable().catch('blocked') });
const reportRow = z.object({ reason: z.string(), createdAt: z.number() });
const changesRow = z.object({ changes: z.string() });
const clockRow = z.object({ seenAt: z.number(), latest: z.number(), behindSince: z.number().nullable() });

export class PostgresStore implements Store {
  readonly rooms: PostgresRooms;
  readonly sharedRooms: SharedPostgresRooms;
  readonly database: Database;
  /** Notifies others of what this server has changed. */
  readonly news: News;
  /** What `append` uses. */
  readonly appends: Appends;
  #server: string | null = null;
  /** This server, among those that change the database. */
  #source = randomUUID();
  /** The changes by other servers when `changedElsewhere` last looked. */
  #seenChanges = '';

  private constructor(database: Database) {
    this.database = database;
    this.news = new News(database);
    this.appends = new Appends(database, this.news);
    this.rooms = new PostgresRooms({
      read: (sql, values) => database.read(sql, values),
      write: (room, work) => changeRoom(database, this.#source, room, work),
    });
    this.sharedRooms = new SharedPostgresRooms(database, this.#source);
  }

  /** Which server this is; null before it has joined. */
  get server(): string | null {
    return this.#server;
  }

  /**
   * Sets which server this is: what it appends is refused once that was declared dead, and families that it adds end
   * with it. Until then, it counts as one that no other can declare dead.
   */
  set server(id: string | null) {
    this.#server = id;
    this.appends.fence = id === null ? null : { sql: FENCE, id };
  }

  /** Connects to the database at `url`, and upgrades its schema. Rejects with `SettingsError` if it cannot be used. */
  static async open(url: string, options: ConnectOptions = {}): Promise<PostgresStore> {
    const database = new Database(url, options);
    try {
      await migrate(database);
      await database.rows(`delete from changes where changed_at < now() - interval '1 day'`);
      const store = new PostgresStore(database);
      store.#seenChanges = await store.#changes();
      return store;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  create(run: StoredRun): Promise<void> {
    return insertRun(this.database, run);
  }

  /** A chunk that is already there with the same events is taken as saved: the answer to the first attempt was lost. */
  append(id: string, firstSeq: number, lines: string[]): Promise<void> {
    return this.appends.append(id, firstSeq, lines);
  }

  async end(id: string, status: Status): Promise<void> {
    await this.database.rows('update runs set status = $2 where id = $1', [id, status]);
    this.news.tellOfLogs([id]);
  }

  async get(id: string): Promise<StoredRun | null> {
    const [row] = await this.database.read(`${RUN} where id = $1`, [id]);
    return toRun.one(row);
  }

  async lines(id: string): Promise<string[]> {
    const sql = 'select events from chunks where run = $1 order by first_seq';
    const chunks = await this.database.read(sql, [id]);
    return chunks.flatMap((chunk) => chunkRow.parse(chunk).events.split('\n'));
  }

  async ofPerson(person: string, limit: number): Promise<StoredRun[]> {
    const sql = `${RUN} where person = $1 and family is null and hidden is null
      order by created_at desc, entry desc limit $2`;
    return toRun.all(await this.database.read(sql, [person, limit]));
  }

  async idsOf(owner: { person: string } | Seat): Promise<string[]> {
    const byPerson = `select id from families where person = $1
      union select coalesce(family, id) from runs where person = $1`;
    const bySeat = 'select distinct coalesce(family, id) as id from runs where room = $1 and member = $2';
    const found =
      'person' in owner
        ? await this.database.read(byPerson, [owner.person])
        : await this.database.read(bySeat, [owner.room, owner.member]);
    return found.map((row) => idRow.parse(row).id);
  }

  async knows(person: string): Promise<boolean> {
    const found = await this.database.read('select 1 from runs where person = $1 limit 1', [person]);
    return found.length > 0;
  }

  async hasFinished(person: string): Promise<boolean> {
    const sql = `select 1 from runs where person = $1 and status not in ('cancelled', 'interrupted') limit 1`;
    return (await this.database.read(sql, [person])).length > 0;
  }

  async createFamily(family: StoredFamily, by: FamilySubmitter = {}): Promise<void> {
    const { id, person, kind, count, spec, createdAt, status } = family;
    await this.database.rows(
      `insert into families (id, person, kind, count, spec, created_at, status, owner, submitter, kept_from)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, ${keptFrom('$6::bigint')})`,
      [id, person, kind, count, JSON.stringify(spec), createdAt, status, this.#server, JSON.stringify(by)],
    );
  }

  async endFamily(id: string, status: Status): Promise<void> {
    // Not of one that another server has taken over.
    await this.database.rows(
      `update families set status = $2, submitter = null
        where id = $1 and (owner is null or owner is not distinct from $3)`,
      [id, status, this.#server],
    );
  }

  async family(id: string): Promise<StoredFamily | null> {
    const [row] = await this.database.read(`${FAMILY} where id = $1`, [id]);
    return toFamily.one(row);
  }

  async ofFamily(family: string): Promise<StoredRun[]> {
    const sql = `${RUN} where family = $1 and hidden is null order by place`;
    return toRun.all(await this.database.read(sql, [family]));
  }

  async familiesOfPerson(person: string, limit: number): Promise<StoredFamily[]> {
    const sql = `${FAMILY} where person = $1 and hidden is null order by created_at desc limit $2`;
    return toFamily.all(await this.database.read(sql, [person, limit]));
  }

  async hidden(id: string): Promise<Hidden | null> {
    const sql = 'select hidden from runs where id = $1 union all select hidden from families where id = $1';
    const [found] = await this.database.read(sql, [id]);
    return found === undefined ? null : hiddenRow.parse(found).hidden;
  }

  hide(id: string, hidden: Hidden | null): Promise<boolean> {
    return this.database.transaction(async (queries) => {
      // The family first, as when it is removed: two servers then wait for each other, and not crosswise.
      const families = await queries.count('update families set hidden = $2 where id = $1', [id, hidden]);
      const runs = await queries.count('update runs set hidden = $2 where id = $1 or family = $1', [
        id,
        hidden,
      ]);
      await this.#noteChange(queries);
      return families + runs > 0;
    });
  }

  async deleted(): Promise<string[]> {
    const sql = `select id from runs where hidden = 'deleted'
      union all select id from families where hidden = 'deleted'`;
    return (await this.database.read(sql)).map((found) => idRow.parse(found).id);
  }

  /** PostgreSQL overwrites what was removed when it next vacuums the tables. */
  remove(id: string): Promise<void> {
    return this.database.transaction(async (queries) => {
      await queries.rows('delete from families where id = $1', [id]);
      await queries.rows('delete from runs where id = $1', [id]);
      await this.#noteChange(queries);
    });
  }

  async report(run: string, { reason, createdAt }: Report): Promise<void> {
    await this.database.rows(
      `insert into reports (run, reason, created_at)
        select $1, $2, $3::bigint where (select count(*) from reports where run = $1) < $4`,
      [run, reason, createdAt, MAX_REPORTS],
    );
  }

  async reports(run: string): Promise<Report[]> {
    const sql = 'select reason, created_at as "createdAt" from reports where run = $1 order by id';
    return (await this.database.read(sql, [run])).map((found) => reportRow.parse(found));
  }

  async latest(limit: number, reported: boolean): Promise<ListedRun[]> {
    const only = reported ? 'where exists (select 1 from reports where run = runs.id)' : '';
    const sql = `${LISTED} ${only} order by created_at desc, entry desc limit $1`;
    return toListed.all(await this.database.read(sql, [limit]));
  }

  /** Of what other servers write, it notices what they have hidden, removed or ended for all: not each event. */
  async changedElsewhere(): Promise<boolean> {
    const changes = await this.#changes();
    const isNew = changes !== this.#seenChanges;
    this.#seenChanges = changes;
    return isNew;
  }

  /** Returns how often each other server has changed something: a sum could miss one that was forgotten. */
  async #changes(): Promise<string> {
    const sql = `select coalesce(string_agg(source || ' ' || count, ',' order by source), '') as changes
      from changes where source <> $1`;
    const [row] = await this.database.read(sql, [this.#source]);
    return changesRow.parse(row).changes;
  }

  async #noteChange(queries: Queries): Promise<void> {
    await queries.rows(
      `insert into changes (source, count) values ($1, 1)
        on conflict (source) do update set count = changes.count + 1, changed_at = now()`,
      [this.#source],
    );
  }

  /** Writes, so that it fails where only reading is possible. */
  async check(): Promise<void> {
    await this.database.transaction(async (queries) => {
      await queries.rows(`insert into changes (source, count) values ('check', 0)
        on conflict (source) do update set changed_at = now()`);
    });
  }

  interruptUnfinished(): Promise<number> {
    return this.database.transaction(async (queries) => {
      await interruptFamilies(queries);
      return (await interruptRuns(queries)).length;
    });
  }

  forgetBefore(createdAt: number): Promise<void> {
    const isOld = 'coalesce(kept_from, created_at) < $1 and status is not null';
    return this.database.transaction(async (queries) => {
      await queries.rows(`delete from families where ${isOld}`, [createdAt]);
      await queries.rows(`delete from runs where ${isOld} and family is null`, [createdAt]);
    });
  }

  async clock(): Promise<Clock | null> {
    const sql = 'select seen_at as "seenAt", latest, behind_since as "behindSince" from clock';
    const [found] = await this.database.read(sql);
    return found === undefined ? null : clockRow.parse(found);
  }

  setClock({ seenAt, latest, behindSince }: Clock): Promise<void> {
    return this.database.transaction(async (queries) => {
      await queries.rows(
        `insert into clock (id, seen_at, latest, behind_since) values (1, $1, $2, $3)
          on conflict (id) do update set seen_at = $1, latest = $2, behind_since = $3`,
        [seenAt, latest, behindSince],
      );
      for (const table of ['families', 'runs'])
        await queries.rows(`update ${table} set kept_from = $1 where kept_from > $1`, [latest]);
    });
  }

  async close(): Promise<void> {
    await this.news.told();
    await this.database.close();
  }
}
