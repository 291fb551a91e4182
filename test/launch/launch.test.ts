/** A process that has ended: its last lines are read, also by a server that is short of processor time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Guard } from '../../server/launch/guard.ts';
import { Child } from '../../server/launch/launch.ts';

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
    const child = new Child(Object.assign(shell, { pid: shell.pid ?? 0 }), guard, {
      report: () => {},
      stderr: (line) => lines.push(line),
    });
    shell.once('exit', () => {
      const until = performance.now() + 900;
      while (performance.now() < until);
    });
    expect((await child.ended).exitCode).toBe(0);
    expect(lines).toEqual(['late', 'later']);
  });

  it('Child: a pipe that another process holds open does not keep it from its end', async () => {
    const shell = spawn('/bin/sh', ['-c', 'sleep 30 & exit 3'], { stdio: 'pipe', detached: true });
    await once(shell, 'spawn');
    const pid = shell.pid ?? 0;
    const child = new Child(Object.assign(shell, { pid }), guard, { report: () => {}, stderr: () => {} });
    expect((await child.ended).exitCode).toBe(3);
    process.kill(-pid, 'SIGKILL');
  });
});
