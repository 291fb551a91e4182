/**
 * The shape of the database, as steps from an empty one. How many it has gone is its `user_version`, so that one that
 * an earlier server wrote is brought up to date, with all that is in it. A step that was released is never changed.
 */
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const STEPS = [
  // Without a version when it was first written: an earlier database has these tables, and says 0.
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
];

const versionRow = z.object({ user_version: z.number() });

/** Brings a database to the shape of today. Throws where a later server has written it: it may hold what is not known here. */
export function migrate(db: DatabaseSync): void {
  // Two that open it at once take the steps once.
  db.exec('begin immediate');
  try {
    const { user_version: version } = versionRow.parse(db.prepare('pragma user_version').get());
    if (version > STEPS.length)
      throw new Error(
        `The database is of version ${version}; this server knows versions up to ${STEPS.length}.`,
      );
    for (const step of STEPS.slice(version)) db.exec(step);
    db.exec(`pragma user_version = ${STEPS.length}`);
    db.exec('commit');
  } catch (error) {
    db.exec('rollback');
    throw error;
  }
}
