/** What gives way to the server when many runs are under way: processes that wait, and none of a pass that computes. */
import fs from 'node:fs';
import os from 'node:os';
import process from 'node:process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MANY_NICE, NICE } from '../../server/launch/bounds.ts';
import { ENDLESS, type PlaygroundApp, playgroundApp } from '../playground-app.ts';

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp({ CORES: '1' });
});
afterAll(() => app.close());

/** Starts a run. Resolves with the number of its process, once its job has begun. */
async function pidOf(spec: Record<string, unknown>): Promise<number> {
  const id = await app.start({ ...ENDLESS, ...spec });
  await app.until(id, ({ type }) => type === 'job-started');
  const event = await app.until(id, ({ type }) => type === 'lane-started');
  return event.type === 'lane-started' ? event.pid : 0;
}

/** By how much each thread of a process gives way, beyond the server's own niceness. */
function nicenessOf(pid: number): number[] {
  const threads = process.platform === 'linux' ? fs.readdirSync(`/proc/${pid}/task`).map(Number) : [pid];
  return [...new Set(threads.map((thread) => os.getPriority(thread) - os.getPriority()))];
}

it('run: one of many that wait gives way to the server, on all of its threads; one that computes does not', async () => {
  const few = [await pidOf({}), await pidOf({})];
  const code = 'export async function job(n, { work }) { await work(3000); }';
  const isWritten = app.playground.sandbox.runtimes.length > 0;
  const [waiting, written, computing] = [
    await pidOf({ modes: ['threads'] }),
    isWritten ? await pidOf({ code }) : null,
    await pidOf({ work: 'compute', minSeconds: 30, maxSeconds: 30 }),
  ];
  for (const pid of few) expect(nicenessOf(pid)).toEqual([0]);
  expect(nicenessOf(waiting)).toEqual([MANY_NICE]);
  // Its boot alone may have been long enough for more: see `BUSY`.
  if (written !== null) expect(Math.min(...nicenessOf(written))).toBeGreaterThanOrEqual(MANY_NICE);
  expect(nicenessOf(computing)).toEqual([0]);
  expect(MANY_NICE).toBeGreaterThan(NICE);
  // A session that Linux gives a priority of its own has it, too. Users may set ten a second on the whole machine.
  if (process.getuid?.() !== 0 || !fs.existsSync(`/proc/${waiting}/autogroup`)) return;
  const groupOf = (pid: number) =>
    Number(fs.readFileSync(`/proc/${pid}/autogroup`, 'utf8').split(' nice ')[1]);
  for (const pid of [waiting, ...(written === null ? [] : [written])])
    await expect.poll(() => groupOf(pid)).toBeGreaterThanOrEqual(MANY_NICE);
});
