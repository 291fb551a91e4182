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
import { interruption, type Store, type StoredFamily, type StoredRun } from './store.ts';

const common = {
  id: z.string(),
  person: z.string(),
  spec: z.string().transform((text) => storedSpec.parse(JSON.parse(text))),
  createdAt: z.number(),
  status: z.enum(STATUSES).nullable(),
};
const runRow = z
  .object({ ...common, family: z.string().nullable(), place: z.number().nullable() })
  .transform(
    ({ family, place, ...run }): StoredRun =>
      family === null || place === null ? run : { ...run, member: { family, number: place } },
  );
const familyRow = z.object({ ...common, kind: z.enum(FAMILY_KINDS), count: z.number() });
const chunkRow = z.object({ events: z.string() });
const unfinishedRow = z.object({ id: z.string(), createdAt: z.number() });
const endEvent = z.object({ type: z.literal('run-ended'), status: z.enum(STATUSES) });

const COMMON = 'id, person, spec, created_at as createdAt, status';
const RUN = `select ${COMMON}, family, place from runs`;
const FAMILY = `select ${COMMON}, kind, count from families`;

/** A store in the file `playground.db`. */
export class SqliteStore implements Store {
  #db: DatabaseSync;

  /** Opens the database in `folder`, which is created if missing. Throws if a later version of the server wrote it. */
  constructor(folder: string) {
    fs.mkdirSync(folder, { recursive: true });
    this.#db = new DatabaseSync(path.join(folder, 'playground.db'));
    // WAL without a sync at each commit: a killed server loses nothing; a power cut loses at most the last moments.
    this.#db.exec(`
      pragma journal_mode = wal;
      pragma synchronous = normal;
      pragma busy_timeout = 5000;
    `);
    migrate(this.#db);
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
    const sql = `${RUN} where person = ? and family is null order by created_at desc limit ?`;
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

  async removeFamily(id: string): Promise<void> {
    this.#db.prepare('delete from families where id = ?').run(id);
  }

  async family(id: string): Promise<StoredFamily | null> {
    const found = this.#db.prepare(`${FAMILY} where id = ?`).get(id);
    return found ? familyRow.parse(found) : null;
  }

  async ofFamily(family: string): Promise<StoredRun[]> {
    return this.#db
      .prepare(`${RUN} where family = ? order by place`)
      .all(family)
      .map((found) => runRow.parse(found));
  }

  async familiesOfPerson(person: string, limit: number): Promise<StoredFamily[]> {
    const sql = `${FAMILY} where person = ? order by created_at desc limit ?`;
    return this.#db
      .prepare(sql)
      .all(person, limit)
      .map((found) => familyRow.parse(found));
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
