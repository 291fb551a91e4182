/** A process that has ended: its last lines are read, also by a server that is short of processor time. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Child } from '../../server/launch/child.ts';
import { now } from '../../server/launch/clock.ts';
import { Guard } from '../../server/launch/guard.ts';

describe('Child', () => {
  let guard: Guard;

  beforeEach(() => {
    guard = new Guard();
  });
  afterEach(() => guard.close());

  it('Child: lines that come while the server is held up, after the end, are read all the same', async () => {
    const lines: string[] = [];
    // The shell ends at once; what it started writes to the same pipe a little later.
    const shell = spawn('/bin/sh', ['-c', '(sleep 0.3; echo late; echo later) & exit 0'], { stdio: 'pipe' });
    await once(shell, 'spawn');
    const child = new Child(
      Object.assign(shell, { pid: shell.pid ?? 0 }),
      { parentPid: process.pid, launchedAt: now() },
      guard,
      {
        report: () => {},
        stderr: (line) => lines.push(line),
      },
    );
    shell.once('exit', () => {
      const until = performance.now() + 900;
      while (performance.now() < until);
    });
    expect((await child.ended).exitCode).toBe(0);
    expect(lines).toEqual(['late', 'later']);
  });

  it('Child: a pipe that another process holds open does not keep it from its end, and is closed then', async () => {
    const shell = spawn('/bin/sh', ['-c', 'sleep 30 & exit 3'], { stdio: 'pipe', detached: true });
    await once(shell, 'spawn');
    const pid = shell.pid ?? 0;
    const child = new Child(
      Object.assign(shell, { pid }),
      { parentPid: process.pid, launchedAt: now() },
      guard,
      {
        report: () => {},
        stderr: () => {},
      },
    );
    expect((await child.ended).exitCode).toBe(3);
    expect([shell.stdout.destroyed, shell.stderr.destroyed]).toEqual([true, true]);
    process.kill(-pid, 'SIGKILL');
  });
});

/**
 * Starts processes until no file is left, with each number of files that can be missing then, and prints how many files
 * were open before and are afterwards. `isBeside`: the process beside the server starts them.
 */
const starving = (isBeside: boolean) => `
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Guard } from './server/launch/guard.ts';
import { launch } from './server/launch/launch.ts';
const listener = { report() {}, stderr() {} };
const guard = new Guard({}, fs.mkdtempSync(path.join(os.tmpdir(), 'starving-')));
${isBeside ? 'guard.starter.begin()' : 'guard.starter.close()'};
while (${isBeside} && guard.starter.spawner.pid === process.pid) await new Promise((resolve) => setTimeout(resolve, 10));
const count = () => fs.readdirSync('/proc/self/fd').length;
const start = () => launch({ file: '/bin/sleep', args: ['30'] }, guard, listener).catch(() => null);
await (await start()).stop();
const before = count();
for (let fewer = 0; fewer < 8; fewer++) {
  const files = Array.from({ length: fewer }, () => fs.openSync('/dev/null'));
  const children = [];
  for (let child = await start(); child; child = await start()) children.push(child);
  await start();
  for (const child of children) child.kill();
  await Promise.all(children.map(({ ended }) => ended));
  for (const file of files) fs.closeSync(file);
}
console.log(JSON.stringify([before, count()]));
await guard.close();
`;

describe('launch', () => {
  it.each([false, true])(
    'launch: where no file is left for another, the attempt keeps none open: %s',
    async (isBeside) => {
      const limited = ['-c', 'ulimit -n 48; exec "$0" "$@"', process.execPath];
      const args = [...limited, '--input-type=module', '-e', starving(isBeside)];
      const cwd = fileURLToPath(new URL('../..', import.meta.url));
      const { stdout } = await promisify(execFile)('/bin/sh', args, { cwd });
      const [before, after] = JSON.parse(stdout);
      expect(after).toBe(before);
    },
  );
});
