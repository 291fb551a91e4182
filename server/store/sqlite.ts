/** The store as a SQLite database. Every call has completed when it returns: SQLite has no network to wait for. */
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Status } from '../protocol/facts.ts';
import { Calls } from './calls.ts';
import { openDatabase } from './open-database.ts';
import { FAMILY, LISTED, RUN, toFamily, toListed, toRun } from './rows.ts';
import { SqliteRooms } from './sqlite-rooms.ts';
import {
  type Clock,
  type Hidden,
  type ListedRun,
  MAX_REPORTS,
  type Report,
  type Seat,
  type Store,
  type StoredFamily,
  type StoredRun,
} from './store.ts';
import { interruptUnfinished } from './unfinished.ts';

/** Pause before the write-ahead log is emptied again, if a reader in another process kept it from that, in ms. */
const EMPTY_MS = 1000;

/** A time of creation that is more than this before the latest known, in ms, comes from a clock that is behind. */
const BEHIND_MS = 86_400_000;

/** What retention counts from for a run or family created at `?`; null if that is its own time. */
const KEPT_FROM = `select latest from clock where latest - ${BEHIND_MS} > ?`;

const chunkRow = z.object({ events: z.string() });
const idRow = z.object({ id: z.string() });
const hiddenRow = z.object({ hidden: z.enum(['blocked', 'deleted']).nullable().catch('blocked') });
const reportRow = z.object({ reason: z.string(), createdAt: z.number() });
const changeRow = z.object({ data_version: z.number() });
const checkpointRow = z.object({ busy: z.number() });
const clockRow = z.object({ seenAt: z.number(), latest: z.number(), behindSince: z.number().nullable() });

/** A store in the file `playground.db`. */
export class SqliteStore implements Store {
  /** Whether no other process can open the database meanwhile: see `openDatabase`. */
  readonly isAlone: boolean;
  readonly rooms: SqliteRooms;
  #db: DatabaseSync;
  #calls: Calls;
  /** SQLite's count of changes by other connections, when `changedElsewhere` last looked. */
  #seenVersion: number;
  /** Empties the write-ahead log later; null if that is not due. */
  #emptying: NodeJS.Timeout | null = null;

  /**
   * Opens the database in `folder`, which is created if missing; with `check`, reads all of it first. Throws
   * `SettingsError` if it cannot be used.
   */
  constructor(folder: string, options: { check?: boolean } = {}) {
    const { db, isAlone } = openDatabase(folder, options);
    this.#db = db;
    this.#calls = new Calls(db);
    this.isAlone = isAlone;
    this.rooms = new SqliteRooms(db, this.#calls, () => this.#emptyLog());
    this.#seenVersion = this.#version();
  }

  /** The open database, for a backup. */
  get database(): DatabaseSync {
    return this.#db;
  }

  create(run: StoredRun): Promise<void> {
    const { family, number: place } = run.member ?? { family: null, number: null };
    const { id, person, spec, createdAt, status } = run;
    const { room, member } = run.seat ?? { room: null, member: null };
    const insert = `insert into runs (id, person, spec, created_at, status, family, place, room, member, kept_from)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, (${KEPT_FROM}))`;
    return this.#calls.whenFree(() => {
      this.#db
        .prepare(insert)
        .run(id, person, JSON.stringify(spec), createdAt, status, family, place, room, member, createdAt);
    });
  }

  append(id: string, firstSeq: number, lines: string[]): void {
    const insert = 'insert into chunks (run, first_seq, events) values (?, ?, ?)';
    this.#calls.now(() => this.#db.prepare(insert).run(id, firstSeq, lines.join('\n')));
  }

  end(id: string, status: Status): Promise<void> {
    return this.#calls.whenFree(() => {
      this.#db.prepare('update runs set status = ? where id = ?').run(status, id);
    });
  }

  get(id: string): Promise<StoredRun | null> {
    return this.#calls.whenFree(() => toRun.one(this.#db.prepare(`${RUN} where id = ?`).get(id)));
  }

  lines(id: string): Promise<string[]> {
    const sql = 'select events from chunks where run = ? order by first_seq';
    return this.#calls.whenFree(() =>
      this.#db
        .prepare(sql)
        .all(id)
        .flatMap((chunk) => chunkRow.parse(chunk).events.split('\n')),
    );
  }

  ofPerson(person: string, limit: number): Promise<StoredRun[]> {
    const sql = `${RUN} where person = ? and family is null and hidden is null order by created_at desc limit ?`;
    return this.#calls.whenFree(() => toRun.all(this.#db.prepare(sql).all(person, limit)));
  }

  idsOf(owner: { person: string } | Seat): Promise<string[]> {
    const byPerson = `select id from families where person = ?
      union select coalesce(family, id) from runs where person = ?`;
    const bySeat = 'select distinct coalesce(family, id) as id from runs where room = ? and member = ?';
    return this.#calls.whenFree(() => {
      const found =
        'person' in owner
          ? this.#db.prepare(byPerson).all(owner.person, owner.person)
          : this.#db.prepare(bySeat).all(owner.room, owner.member);
      return found.map((row) => idRow.parse(row).id);
    });
  }

  knows(person: string): Promise<boolean> {
    const sql = 'select 1 from runs where person = ? limit 1';
    return this.#calls.whenFree(() => this.#db.prepare(sql).get(person) !== undefined);
  }

  hasFinished(person: string): Promise<boolean> {
    const sql = `select 1 from runs where person = ? and status not in ('cancelled', 'interrupted') limit 1`;
    return this.#calls.whenFree(() => this.#db.prepare(sql).get(person) !== undefined);
  }

  createFamily({ id, person, kind, count, spec, createdAt, status }: StoredFamily): Promise<void> {
    const insert = `insert into families (id, person, kind, count, spec, created_at, status, kept_from)
      values (?, ?, ?, ?, ?, ?, ?, (${KEPT_FROM}))`;
    return this.#calls.whenFree(() => {
      this.#db
        .prepare(insert)
        .run(id, person, kind, count, JSON.stringify(spec), createdAt, status, createdAt);
    });
  }

  endFamily(id: string, status: Status): Promise<void> {
    return this.#calls.whenFree(() => {
      this.#db.prepare('update families set status = ? where id = ?').run(status, id);
    });
  }

  family(id: string): Promise<StoredFamily | null> {
    return this.#calls.whenFree(() => toFamily.one(this.#db.prepare(`${FAMILY} where id = ?`).get(id)));
  }

  ofFamily(family: string): Promise<StoredRun[]> {
    const sql = `${RUN} where family = ? and hidden is null order by place`;
    return this.#calls.whenFree(() => toRun.all(this.#db.prepare(sql).all(family)));
  }

  familiesOfPerson(person: string, limit: number): Promise<StoredFamily[]> {
    const sql = `${FAMILY} where person = ? and hidden is null order by created_at desc limit ?`;
    return this.#calls.whenFree(() => toFamily.all(this.#db.prepare(sql).all(person, limit)));
  }

  hidden(id: string): Promise<Hidden | null> {
    const sql = 'select hidden from runs where id = ? union all select hidden from families where id = ?';
    return this.#calls.whenFree(() => {
      const found = this.#db.prepare(sql).get(id, id);
      return found ? hiddenRow.parse(found).hidden : null;
    });
  }

  hide(id: string, hidden: Hidden | null): Promise<boolean> {
    return this.#calls.inTransaction(() => {
      const runs = this.#db.prepare('update runs set hidden = ? where id = ? or family = ?');
      const families = this.#db.prepare('update families set hidden = ? where id = ?');
      const changes = [runs.run(hidden, id, id), families.run(hidden, id)].map((done) =>
        Number(done.changes),
      );
      return changes.some((count) => count > 0);
    });
  }

  deleted(): Promise<string[]> {
    const sql = `select id from runs where hidden = 'deleted'
      union all select id from families where hidden = 'deleted'`;
    return this.#calls.whenFree(() =>
      this.#db
        .prepare(sql)
        .all()
        .map((found) => idRow.parse(found).id),
    );
  }

  async remove(id: string): Promise<void> {
    await this.#calls.inTransaction(() => {
      this.#db.prepare('delete from runs where id = ?').run(id);
      this.#db.prepare('delete from families where id = ?').run(id);
    });
    this.#emptyLog();
  }

  /** Empties the write-ahead log, which may still have what was removed; later, if another process is reading. */
  #emptyLog(): void {
    if (this.#emptying) clearTimeout(this.#emptying);
    this.#emptying = null;
    try {
      const { busy } = checkpointRow.parse(this.#db.prepare('pragma wal_checkpoint(truncate)').get());
      if (busy === 0) return;
    } catch (error) {
      console.error('store: the write-ahead log could not be emptied yet', error);
    }
    this.#emptying = setTimeout(() => this.#emptyLog(), EMPTY_MS);
    this.#emptying.unref();
  }

  report(run: string, { reason, createdAt }: Report): Promise<void> {
    const insert = `insert into reports (run, reason, created_at)
      select ?, ?, ? where (select count(*) from reports where run = ?) < ?`;
    return this.#calls.whenFree(() => {
      this.#db.prepare(insert).run(run, reason, createdAt, run, MAX_REPORTS);
    });
  }

  reports(run: string): Promise<Report[]> {
    const sql = 'select reason, created_at as createdAt from reports where run = ? order by id';
    return this.#calls.whenFree(() =>
      this.#db
        .prepare(sql)
        .all(run)
        .map((found) => reportRow.parse(found)),
    );
  }

  latest(limit: number, reported: boolean): Promise<ListedRun[]> {
    const only = reported ? 'where exists (select 1 from reports where run = runs.id)' : '';
    const sql = `${LISTED} ${only} order by created_at desc, rowid desc limit ?`;
    return this.#calls.whenFree(() => toListed.all(this.#db.prepare(sql).all(limit)));
  }

  changedElsewhere(): Promise<boolean> {
    return this.#calls.whenFree(() => {
      const version = this.#version();
      const isNew = version !== this.#seenVersion;
      this.#seenVersion = version;
      return isNew;
    });
  }

  #version(): number {
    return changeRow.parse(this.#db.prepare('pragma data_version').get()).data_version;
  }

  async check(): Promise<void> {
    // SQLite writes it even if it stays the same.
    this.#calls.now(() => this.#db.exec('pragma application_id = 0'));
  }

  interruptUnfinished(): Promise<number> {
    return this.#calls.inTransaction(() => interruptUnfinished(this.#db));
  }

  forgetBefore(createdAt: number): Promise<void> {
    const isOld = 'coalesce(kept_from, created_at) < ? and status is not null';
    return this.#calls.inTransaction(() => {
      this.#db.prepare(`delete from runs where ${isOld} and family is null`).run(createdAt);
      this.#db.prepare(`delete from families where ${isOld}`).run(createdAt);
    });
  }

  clock(): Promise<Clock | null> {
    const sql = 'select seen_at as seenAt, latest, behind_since as behindSince from clock';
    return this.#calls.whenFree(() => {
      const found = this.#db.prepare(sql).get();
      return found ? clockRow.parse(found) : null;
    });
  }

  setClock({ seenAt, latest, behindSince }: Clock): Promise<void> {
    return this.#calls.inTransaction(() => {
      this.#db
        .prepare('replace into clock (id, seen_at, latest, behind_since) values (1, ?, ?, ?)')
        .run(seenAt, latest, behindSince);
      for (const table of ['runs', 'families'])
        this.#db.prepare(`update ${table} set kept_from = ? where kept_from > ?`).run(latest, latest);
    });
  }

  async close(): Promise<void> {
    if (this.#emptying) clearTimeout(this.#emptying);
    this.#db.close();
  }
}
