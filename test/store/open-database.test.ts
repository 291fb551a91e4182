/** Opening the database: without shared memory for WAL, and what is said of a file that cannot be used. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwayError, SettingsError } from '../../server/settings.ts';
import { holdDataFolder } from '../../server/store/data-folder.ts';
import { openDatabase } from '../../server/store/open-database.ts';
import { SqliteStore } from '../../server/store/sqlite.ts';
import { smallDisk } from '../small-disk.ts';
import { spec } from './stored.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'open-'));
  file = path.join(folder, 'playground.db');
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** Fills a database of some pages. */
function fill(): void {
  const { db } = openDatabase(folder);
  const insert = db.prepare(`insert into runs (id, person, spec, created_at) values (?, 'ann', ?, 1)`);
  for (let n = 0; n < 200; n++) insert.run(`${n}`, JSON.stringify(spec));
  db.close();
}

/** Overwrites a part of the file. */
function write(bytes: Buffer, at: number): void {
  const open = fs.openSync(file, 'r+');
  fs.writeSync(open, bytes, 0, bytes.length, at);
  fs.closeSync(open);
}

describe('openDatabase: a file system without shared memory', () => {
  it('openDatabase: one connection has it alone, in WAL mode, also after it was not closed', () => {
    // SQLite cannot map it, as any file on such a file system.
    execFileSync('mkfifo', [`${file}-shm`]);
    for (const runs of [1, 2]) {
      const { db, isAlone } = openDatabase(folder);
      expect(isAlone).toBe(true);
      db.prepare(`insert into runs (id, person, spec, created_at) values (?, 'ann', '', 1)`).run(`${runs}`);
      expect(db.prepare('select count(*) as runs from runs').get()).toEqual({ runs });
      expect(db.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' });
      const other = new DatabaseSync(file);
      expect(() => other.prepare('select count(*) from runs').get()).toThrow('locked');
      other.close();
      // What a killed server leaves.
      fs.cpSync(folder, `${folder}-killed`, { recursive: true, filter: (name) => !name.endsWith('-shm') });
      db.close();
    }
    fs.rmSync(folder, { recursive: true });
    fs.renameSync(`${folder}-killed`, folder);
    execFileSync('mkfifo', [`${file}-shm`]);
    const { db, isAlone } = openDatabase(folder);
    expect(isAlone).toBe(true);
    expect(db.prepare('select count(*) as runs from runs').get()).toEqual({ runs: 2 });
    db.close();
  });

  it('openDatabase: elsewhere it is shared', () => {
    const { db, isAlone } = openDatabase(folder);
    expect(isAlone).toBe(false);
    const other = openDatabase(folder);
    expect(other.isAlone).toBe(false);
    other.db.close();
    db.close();
  });

  it('holdDataFolder: a second server is refused there, too', async () => {
    execFileSync('mkfifo', [`${file}-shm`]);
    const held = holdDataFolder(folder);
    const store = new SqliteStore(folder);
    expect(() => holdDataFolder(folder)).toThrow('in use by another server');
    await store.close();
    held.release();
  });
});

describe('openDatabase: a file that cannot be used', () => {
  it.each([
    ['a text', /playground.db is not a database/, () => fs.writeFileSync(file, 'no database\n'.repeat(1000))],
    ['a folder', /playground.db is a folder/, () => fs.mkdirSync(file)],
    [
      'a half',
      /playground.db is damaged/,
      () => {
        fill();
        fs.truncateSync(file, 20_000);
      },
    ],
    [
      'without a page',
      /playground.db is damaged/,
      () => {
        fill();
        write(Buffer.alloc(4096), Math.floor(fs.statSync(file).size / 8192) * 4096);
      },
    ],
    [
      'without a header',
      /playground.db is not a database/,
      () => {
        fill();
        write(Buffer.alloc(100), 0);
      },
    ],
    [
      'of a later version',
      /playground.db was written by a later version of this server: it has schema version 99/,
      () => {
        const { db } = openDatabase(folder);
        db.exec('pragma user_version = 99');
        db.close();
      },
    ],
  ])('openDatabase: one that is %s is named, with what to do, and stays as it is', (_, words, make) => {
    make();
    const before = fs.statSync(file).isFile() ? fs.readFileSync(file) : null;
    let refused: unknown;
    try {
      openDatabase(folder, { check: true });
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(SettingsError);
    const { message } = refused as SettingsError;
    expect(message).toMatch(words);
    expect(message).toMatch(new RegExp(`^DATA_DIR=${folder}: [^\n]+\\.$`));
    if (before) expect(fs.readFileSync(file).equals(before)).toBe(true);
  });

  it('openDatabase: an empty file, as a server leaves that was killed at its first start, is filled', () => {
    fs.writeFileSync(file, '');
    openDatabase(folder, { check: true }).db.close();
    expect(fs.statSync(file).size).toBeGreaterThan(0);
  });
});

const disk = smallDisk(1);
describe.skipIf(disk === null)('openDatabase: a full disk', () => {
  afterAll(() => disk?.unmount());

  it('openDatabase: on a full disk it is refused as what can pass, since there may be room the next time', () => {
    disk?.fill();
    let thrown: unknown;
    try {
      openDatabase(disk?.folder ?? '');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(AwayError);
    expect(String(thrown)).toContain('cannot be used: the disk is full.');
    disk?.free();
    openDatabase(disk?.folder ?? '').db.close();
  });
});
