/** Processes kept ready, and the calibration in one of them, when they are stopped. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { calibration } from '../../server/launch/calibrate.ts';
import { Guard } from '../../server/launch/guard.ts';
import { findPythons } from '../../server/launch/pythons.ts';
import { Ready } from '../../server/launch/ready.ts';
import { buildAll } from '../../server/programs/build.ts';
import { isPython, JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { alive, programProcesses } from '../contract/processes.ts';
import { PYTHON } from '../python.ts';
import { until } from '../runtime/server-process.ts';

/** Below the longest boot, in ms: a test that waits for that fails. */
const timeout = 20_000;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ready-'));
let entry: string;
/** In place of `entry`: never says that it is ready. */
const neverReady = `${folder}/build/never-ready.mjs`;
let guard: Guard;
let ready: Ready;

beforeAll(async () => {
  ({ entry } = await buildAll(`${folder}/build`, 'test/fixtures'));
  fs.writeFileSync(neverReady, 'setInterval(() => {}, 1000);');
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

describe.each(JAVASCRIPT)('Ready on %s', (runtime) => {
  it(`Ready on ${runtime}: take returns the process that was kept`, async () => {
    ready.refill({ runtime, isSandboxed: false });
    await until('one is ready', () => ready.counts[runtime] === 1);
    const kept = await onlyProcess();
    const { child } = await ready.take({ runtime, isSandboxed: false });
    expect(child.pid).toBe(kept);
    await child.stop();
  });

  it(`Ready on ${runtime}: a stopped process is killed, and another is returned`, async () => {
    ready.refill({ runtime, isSandboxed: false });
    await until('one is ready', () => ready.counts[runtime] === 1);
    const stopped = await onlyProcess();
    process.kill(stopped, 'SIGSTOP');
    const { child } = await ready.take({ runtime, isSandboxed: false });
    expect(child.pid).not.toBe(stopped);
    await until('the stopped one has ended', () => alive([stopped]).length === 0);
    await child.stop();
  });

  it(`Ready on ${runtime}: a process that was stopped after it was woken is killed`, async () => {
    ready.refill({ runtime, isSandboxed: false });
    await until('one is ready', () => ready.counts[runtime] === 1);
    const stopped = await onlyProcess();
    process.kill(stopped, 'SIGSTOP');
    ready.wake({ runtime, isSandboxed: false });
    const { child } = await ready.take({ runtime, isSandboxed: false });
    expect(child.pid).not.toBe(stopped);
    await child.stop();
  });

  it(`Ready on ${runtime}: begin's listener hears what a process reports after its answer, of one that answers`, async () => {
    ready.refill({ runtime, isSandboxed: false });
    await until('one is ready', () => ready.counts[runtime] === 1);
    const stopped = await onlyProcess();
    process.kill(stopped, 'SIGSTOP');
    const begun: number[] = [];
    const heard: [pid: number, type: string][] = [];
    const { child } = await ready.take({ runtime, isSandboxed: false }, undefined, ({ child }) => {
      begun.push(child.pid);
      child.listener = {
        report: ({ report }) => void heard.push([child.pid, report.type]),
        stderr: () => {},
      };
      child.send({ type: 'calibrate' });
    });
    expect(begun).toEqual([stopped, child.pid]);
    await child.ended;
    expect(heard).toEqual([[child.pid, 'calibrated']]);
  });
});

it.each([...JAVASCRIPT, 'python'] as const)(
  'wake: a process on %s is taken also when it has answered before',
  async (runtime) => {
    if (isPython(runtime) && PYTHON === null) return;
    const kind = { runtime, isSandboxed: false };
    const own = new Ready(entry, guard, 1, { pythons: await findPythons(PYTHON) });
    own.refill(kind);
    await until('one is ready', () => own.counts[runtime] === 1);
    const kept = await onlyProcess();
    own.wake(kind);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { child } = await own.take(kind);
    expect(child.pid).toBe(kept);
    await child.stop();
    await own.close();
  },
);

describe.each(JAVASCRIPT)('Ready on %s, while a process boots that was stopped', (runtime) => {
  // A kept process and a new one: both are booting for good.
  it.each([0, 1])(
    `take on ${runtime}: ends it when its signal aborts (%i kept)`,
    { timeout },
    async (kept) => {
      const stuck = new Ready(neverReady, guard, kept);
      stuck.refill({ runtime, isSandboxed: false });
      const stopping = new AbortController();
      const taken = stuck.take({ runtime, isSandboxed: false }, stopping.signal).catch((error) => error);
      process.kill(await onlyProcess(), 'SIGSTOP');
      stopping.abort();
      expect(await taken).toBeInstanceOf(Error);
      expect(programProcesses(folder)).toEqual([]);
      await stuck.close();
    },
  );

  it(`close on ${runtime}: ends it, and what waits for it`, { timeout }, async () => {
    const stuck = new Ready(neverReady, guard, 1);
    stuck.refill({ runtime, isSandboxed: false });
    const taken = stuck.take({ runtime, isSandboxed: false }).catch((error) => error);
    process.kill(await onlyProcess(), 'SIGSTOP');
    await Promise.all([stuck.close(), taken]);
    expect(await taken).toBeInstanceOf(Error);
    await expect(stuck.take({ runtime, isSandboxed: false })).rejects.toThrow();
    expect(programProcesses(folder)).toEqual([]);
  });
});

describe.each(JAVASCRIPT)('Ready on %s, with processes that were stopped when they were ready', (runtime) => {
  it(`take on ${runtime}: asks no further one after its signal has aborted`, { timeout }, async () => {
    const many = new Ready(entry, guard, 3);
    many.refill({ runtime, isSandboxed: false });
    await until('three are ready', () => many.counts[runtime] === 3);
    for (const pid of programProcesses(folder)) process.kill(pid, 'SIGSTOP');
    const stopping = new AbortController();
    const taken = many.take({ runtime, isSandboxed: false }, stopping.signal).catch((error) => error);
    stopping.abort();
    expect(await taken).toBeInstanceOf(Error);
    expect(programProcesses(folder)).toHaveLength(2);
    await many.close();
  });
});

describe('calibration', () => {
  it.each(JAVASCRIPT)('calibration: returns a number on %s, and leaves no process', async (runtime) => {
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
