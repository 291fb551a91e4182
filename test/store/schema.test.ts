/** A database of another version: an older one is upgraded and keeps its content, a newer one is left unchanged. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SettingsError } from '../../server/settings.ts';
import { SqliteStore } from '../../server/store/sqlite.ts';
import { family, member, run, spec } from './stored.ts';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'schema-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** Creates a database as it was before families, and before versions were set. */
const OLD_SHAPE = `
  pragma journal_mode = wal;
  create table runs (
    id text primary key,
    person text not null,
    spec text not null,
    created_at integer not null,
    status text
  ) strict;
  create index runs_of_person on runs (person, created_at);
  create index runs_by_age on runs (created_at);
  create table chunks (
    run text not null references runs (id) on delete cascade,
    first_seq integer not null,
    events text not null,
    primary key (run, first_seq)
  ) strict, without rowid;
`;

describe('SqliteStore: a database of another version', () => {
  function open(file: string): DatabaseSync {
    return new DatabaseSync(path.join(folder, file, 'playground.db'));
  }

  it('SqliteStore: a database from before families keeps its runs and logs, and accepts families', async () => {
    fs.mkdirSync(path.join(folder, 'old'));
    const db = open('old');
    db.exec(OLD_SHAPE);
    const insert = db.prepare('insert into runs values (?, ?, ?, ?, ?)');
    insert.run('done', 'ann', JSON.stringify(spec), 1000, 'completed');
    insert.run('live', 'bob', JSON.stringify(spec), 2000, null);
    db.prepare('insert into chunks values (?, ?, ?)').run('done', 1, '{"seq":1}\n{"seq":2}');
    db.close();

    for (const _ of ['brought up to date', 'as it is from then on']) {
      const old = new SqliteStore(path.join(folder, 'old'));
      expect(await old.get('done')).toEqual(run('done', { status: 'completed' }));
      expect(await old.lines('done')).toEqual(['{"seq":1}', '{"seq":2}']);
      expect(await old.get('live')).toMatchObject({ person: 'bob', status: null });
      expect((await old.ofPerson('ann', 9)).map(({ id }) => id)).toEqual(['done']);
      await old.close();
    }
    const old = new SqliteStore(path.join(folder, 'old'));
    await old.createFamily(family('f'));
    await old.create(member('r1', 'f', 1));
    expect(await old.ofFamily('f')).toEqual([member('r1', 'f', 1)]);
    await old.forgetBefore(9000);
    expect(await old.get('done')).toBeNull();
    expect(await old.lines('done')).toEqual([]);
    await old.close();
    const after = open('old');
    expect(after.prepare('pragma user_version').get()).toEqual({ user_version: 7 });
    expect(after.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' });
    expect(after.prepare('pragma foreign_key_check').all()).toEqual([]);
    after.close();
  });

  it('SqliteStore: a database of a later server is left unchanged', async () => {
    await new SqliteStore(path.join(folder, 'new')).close();
    const db = open('new');
    db.exec('pragma user_version = 99');
    expect(() => new SqliteStore(path.join(folder, 'new'))).toThrow(/version 99/);
    expect(db.prepare('pragma user_version').get()).toEqual({ user_version: 99 });
    db.close();
  });

  it('SqliteStore: a step that fails leaves the database as it was', () => {
    fs.mkdirSync(path.join(folder, 'odd'));
    const db = open('odd');
    db.exec(OLD_SHAPE);
    // This table has the name of the index that the second step creates last.
    db.exec('create table runs_of_family (id text)');
    expect(() => new SqliteStore(path.join(folder, 'odd'))).toThrow();
    expect(db.prepare('pragma user_version').get()).toEqual({ user_version: 0 });
    expect(db.prepare('pragma table_info(runs)').all()).toHaveLength(5);
    expect(db.prepare('pragma table_info(families)').all()).toEqual([]);
    db.close();
  });

  it.each([
    [
      'another program’s, with a table of the same name',
      'create table runs (id text)',
      /no such column: person/,
    ],
    ['one that says it is of an earlier server', 'pragma user_version = 2', /duplicate column/],
    ['one with a version below zero', 'pragma user_version = -3', /version -3/],
    ['one without one of the tables', 'drop table chunks', /no chunks\.run/],
  ])('SqliteStore: a database that is %s is refused in words', async (_, sql, why) => {
    const place = path.join(folder, 'foreign');
    if (sql.startsWith('create')) fs.mkdirSync(place);
    else await new SqliteStore(place).close();
    const db = open('foreign');
    db.exec(sql);
    const opening = () => new SqliteStore(place);
    expect(opening).toThrow(SettingsError);
    expect(opening).toThrow(/playground\.db does not have the tables of this server/);
    expect(opening).toThrow(why);
    db.close();
  });
});
