/** The store as a SQLite database. Every call has completed when it returns: SQLite has no network to wait for. */
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { endsRun } from '../protocol/events.ts';
import { STATUSES, type Status } from '../protocol/facts.ts';
import { storedSpec } from '../spec/parse.ts';
import { FAMILY_KINDS } from '../spec/spec.ts';
import { migrate } from './schema.ts';
import {
  type Hidden,
  interruption,
  type ListedRun,
  MAX_REPORTS,
  type Report,
  type Store,
  type StoredFamily,
  type StoredRun,
} from './store.ts';

const common = {
  id: z.string(),
  person: z.string(),
  spec: z.string().transform((text) => storedSpec.parse(JSON.parse(text))),
  createdAt: z.number(),
  status: z.enum(STATUSES).nullable(),
};
const rowOfRun = z.object({ ...common, family: z.string().nullable(), place: z.number().nullable() });
const hidden = z.enum(['blocked', 'deleted']).nullable();
const runRow = rowOfRun.transform(runOf);
const listedRow = rowOfRun
  .extend({ hidden, reports: z.number() })
  .transform(({ hidden, reports, ...run }): ListedRun => ({ ...runOf(run), hidden, reports }));
const familyRow = z.object({ ...common, kind: z.enum(FAMILY_KINDS), count: z.number() });
const chunkRow = z.object({ events: z.string() });
const unfinishedRow = z.object({ id: z.string(), createdAt: z.number() });
const idRow = z.object({ id: z.string() });
const hiddenRow = z.object({ hidden });
const reportRow = z.object({ reason: z.string(), createdAt: z.number() });
const changeRow = z.object({ data_version: z.number() });
const endEvent = z.object({ type: z.literal('run-ended'), status: z.enum(STATUSES) });

const COMMON = 'id, person, spec, created_at as createdAt, status';
const RUN = `select ${COMMON}, family, place from runs`;
const FAMILY = `select ${COMMON}, kind, count from families`;
const LISTED = `select ${COMMON}, family, place, hidden,
  (select count(*) from reports where run = runs.id) as reports from runs`;

function runOf({ family, place, ...run }: z.infer<typeof rowOfRun>): StoredRun {
  return family === null || place === null ? run : { ...run, member: { family, number: place } };
}

/** A store in the file `playground.db`. */
export class SqliteStore implements Store {
  #db: DatabaseSync;
  /** SQLite's count of changes by other connections, when `changedElsewhere` last looked. */
  #seenVersion: number;

  /** Opens the database in `folder`, which is created if missing. Throws if a later version of the server wrote it. */
  constructor(folder: string) {
    fs.mkdirSync(folder, { recursive: true });
    this.#db = new DatabaseSync(path.join(folder, 'playground.db'));
    // Removed content is overwritten, not only released.
    // WAL without a sync at each commit: a killed server loses nothing; a power cut loses at most the last moments.
    this.#db.exec(`
      pragma journal_mode = wal;
      pragma synchronous = normal;
      pragma secure_delete = on;
      pragma busy_timeout = 5000;
    `);
    migrate(this.#db);
    this.#seenVersion = this.#version();
  }

  async create(run: StoredRun): Promise<void> {
    const { family, number: place } = run.member ?? { family: null, number: null };
    this.#db
      .prepare(
        'insert into runs (id, person, spec, created_at, status, family, place) values (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(run.id, run.person, JSON.stringify(run.spec), run.createdAt, run.status, family, place);
  }

  append(id: string, firstSeq: number, lines: string[]): void {
    this.#db
      .prepare('insert into chunks (run, first_seq, events) values (?, ?, ?)')
      .run(id, firstSeq, lines.join('\n'));
  }

  async end(id: string, status: Status): Promise<void> {
    this.#end(id, status);
  }

  #end(id: string, status: Status): void {
    this.#db.prepare('update runs set status = ? where id = ?').run(status, id);
  }

  async get(id: string): Promise<StoredRun | null> {
    const found = this.#db.prepare(`${RUN} where id = ?`).get(id);
    return found ? runRow.parse(found) : null;
  }

  async lines(id: string): Promise<string[]> {
    return this.#lines(id);
  }

  #lines(id: string): string[] {
    const chunks = this.#db.prepare('select events from chunks where run = ? order by first_seq').all(id);
    return chunks.flatMap((chunk) => chunkRow.parse(chunk).events.split('\n'));
  }

  async ofPerson(person: string, limit: number): Promise<StoredRun[]> {
    const sql = `${RUN} where person = ? and family is null and hidden is null order by created_at desc limit ?`;
    return this.#db
      .prepare(sql)
      .all(person, limit)
      .map((found) => runRow.parse(found));
  }

  async knows(person: string): Promise<boolean> {
    return this.#db.prepare('select 1 from runs where person = ? limit 1').get(person) !== undefined;
  }

  async hasFinished(person: string): Promise<boolean> {
    const sql = `select 1 from runs where person = ? and status not in ('cancelled', 'interrupted') limit 1`;
    return this.#db.prepare(sql).get(person) !== undefined;
  }

  async createFamily({ id, person, kind, count, spec, createdAt, status }: StoredFamily): Promise<void> {
    this.#db
      .prepare(
        'insert into families (id, person, kind, count, spec, created_at, status) values (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(id, person, kind, count, JSON.stringify(spec), createdAt, status);
  }

  async endFamily(id: string, status: Status): Promise<void> {
    this.#db.prepare('update families set status = ? where id = ?').run(status, id);
  }

  async family(id: string): Promise<StoredFamily | null> {
    const found = this.#db.prepare(`${FAMILY} where id = ?`).get(id);
    return found ? familyRow.parse(found) : null;
  }

  async ofFamily(family: string): Promise<StoredRun[]> {
    return this.#db
      .prepare(`${RUN} where family = ? and hidden is null order by place`)
      .all(family)
      .map((found) => runRow.parse(found));
  }

  async familiesOfPerson(person: string, limit: number): Promise<StoredFamily[]> {
    const sql = `${FAMILY} where person = ? and hidden is null order by created_at desc limit ?`;
    return this.#db
      .prepare(sql)
      .all(person, limit)
      .map((found) => familyRow.parse(found));
  }

  async hidden(id: string): Promise<Hidden | null> {
    const sql = 'select hidden from runs where id = ? union all select hidden from families where id = ?';
    const found = this.#db.prepare(sql).get(id, id);
    return found ? hiddenRow.parse(found).hidden : null;
  }

  async hide(id: string, hidden: Hidden | null): Promise<boolean> {
    const runs = this.#db.prepare('update runs set hidden = ? where id = ? or family = ?');
    const families = this.#db.prepare('update families set hidden = ? where id = ?');
    const changes = [runs.run(hidden, id, id), families.run(hidden, id)].map((done) => Number(done.changes));
    return changes.some((count) => count > 0);
  }

  async deleted(): Promise<string[]> {
    const sql = `select id from runs where hidden = 'deleted'
      union all select id from families where hidden = 'deleted'`;
    return this.#db
      .prepare(sql)
      .all()
      .map((found) => idRow.parse(found).id);
  }

  async remove(id: string): Promise<void> {
    this.#db.prepare('delete from runs where id = ?').run(id);
    this.#db.prepare('delete from families where id = ?').run(id);
    // The write-ahead log may still have the content. If another process is reading, a later checkpoint empties it.
    this.#db.exec('pragma wal_checkpoint(truncate)');
  }

  async report(run: string, { reason, createdAt }: Report): Promise<void> {
    this.#db
      .prepare(
        `insert into reports (run, reason, created_at)
        select ?, ?, ? where (select count(*) from reports where run = ?) < ?`,
      )
      .run(run, reason, createdAt, run, MAX_REPORTS);
  }

  async reports(run: string): Promise<Report[]> {
    return this.#db
      .prepare('select reason, created_at as createdAt from reports where run = ? order by id')
      .all(run)
      .map((found) => reportRow.parse(found));
  }

  async latest(limit: number, reported: boolean): Promise<ListedRun[]> {
    const only = reported ? 'where exists (select 1 from reports where run = runs.id)' : '';
    return this.#db
      .prepare(`${LISTED} ${only} order by created_at desc, rowid desc limit ?`)
      .all(limit)
      .map((found) => listedRow.parse(found));
  }

  async changedElsewhere(): Promise<boolean> {
    const version = this.#version();
    const isNew = version !== this.#seenVersion;
    this.#seenVersion = version;
    return isNew;
  }

  #version(): number {
    return changeRow.parse(this.#db.prepare('pragma data_version').get()).data_version;
  }

  async interruptUnfinished(): Promise<number> {
    this.#db.exec(`
      update families set status = case
        when count = (select count(*) from runs where family = families.id and runs.status is not null)
        then 'completed' else 'interrupted' end
      where status is null
    `);
    const unfinished = this.#db
      .prepare('select id, created_at as createdAt from runs where status is null')
      .all()
      .map((found) => unfinishedRow.parse(found));
    for (const { id, createdAt } of unfinished) {
      const lines = this.#lines(id);
      const end = lines.findLast(endsRun);
      if (end !== undefined) {
        // The server died between the last event and the status.
        this.#end(id, endEvent.parse(JSON.parse(end)).status);
        continue;
      }
      const seq = lines.length + 1;
      this.append(id, seq, [JSON.stringify(interruption(seq, createdAt))]);
      this.#end(id, 'interrupted');
    }
    return unfinished.length;
  }

  async forgetBefore(createdAt: number): Promise<void> {
    this.#db
      .prepare('delete from runs where created_at < ? and status is not null and family is null')
      .run(createdAt);
    this.#db.prepare('delete from families where created_at < ? and status is not null').run(createdAt);
  }

  async close(): Promise<void> {
    this.#db.close();
  }
}
