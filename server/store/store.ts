/** The store: runs, their logs, and families of runs, by id, in SQLite. */
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { RunEvent } from '../protocol/events.ts';
import { STATUSES, type Status } from '../protocol/facts.ts';
import { storedSpec } from '../spec/parse.ts';
import { FAMILY_KINDS, type FamilyPlan, type Spec } from '../spec/spec.ts';
import { migrate } from './schema.ts';

/** The family that a run is one of, and its place there, from 1. */
export type Membership = { family: string; place: number };

/**
 * A run as it is kept. `person` is whose it is; `createdAt` is in ms since 1970; `status` is null until it has ended.
 * `member` is left out where it was asked for by itself.
 */
export type StoredRun = {
  id: string;
  person: string;
  spec: Spec;
  createdAt: number;
  status: Status | null;
  member?: Membership;
};

/** A family as it is kept: `count` runs are planned, made from `spec`; `status` is null until it has ended. */
export type StoredFamily = FamilyPlan & {
  id: string;
  person: string;
  spec: Spec;
  createdAt: number;
  status: Status | null;
};

const common = {
  id: z.string(),
  person: z.string(),
  spec: z.string().transform((text) => storedSpec.parse(JSON.parse(text))),
  createdAt: z.number(),
  status: z.enum(STATUSES).nullable(),
};
const row = z
  .object({ ...common, family: z.string().nullable(), place: z.number().nullable() })
  .transform(
    ({ family, place, ...run }): StoredRun =>
      family === null || place === null ? run : { ...run, member: { family, place } },
  );
const familyRow = z.object({ ...common, kind: z.enum(FAMILY_KINDS), count: z.number() });
const chunkRow = z.object({ events: z.string() });
const endRow = z.object({ type: z.literal('run-ended'), status: z.enum(STATUSES) });
const countRow = z.object({ count: z.number() });

const COMMON = 'id, person, spec, created_at as createdAt, status';
const COLUMNS = `${COMMON}, family, place`;
const FAMILY_COLUMNS = `${COMMON}, kind, count`;

export class Store {
  #db: DatabaseSync;

  /** Opens the database in `folder`, which is made where it is missing. Throws where a later server has written it. */
  constructor(folder: string) {
    fs.mkdirSync(folder, { recursive: true });
    this.#db = new DatabaseSync(path.join(folder, 'playground.db'));
    // WAL without a sync at each commit: a killed server loses nothing, a power cut at most the last moments.
    this.#db.exec(`
      pragma journal_mode = wal;
      pragma synchronous = normal;
      pragma busy_timeout = 5000;
    `);
    migrate(this.#db);
  }

  create(run: StoredRun): void {
    const { family, place } = run.member ?? { family: null, place: null };
    this.#db
      .prepare(
        'insert into runs (id, person, spec, created_at, status, family, place) values (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(run.id, run.person, JSON.stringify(run.spec), run.createdAt, run.status, family, place);
  }

  /** Adds events, each as JSON, from sequence number `firstSeq`, to the log of a run. */
  append(id: string, firstSeq: number, lines: string[]): void {
    this.#db
      .prepare('insert into chunks (run, first_seq, events) values (?, ?, ?)')
      .run(id, firstSeq, lines.join('\n'));
  }

  end(id: string, status: Status): void {
    this.#db.prepare('update runs set status = ? where id = ?').run(status, id);
  }

  get(id: string): StoredRun | null {
    const found = this.#db.prepare(`select ${COLUMNS} from runs where id = ?`).get(id);
    return found ? row.parse(found) : null;
  }

  /** The events of a run, each as JSON, in order. */
  lines(id: string): string[] {
    const chunks = this.#db.prepare('select events from chunks where run = ? order by first_seq').all(id);
    return chunks.flatMap((chunk) => chunkRow.parse(chunk).events.split('\n'));
  }

  /** The latest runs of a person that are of no family, newest first. */
  ofPerson(person: string, limit: number): StoredRun[] {
    const sql = `select ${COLUMNS} from runs where person = ? and family is null order by created_at desc limit ?`;
    return this.#db
      .prepare(sql)
      .all(person, limit)
      .map((found) => row.parse(found));
  }

  createFamily({ id, person, kind, count, spec, createdAt, status }: StoredFamily): void {
    this.#db
      .prepare(
        'insert into families (id, person, kind, count, spec, created_at, status) values (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(id, person, kind, count, JSON.stringify(spec), createdAt, status);
  }

  endFamily(id: string, status: Status): void {
    this.#db.prepare('update families set status = ? where id = ?').run(status, id);
  }

  /** Takes back a family that has no runs. */
  removeFamily(id: string): void {
    this.#db.prepare('delete from families where id = ?').run(id);
  }

  family(id: string): StoredFamily | null {
    const found = this.#db.prepare(`select ${FAMILY_COLUMNS} from families where id = ?`).get(id);
    return found ? familyRow.parse(found) : null;
  }

  /** The runs of a family that there are, in the order of their places. */
  ofFamily(family: string): StoredRun[] {
    const sql = `select ${COLUMNS} from runs where family = ? order by place`;
    return this.#db
      .prepare(sql)
      .all(family)
      .map((found) => row.parse(found));
  }

  /** The latest families of a person, newest first. */
  familiesOfPerson(person: string, limit: number): StoredFamily[] {
    const sql = `select ${FAMILY_COLUMNS} from families where person = ? order by created_at desc limit ?`;
    return this.#db
      .prepare(sql)
      .all(person, limit)
      .map((found) => familyRow.parse(found));
  }

  /** Ends as interrupted what an earlier server left unfinished: its processes died with it. Returns how many runs. */
  interruptUnfinished(): number {
    // Where all of its runs have ended, only that was still to be written.
    this.#db.exec(`
      update families set status = case
        when count = (select count(*) from runs where family = families.id and runs.status is not null)
        then 'completed' else 'interrupted' end
      where status is null
    `);
    const unfinished = this.#db
      .prepare('select id, created_at as count from runs where status is null')
      .all();
    for (const found of unfinished) {
      const id = z.string().parse(found.id);
      const lines = this.lines(id);
      const told = endRow.safeParse(JSON.parse(lines.at(-1) ?? 'null'));
      if (told.success) {
        // Its end was written, and then no more.
        this.end(id, told.data.status);
        continue;
      }
      const seq = lines.length + 1;
      this.append(id, seq, [JSON.stringify(interruption(seq, countRow.parse(found).count))]);
      this.end(id, 'interrupted');
    }
    return unfinished.length;
  }

  /** Forgets runs created before `createdAt`, and families with all their runs: no family is kept in part. */
  forgetBefore(createdAt: number): void {
    this.#db
      .prepare('delete from runs where created_at < ? and status is not null and family is null')
      .run(createdAt);
    this.#db.prepare('delete from families where created_at < ? and status is not null').run(createdAt);
  }

  close(): void {
    this.#db.close();
  }
}

/** How the log of a run ends, as event `seq`, that was created at `createdAt` and whose end nobody wrote. */
export function interruption(seq: number, createdAt: number): RunEvent {
  const atMs = Math.max(0, Date.now() - createdAt);
  const error = 'The server was stopped while this run was under way.';
  return { seq, pass: null, atMs, type: 'run-ended', status: 'interrupted', error };
}
