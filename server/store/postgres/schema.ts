/**
 * The schema of the PostgreSQL database, as steps from an empty one. `schema_version` has the number of steps applied,
 * so that a database of an earlier server is upgraded and keeps its content. A step that was released is never changed.
 */
import { z } from 'zod';
import { SettingsError } from '../../settings.ts';
import type { Database, Queries } from './connect.ts';
import { ENTER_QUEUE } from './enter-queue.ts';

/** Held by whoever migrates: any number that no other program in the same database takes. */
const LOCK = 7_015_203_381;

const STEPS = [
  // `entry`: the order in which runs were added. `kept_from`: see retention.ts.
  `create table families (
    id text primary key,
    person text not null,
    kind text not null,
    count integer not null,
    spec text not null,
    created_at bigint not null,
    status text,
    hidden text,
    kept_from bigint
  );
  create index families_of_person on families (person, created_at);
  create index families_by_age on families (created_at);
  create index families_to_remove on families (id) where hidden = 'deleted';
  create index families_unfinished on families (id) where status is null;
  create table runs (
    id text primary key,
    entry bigint generated always as identity,
    person text not null,
    spec text not null,
    created_at bigint not null,
    status text,
    family text references families (id) on delete cascade,
    place integer,
    hidden text,
    kept_from bigint,
    room text,
    member integer
  );
  create index runs_of_person on runs (person, created_at);
  create index runs_by_age on runs (created_at, entry);
  create unique index runs_of_family on runs (family, place) where family is not null;
  create index runs_to_remove on runs (id) where hidden = 'deleted';
  create index runs_unfinished on runs (id) where status is null;
  create index runs_of_room on runs (room, member, created_at) where room is not null;
  create table chunks (
    run text not null references runs (id) on delete cascade,
    first_seq integer not null,
    events text not null,
    primary key (run, first_seq)
  );
  create table reports (
    id bigint generated always as identity primary key,
    run text not null references runs (id) on delete cascade,
    reason text not null,
    created_at bigint not null
  );
  create index reports_of_run on reports (run);
  create table clock (
    id integer primary key check (id = 1),
    seen_at bigint not null,
    latest bigint not null,
    behind_since bigint
  );
  create table rooms (
    id text primary key,
    code text not null unique,
    key text not null,
    teacher_key text not null,
    created_at bigint not null,
    expires_at bigint not null,
    state text not null,
    members integer not null default 0
  );
  create table members (
    room text not null references rooms (id) on delete cascade,
    number integer not null,
    person text not null,
    name text not null,
    joined_at bigint not null,
    shows_name boolean not null,
    hand_at bigint,
    hand_run text,
    primary key (room, number)
  );
  create unique index members_by_person on members (room, person);
  create table answers (
    room text not null,
    member integer not null,
    round integer not null,
    vote integer not null,
    choice integer not null,
    primary key (room, round, vote, member),
    foreign key (room, member) references members (room, number) on delete cascade
  );
  create table explanations (
    room text not null,
    member integer not null,
    round integer not null,
    text text not null,
    is_shown boolean not null default false,
    primary key (room, round, member),
    foreign key (room, member) references members (room, number) on delete cascade
  );
  create table room_programs (
    room text not null references rooms (id) on delete cascade,
    number integer not null,
    spec text not null,
    primary key (room, number)
  );
  create table secret (
    id integer primary key check (id = 1),
    secret text not null
  );
  -- How often each server has hidden or removed something: see PostgresStore.changedElsewhere.
  create table changes (
    source text primary key,
    count bigint not null,
    changed_at timestamptz not null default now()
  );`,
  // Runs that wait (without a server), or that a server has claimed: see cluster.ts.
  `create table servers (
    id text primary key,
    role text not null,
    beat bigint not null default 0,
    is_dead boolean not null default false,
    cores double precision not null,
    memory_mib double precision not null,
    runtimes text[] not null,
    sandboxed text[] not null
  );
  create table queue (
    run text primary key references runs (id) on delete cascade,
    entry bigint generated always as identity,
    round integer not null,
    person text not null,
    network text,
    cores double precision not null,
    memory_mib double precision not null,
    runtime text not null,
    is_sandboxed boolean not null,
    pass_seconds integer not null,
    server text references servers (id),
    is_begun boolean not null default false,
    stop_status text,
    stop_why text
  );
  create index queue_in_order on queue (round, entry) where server is null;
  create index queue_of_person on queue (person, round);
  create index queue_of_server on queue (server) where server is not null;
  alter table families add column server text;`,
  // Rooms that several servers change: see shared-rooms.ts. A row's version is that of its room when it was written.
  `alter table rooms add column version bigint not null default 0;
  alter table answers add column version bigint not null default 0;
  alter table explanations add column version bigint not null default 0;
  create index runs_added_to_room on runs (room, entry) where room is not null;
  create index members_of_person on members (person);
  create index members_by_hand_run on members (hand_run) where hand_run is not null;
  create table device_codes (
    room text not null,
    member integer not null,
    code text not null,
    expires_at timestamptz not null,
    primary key (room, member),
    unique (room, code),
    foreign key (room, member) references members (room, number) on delete cascade
  );
  create table room_looks (
    room text not null references rooms (id) on delete cascade,
    member integer not null,
    server text not null,
    run text not null,
    session text,
    look text,
    looked_at timestamptz,
    joined_at timestamptz not null default clock_timestamp(),
    seen_at timestamptz not null default clock_timestamp(),
    primary key (room, member, server)
  );`,
  // What people have used of what they may use: see allowances.ts.
  `create table allowances (
    kind text not null,
    key text not null,
    used double precision not null,
    most double precision not null,
    period_ms double precision not null,
    at timestamptz not null,
    primary key (kind, key)
  );`,
  // When a server died. What a run in the queue asks for, and since when. The server that submits a family’s runs.
  `delete from servers;
  alter table servers add column died_at timestamptz, add column sandbox jsonb not null;
  alter table queue
    add column room text,
    add column needs double precision not null default 0,
    add column lasts_ms double precision not null default 0,
    add column is_exclusive boolean not null default false,
    add column shares boolean not null default false,
    add column entered_at timestamptz not null default clock_timestamp(),
    add column claimed_at timestamptz;
  create index queue_of_room on queue (room) where room is not null;
  alter table families add column owner text;`,
  // What another server needs to go on with a family, and whether it is to be stopped.
  `alter table families add column submitter jsonb, add column is_stopped boolean not null default false;
  create index families_of_owner on families (owner) where status is null;`,
  // The place of a run on the server that executes it, while it waits there between two passes, as JSON.
  'alter table queue add column place text;',
  // The DATA_DIRs that were imported: see import.ts.
  `create table imports (
    source text primary key,
    imported_at timestamptz not null default now()
  );`,
  // Runs come and go all the time: what is left of them is removed early.
  `create index queue_of_network on queue (network) where network is not null;
  alter table queue set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);`,
  // The turn of a run's network within its round. All unknown networks count as one.
  `alter table queue add column turn integer not null default 0;
  drop index queue_in_order;
  create index queue_in_order on queue (round, turn, entry) where server is null;
  create index queue_turns on queue (coalesce(network, ''), round, turn);`,
  // By which a run enters the queue.
  ENTER_QUEUE,
];

const versionRow = z.object({ version: z.int().min(0) });
const tableRow = z.object({ name: z.string() });
const serverRow = z.object({ number: z.number() });

/** The earliest version of PostgreSQL that is tried, as `server_version_num`. */
const EARLIEST = 150_000;

/**
 * Upgrades a database to the latest schema. Several servers may do so at once: one of them does it, the others wait.
 * Rejects with `SettingsError` if a later server has upgraded it, or if it has tables of another program.
 */
export function migrate(database: Database): Promise<void> {
  return database.transaction(async (queries) => {
    await checkServer(queries);
    await queries.rows('select pg_advisory_xact_lock($1)', [LOCK]);
    const version = await versionOf(queries);
    if (version > STEPS.length)
      throw new SettingsError(
        `DATABASE_URL: the database was written by a later version of this server: it has schema version ${version}, and this one supports versions up to ${STEPS.length}. Start that version, or choose another database.`,
      );
    if (version === STEPS.length) return;
    for (const step of STEPS.slice(version)) await queries.rows(step);
    await queries.rows('update schema_version set version = $1', [STEPS.length]);
  });
}

async function checkServer(queries: Queries): Promise<void> {
  const [row] = await queries.rows(`select current_setting('server_version_num')::int as number`);
  const { number } = serverRow.parse(row);
  if (number < EARLIEST)
    throw new SettingsError(
      `DATABASE_URL: the database is PostgreSQL ${Math.floor(number / 10_000)}. This server needs PostgreSQL 15 or later.`,
    );
}

/** Returns the number of steps that were applied. */
async function versionOf(queries: Queries): Promise<number> {
  const [table] = await queries.rows(
    `select 1 from pg_catalog.pg_tables where schemaname = current_schema() and tablename = 'schema_version'`,
  );
  if (table === undefined) {
    const [other] = await queries.rows(
      `select tablename as name from pg_catalog.pg_tables where schemaname = current_schema()
        and tablename in ('runs', 'families', 'chunks', 'rooms', 'members', 'servers', 'queue') limit 1`,
    );
    if (other !== undefined)
      throw new SettingsError(
        `DATABASE_URL: the database has a table “${tableRow.parse(other).name}” of another program. Choose an empty database.`,
      );
    await queries.rows('create table schema_version (version integer not null)');
    await queries.rows('insert into schema_version (version) values (0)');
  }
  const [row] = await queries.rows('select version from schema_version');
  return versionRow.parse(row).version;
}
