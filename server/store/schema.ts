/**
 * The database schema, as migration steps from an empty database. `user_version` is the number of steps applied, so
 * that a database of an earlier server is upgraded and keeps its content. A step that was released is never changed.
 */
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

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
];

const versionRow = z.object({ user_version: z.number() });

/** Upgrades a database to the latest schema. Throws if a later server wrote it, because its schema is unknown here. */
export function migrate(db: DatabaseSync): void {
  // If two connections open it at once, only one of them applies the steps.
  db.exec('begin immediate');
  try {
    const { user_version: version } = versionRow.parse(db.prepare('pragma user_version').get());
    if (version > STEPS.length)
      throw new Error(
        `The database has version ${version}, but this server supports only versions up to ${STEPS.length}.`,
      );
    for (const step of STEPS.slice(version)) db.exec(step);
    // Written only if it changes: other servers would notice.
    if (version < STEPS.length) db.exec(`pragma user_version = ${STEPS.length}`);
    db.exec('commit');
  } catch (error) {
    db.exec('rollback');
    throw error;
  }
}
