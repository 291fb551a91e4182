/** What a server that stops leaves in the store, for runs under way and waiting. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createApp } from '../../server/app.ts';
import { startPlayground } from '../../server/playground.ts';
import { readSettings } from '../../server/settings.ts';
import { SqliteStore } from '../../server/store/sqlite.ts';
import { submit } from '../contract/play.ts';
import { ENDLESS, ONE_AT_A_TIME } from '../playground-app.ts';
import { prepared } from '../prepared.ts';

it('close: the log of every run, under way or waiting, ends with its interruption', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'close-'));
  const settings = readSettings({ DATA_DIR: folder, READY: '0', ...ONE_AT_A_TIME });
  const playground = await startPlayground(settings, prepared());
  const spec = { ...ENDLESS, modes: [...ENDLESS.modes], lesson: 'join' };
  const runs = await Promise.all(Array.from({ length: 5 }, () => submit(playground, spec)));
  expect(await playground.runs.load()).toEqual({ active: 1, waiting: 4 });
  const app = createApp({ playground });
  expect((await app.request('/readyz')).status).toBe(200);
  const closing = playground.close();
  // At once, so that nobody is sent to a server that takes no more runs.
  expect(playground.health.isStopping).toBe(true);
  const refused = await app.request('/readyz');
  expect([refused.status, await refused.json()]).toMatchObject([503, { status: 'stopping' }]);
  await closing;
  const store = new SqliteStore(folder);
  const logs = await Promise.all(runs.map(({ id }) => store.lines(id)));
  await store.close();
  fs.rmSync(folder, { recursive: true });
  for (const lines of logs) {
    const types = lines.map((line) => JSON.parse(line).type);
    expect(types.indexOf('run-ended')).toBe(types.length - 1);
  }
});
