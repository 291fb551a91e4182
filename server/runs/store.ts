/** The store: runs and their logs, by id, in SQLite. */
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { type RunEvent, STATUSES, type Status } from './events.ts';
import { type Spec, storedSpec } from './spec.ts';

/** A run as it is kept. `person` is whose it is; `createdAt` is in ms since 1970; `status` is null until it has ended. */
export type StoredRun = {
  id: string;
  person: string;
  spec: Spec;
  createdAt: number;
  status: Status | null;
};

const row = z.object({
  id: z.string(),
  person: z.string(),
  spec: z.string().transform((text) => storedSpec.parse(JSON.parse(text))),
  createdAt: z.number(),
  status: z.enum(STATUSES).nullable(),
});
const chunkRow = z.object({ events: z.string() });
const endRow = z.object({ type: z.literal('run-ended'), status: z.enum(STATUSES) });
const countRow = z.object({ count: z.number() });

const COLUMNS = 'id, person, spec, created_at as createdAt, status';

export class Store {
  #db: DatabaseSync;

  /** Opens the database in `folder`, which is made where it is missing. */
  constructor(folder: string) {
    fs.mkdirSync(folder, { recursive: true });
    this.#db = new DatabaseSync(path.join(folder, 'playground.db'));
    // WAL without a sync at each commit: a killed server loses nothing, a power cut at most the last moments.
    this.#db.exec(`
      pragma journal_mode = wal;
      pragma synchronous = normal;
      pragma busy_timeout = 5000;
      create table if not exists runs (
        id text primary key,
        person text not null,
        spec text not null,
        created_at integer not null,
        status text
      ) strict;
      create index if not exists runs_of_person on runs (person, created_at);
      create index if not exists runs_by_age on runs (created_at);
      create table if not exists chunks (
        run text not null references runs (id) on delete cascade,
        first_seq integer not null,
        events text not null,
        primary key (run, first_seq)
      ) strict, without rowid;
    `);
  }

  create(run: StoredRun): void {
    this.#db
      .prepare('insert into runs (id, person, spec, created_at, status) values (?, ?, ?, ?, ?)')
      .run(run.id, run.person, JSON.stringify(run.spec), run.createdAt, run.status);
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

  /** The latest runs of a person, newest first. */
  ofPerson(person: string, limit: number): StoredRun[] {
    const sql = `select ${COLUMNS} from runs where person = ? order by created_at desc limit ?`;
    return this.#db
      .prepare(sql)
      .all(person, limit)
      .map((found) => row.parse(found));
  }

  /** Ends as interrupted what an earlier server left unfinished: its processes died with it. Returns how many. */
  interruptUnfinished(): number {
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

  /** Forgets runs created before `createdAt`. */
  forgetBefore(createdAt: number): void {
    this.#db.prepare('delete from runs where created_at < ? and status is not null').run(createdAt);
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
