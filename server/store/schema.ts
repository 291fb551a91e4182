/**
 * The database schema, as migration steps from an empty database. `user_version` is the number of steps applied, so
 * that a database of an earlier server is upgraded and keeps its content. A step that was released is never changed.
 */
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { troubleOf } from './sqlite-errors.ts';

const STEPS = [
  // `if not exists`: the first servers created these tables without setting a version, so it is 0 there.
  `create table if not exists runs (
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
  ) strict, without rowid;`,
  `create table families (
    id text primary key,
    person text not null,
    kind text not null,
    count integer not null,
    spec text not null,
    created_at integer not null,
    status text
  ) strict;
  create index families_of_person on families (person, created_at);
  create index families_by_age on families (created_at);
  alter table runs add column family text references families (id) on delete cascade;
  alter table runs add column place integer;
  create unique index runs_of_family on runs (family, place) where family is not null;`,
  `alter table runs add column hidden text;
  alter table families add column hidden text;
  create index runs_to_remove on runs (id) where hidden = 'deleted';
  create index families_to_remove on families (id) where hidden = 'deleted';
  create table reports (
    id integer primary key,
    run text not null references runs (id) on delete cascade,
    reason text not null,
    created_at integer not null
  ) strict;
  create index reports_of_run on reports (run);`,
  // See retention.ts. `kept_from`: what the retention of a run counts from, if not its own time.
  `create table clock (
    id integer primary key check (id = 1),
    seen_at integer not null,
    latest integer not null,
    behind_since integer
  ) strict;
  alter table runs add column kept_from integer;
  alter table families add column kept_from integer;`,
  `create table rooms (
    id text primary key,
    code text not null unique,
    key text not null,
    teacher_key text not null,
    created_at integer not null,
    expires_at integer not null,
    state text not null,
    members integer not null default 0
  ) strict;
  create table members (
    room text not null references rooms (id) on delete cascade,
    number integer not null,
    person text not null,
    name text not null,
    joined_at integer not null,
    shows_name integer not null,
    hand_at integer,
    primary key (room, number)
  ) strict, without rowid;
  create unique index members_by_person on members (room, person);
  create table answers (
    room text not null,
    member integer not null,
    round integer not null,
    vote integer not null,
    choice integer not null,
    primary key (room, round, vote, member),
    foreign key (room, member) references members (room, number) on delete cascade
  ) strict, without rowid;
  create table explanations (
    room text not null,
    member integer not null,
    round integer not null,
    text text not null,
    is_shown integer not null default 0,
    primary key (room, round, member),
    foreign key (room, member) references members (room, number) on delete cascade
  ) strict, without rowid;
  alter table runs add column room text;
  alter table runs add column member integer;
  create index runs_of_room on runs (room, member, created_at) where room is not null;`,
  `create table room_programs (
    room text not null references rooms (id) on delete cascade,
    number integer not null,
    spec text not null,
    primary key (room, number)
  ) strict, without rowid;`,
  // The run that a raised hand is about.
  `alter table members add column hand_run text;`,
];

const versionRow = z.object({ user_version: z.number() });
const columnRow = z.object({ column: z.string() });

/** Thrown if a later server wrote the database: its schema is unknown here. */
export class LaterSchemaError extends Error {
  constructor(version: number) {
    super(
      `was written by a later version of this server: it has schema version ${version}, and this one supports versions up to ${STEPS.length}. Start that version, or choose another folder.`,
    );
  }
}

/** Thrown if the tables are not those of this server: another program's, or only some of them. */
export class ForeignSchemaError extends Error {
  constructor(what: string, cause?: unknown) {
    super(
      `does not have the tables of this server (${what}): it may be another program’s. Put a backup in its place, or move it away to start without runs.`,
      { cause },
    );
  }
}

/**
 * Upgrades a database to the latest schema. Throws `LaterSchemaError` or `ForeignSchemaError` if that is not possible.
 */
export function migrate(db: DatabaseSync): void {
  if (versionOf(db) !== STEPS.length) upgrade(db);
  const found = columnsOf(db);
  const missing = expectedColumns().find((column) => !found.includes(column));
  if (missing !== undefined) throw new ForeignSchemaError(`no ${missing}`);
}

function upgrade(db: DatabaseSync): void {
  // If two connections open it at once, only one of them applies the steps.
  db.exec('begin immediate');
  try {
    const version = versionOf(db);
    if (version > STEPS.length) throw new LaterSchemaError(version);
    if (version < 0) throw new ForeignSchemaError(`schema version ${version}`);
    for (const step of STEPS.slice(version)) apply(db, step);
    db.exec(`pragma user_version = ${STEPS.length}`);
    db.exec('commit');
  } catch (error) {
    // A full disk has rolled it back already.
    if (db.isTransaction) db.exec('rollback');
    throw error;
  }
}

function apply(db: DatabaseSync, step: string): void {
  try {
    db.exec(step);
  } catch (error) {
    // The steps are right: what has no other reason is about tables that are not those of the steps before.
    if (troubleOf(error) !== null || !(error instanceof Error)) throw error;
    // On Deno, the message continues with the statement.
    const [what = ''] = error.message.split(/(?: in)?\n/);
    throw new ForeignSchemaError(what, error);
  }
}

/** Returns the columns of a database, as `table.column`. */
function columnsOf(db: DatabaseSync): string[] {
  const sql = `select t.name || '.' || c.name as column from sqlite_schema t, pragma_table_info(t.name) c
    where t.type = 'table'`;
  return db
    .prepare(sql)
    .all()
    .map((row) => columnRow.parse(row).column);
}

function expectedColumns(): string[] {
  const db = new DatabaseSync(':memory:');
  try {
    for (const step of STEPS) db.exec(step);
    return columnsOf(db);
  } finally {
    db.close();
  }
}

function versionOf(db: DatabaseSync): number {
  return versionRow.parse(db.prepare('pragma user_version').get()).user_version;
}
