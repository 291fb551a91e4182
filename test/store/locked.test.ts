/** The SQLite store while another process locks the database: it waits without blocking, and loses nothing. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteStore } from '../../server/store/sqlite.ts';
import { troubleOf } from '../../server/store/sqlite-errors.ts';
import { hold, READER, WRITER } from './lock-holder.ts';
import { run } from './stored.ts';

let folder: string;
let store: SqliteStore;
let release: () => Promise<void>;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'locked-'));
  store = new SqliteStore(folder);
});
afterEach(async () => {
  await release();
  await store.close();
  fs.rmSync(folder, { recursive: true });
});

async function lock(sql: string): Promise<void> {
  release = await hold(path.join(folder, 'playground.db'), sql);
}

describe('SqliteStore: a lock of another process', () => {
  it('a write waits for it, and meanwhile everything else goes on, and everything can be read', async () => {
    await store.create(run('a'));
    await lock(WRITER);
    const writes = [store.create(run('b')), store.end('a', 'completed'), store.hide('a', 'blocked')];
    let isWritten = false;
    const written = Promise.all(writes).then(() => {
      isWritten = true;
    });
    for (let turn = 0; turn < 50; turn++) {
      await new Promise(setImmediate);
      expect(await store.get('a')).toEqual(run('a'));
      expect(await store.get('b')).toBeNull();
    }
    expect(isWritten).toBe(false);
    await release();
    await written;
    expect((await store.get('a'))?.status).toBe('completed');
    expect(await store.hidden('a')).toBe('blocked');
    expect(await store.get('b')).toEqual(run('b'));
  });

  it('a write fails if it takes too long, and has changed nothing; so does an event, at once', async () => {
    await store.create(run('a'));
    await lock(WRITER);
    const isLocked = (error: unknown) => troubleOf(error) === 'locked';
    await expect(store.create(run('b'))).rejects.toSatisfy(isLocked);
    expect(() => store.append('a', 1, ['x'])).toThrow('locked');
    // No call blocks while it is known that there is a lock.
    expect(store.database.prepare('pragma busy_timeout').get()).toEqual({ timeout: 0 });
    await release();
    store.append('a', 1, ['x']);
    expect(store.database.prepare('pragma busy_timeout').get()).toEqual({ timeout: 20 });
    expect(await store.lines('a')).toEqual(['x']);
    expect(await store.get('b')).toBeNull();
    await store.create(run('b'));
  });

  it('remove: nothing of a run stays in the files when a reader that still sees it has gone', async () => {
    await store.create(run('a'));
    store.append('a', 1, ['a secret', 'x'.repeat(100_000)]);
    const isInFiles = () =>
      fs.readdirSync(folder).some((file) => fs.readFileSync(path.join(folder, file)).includes('a secret'));
    await lock(READER);
    await store.remove('a');
    expect(await store.lines('a')).toEqual([]);
    expect(isInFiles()).toBe(true);
    await release();
    await expect.poll(isInFiles).toBe(false);
  });
});
