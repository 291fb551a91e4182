/** Processes kept ready, and the calibration in one of them, when they are stopped. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { calibration } from '../../server/launch/calibrate.ts';
import { Guard } from '../../server/launch/guard.ts';
import { Ready } from '../../server/launch/ready.ts';
import { buildAll } from '../../server/programs/build.ts';
import { RUNTIMES } from '../../server/spec/runtimes.ts';
import { alive, programProcesses } from '../contract/processes.ts';
import { until } from '../runtime/server-process.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ready-'));
let entry: string;
let guard: Guard;
let ready: Ready;

beforeAll(async () => {
  ({ entry } = await buildAll(`${folder}/build`, 'test/fixtures'));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));
beforeEach(() => {
  guard = new Guard();
  ready = new Ready(entry, guard, 1);
});
afterEach(async () => {
  await ready.close();
  await guard.close();
});

/** Waits for the only process, and returns it. */
async function onlyProcess(): Promise<number> {
  await until('there is a process', () => programProcesses(folder).length === 1);
  return programProcesses(folder)[0] ?? 0;
}

describe.each(RUNTIMES)('Ready on %s', (runtime) => {
  it(`Ready on ${runtime}: take returns the process that was kept`, async () => {
    ready.refill(runtime);
    await until('one is ready', () => ready.counts[runtime] === 1);
    const kept = await onlyProcess();
    const { child } = await ready.take(runtime);
    expect(child.pid).toBe(kept);
    await child.stop();
  });

  it(`Ready on ${runtime}: a stopped process is killed, and another is returned`, async () => {
    ready.refill(runtime);
    await until('one is ready', () => ready.counts[runtime] === 1);
    const stopped = await onlyProcess();
    process.kill(stopped, 'SIGSTOP');
    const { child } = await ready.take(runtime);
    expect(child.pid).not.toBe(stopped);
    await until('the stopped one has ended', () => alive([stopped]).length === 0);
    await child.stop();
  });
});

describe('calibration', () => {
  it.each(RUNTIMES)('calibration: returns a number on %s, and leaves no process', async (runtime) => {
    expect(await calibration(ready)(runtime)).toBeGreaterThan(0);
    expect(programProcesses(folder)).toEqual([]);
  });

  it('calibration: a stopped process does not keep it from closing', async () => {
    const found = calibration(ready)('node').catch((error: Error) => error);
    process.kill(await onlyProcess(), 'SIGSTOP');
    await ready.close();
    expect(await found).toBeInstanceOf(Error);
    expect(programProcesses(folder)).toEqual([]);
  });
});
