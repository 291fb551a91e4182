/** The SQLite store: the contract of stores, its folder, and synchronous writes. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteStore } from '../../server/store/sqlite.ts';
import { storeContract } from './contract.ts';
import { roomContract } from './rooms-contract.ts';
import { run, spec } from './stored.ts';

const newFolder = () => fs.mkdtempSync(path.join(os.tmpdir(), 'store-'));

const newPlace = async () => {
  const folder = newFolder();
  return {
    open: async () => new SqliteStore(folder),
    remove: async () => fs.rmSync(folder, { recursive: true }),
  };
};
storeContract('SqliteStore', newPlace);
roomContract('SqliteStore', newPlace);

describe('SqliteStore', () => {
  let folder: string;
  let store: SqliteStore;
  beforeEach(() => {
    folder = newFolder();
    store = new SqliteStore(folder);
  });
  afterEach(async () => {
    await store.close();
    fs.rmSync(folder, { recursive: true });
  });

  it('SqliteStore: creates its folder, and the parents', async () => {
    const deep = path.join(folder, 'a/b');
    await new SqliteStore(deep).close();
    expect(fs.existsSync(path.join(deep, 'playground.db'))).toBe(true);
  });

  it('SqliteStore: is in WAL mode', () => {
    const db = new DatabaseSync(path.join(folder, 'playground.db'));
    expect(db.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' });
    db.close();
  });

  it('remove: nothing of a run stays in the files', async () => {
    const secrets = ['a secret in a log', 'a secret in a report', 'a secret in a lesson'];
    await store.create(run('a', { spec: { ...spec, lesson: secrets[2] ?? '' } }));
    await store.create(run('b'));
    await store.append('a', 1, [secrets[0] ?? '', 'x'.repeat(100_000)]);
    await store.report('a', { reason: secrets[1] ?? '', createdAt: 1 });
    const inFiles = (text: string) =>
      fs.readdirSync(folder).some((file) => fs.readFileSync(path.join(folder, file)).includes(text));
    for (const secret of secrets) expect(inFiles(secret)).toBe(true);
    await store.remove('a');
    for (const secret of secrets) expect(inFiles(secret)).toBe(false);
    expect(inFiles('one-by-one')).toBe(true);
  });

  it('append: completes synchronously', async () => {
    await store.create(run('a'));
    expect(store.append('a', 1, ['x'])).toBeUndefined();
    const db = new DatabaseSync(path.join(folder, 'playground.db'));
    expect(db.prepare('select events from chunks').all()).toEqual([{ events: 'x' }]);
    db.close();
    expect(() => store.append('a', 1, ['y'])).toThrow();
  });
});
