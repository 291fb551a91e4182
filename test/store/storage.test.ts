/** Whether anything can be saved, as it is found out. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { FolderMedium } from '../../server/store/folder-medium.ts';
import { DATABASE } from '../../server/store/open-database.ts';
import { SqliteStore } from '../../server/store/sqlite.ts';
import { Storage } from '../../server/store/storage.ts';

it('look: writes to the database every ten seconds, also if somebody looks each second', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'storage-'));
  const store = new SqliteStore(folder);
  const storage = new Storage(store, new FolderMedium(folder, DATABASE));
  const check = vi.spyOn(store, 'check');
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const written = [];
    for (let second = 0; second <= 25; second++) {
      const before = check.mock.calls.length;
      await storage.look();
      if (check.mock.calls.length > before) written.push(second);
      vi.advanceTimersByTime(1000);
    }
    expect(written).toEqual([0, 10, 20]);
  } finally {
    vi.useRealTimers();
    await storage.close();
    await store.close();
    fs.rmSync(folder, { recursive: true });
  }
});
