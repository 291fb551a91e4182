/** Runs whose process never finishes booting, because it was stopped: they can be cancelled, and the server can stop. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startPlayground } from '../../../server/playground.ts';
import type { Playground } from '../../../server/routes/playground.ts';
import type { RunRecord } from '../../../server/runs/execution.ts';
import { readSettings } from '../../../server/settings.ts';
import { JAVASCRIPT, type Runtime } from '../../../server/spec/runtimes.ts';
import { SqliteStore } from '../../../server/store/sqlite.ts';
import { readAll, submit } from '../../contract/play.ts';
import { programProcesses } from '../../contract/processes.ts';
import { prepared } from '../../prepared.ts';
import { until } from '../../runtime/server-process.ts';

/** Below the longest boot, in ms: a test that waits for that fails. */
const timeout = 20_000;

let folder: string;
let playground: Playground;
/** Closes the playground, once. */
let close: () => Promise<void>;
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stuck-'));
  const { build, calibrate } = prepared();
  const options = {
    build: async (to: string) => {
      const built = await build(to);
      fs.writeFileSync(built.entry, 'setInterval(() => {}, 1000);');
      return built;
    },
    calibrate,
  };
  playground = await startPlayground(readSettings({ DATA_DIR: folder, READY: '0' }), options);
  let closing: Promise<void> | undefined;
  close = () => {
    closing ??= playground.close();
    return closing;
  };
});
afterEach(async () => {
  await close();
  fs.rmSync(folder, { recursive: true });
});

/** Submits a run, and stops its process. Returns the run once it waits for that. */
async function submitStuck(runtime: Runtime): Promise<RunRecord> {
  const run = await submit(playground, { lesson: 'join', runtime });
  await until('its process boots', () => programProcesses(folder).length === 1);
  for (const pid of programProcesses(folder)) process.kill(pid, 'SIGSTOP');
  return run;
}

describe.each(JAVASCRIPT)('a boot that was stopped, on %s', (runtime) => {
  it(`cancel: ends a run that waits for it, on ${runtime}`, { timeout }, async () => {
    const { id, log } = await submitStuck(runtime);
    await playground.runs.cancel(id);
    expect((await readAll(log)).map(({ type }) => type)).toEqual(['run-started', 'run-ended']);
    expect(await playground.runs.get(id)).toMatchObject({ status: 'cancelled' });
    expect(programProcesses(folder)).toEqual([]);
  });

  it(`close: interrupts a run that waits for it, on ${runtime}`, { timeout }, async () => {
    const { id } = await submitStuck(runtime);
    await close();
    expect(programProcesses(folder)).toEqual([]);
    const store = new SqliteStore(folder);
    expect(await store.get(id)).toMatchObject({ status: 'interrupted' });
    await store.close();
  });
});
