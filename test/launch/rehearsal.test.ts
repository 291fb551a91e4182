/** The rehearsal of a process that is kept ready: nothing of it is heard, and the pass that follows is as any other. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { command } from '../../server/launch/runtimes.ts';
import type { Built } from '../../server/programs/build.ts';
import type { Order } from '../../server/protocol/orders.ts';
import { parseReport } from '../../server/protocol/parse.ts';
import type { Report } from '../../server/protocol/reports.ts';
import { JAVASCRIPT, type JavaScript } from '../../server/spec/runtimes.ts';
import { FIXTURES, prepared } from '../prepared.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rehearsal-'));
let built: Built;

beforeAll(async () => {
  built = await prepared().build(folder, FIXTURES);
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** Sends a process these orders at once. Resolves with what it reports until its end, without what always differs. */
async function reportsOf(runtime: JavaScript, orders: readonly Order[]): Promise<Report[]> {
  const { file, args, env = {} } = command(runtime, built.entry);
  const child = spawn(file, args, { env, stdio: 'pipe' });
  child.stdin.write(orders.map((order) => `${JSON.stringify(order)}\n`).join(''));
  const [written, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(complaints).toBe('');
  const reports = written.split('\n').flatMap((line) => parseReport(line)?.report ?? []);
  return reports.map((report) => (report.type === 'bye' ? { ...report, cpuMs: 0, peakRssBytes: 0 } : report));
}

it.each(
  JAVASCRIPT.flatMap((runtime) =>
    ['consoles', 'leaves-timers', 'shares'].map((program) => [runtime, program] as const),
  ),
)('rehearsal: %s does with the program “%s” what it does without one', async (runtime, program) => {
  const settings = {
    ...({ mode: 'sequential', jobs: 2, minSeconds: 0.01, maxSeconds: 0.02, work: 'wait', seed: 1 } as const),
    ...{ blocksPerSecond: 1, maxLanes: null, reuse: false, logBytes: 2000 },
    program: built.programs.get(program) ?? '',
  };
  const begin: Order = { type: 'begin-main', settings, bootMs: 1, pid: 1, parentPid: process.pid };
  const without = await reportsOf(runtime, [begin]);
  const rehearsed = await reportsOf(runtime, [{ type: 'rehearse' }, { type: 'ping' }, begin]);
  const [hello, ...rest] = without;
  expect(rest.at(-1)).toMatchObject({ type: 'bye' });
  expect(rehearsed).toEqual([hello, hello, hello, ...rest]);
});
