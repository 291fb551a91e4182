/** The guard ends bubblewrap whole, even in its first milliseconds, when its parts do not yet die with each other. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Guard } from '../../server/launch/guard.ts';
import { isAlive } from '../contract/processes.ts';

describe.skipIf(spawnSync('bwrap', ['--version']).status !== 0)('Guard, with bubblewrap', () => {
  let folder: string;
  let guard: Guard;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'guarded-'));
    guard = new Guard({}, folder);
  });
  afterEach(() => guard.close());

  /** Starts a jail that shows `folder`, and gives it `ms` of its first milliseconds. */
  async function startJail(ms: number): Promise<ChildProcess & { pid: number }> {
    const walls = ['--unshare-all', '--unshare-user', '--new-session', '--die-with-parent'];
    const args = [...walls, '--ro-bind', '/', '/', '--bind', folder, folder, 'sleep', '3600'];
    const child = spawn('bwrap', args, { stdio: 'ignore', detached: true });
    await new Promise((resolve) => setTimeout(resolve, ms));
    return Object.assign(child, { pid: child.pid ?? 0 });
  }
  /** Bubblewraps that show `folder`. */
  const left = () =>
    fs.readdirSync('/proc').filter((pid) => {
      if (!/^\d+$/.test(pid) || !isAlive(Number(pid))) return false;
      try {
        return fs.readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(`\0--bind\0${folder}\0`);
      } catch {
        return false;
      }
    });

  it('Guard: killed in its first milliseconds, bubblewrap leaves nothing', async () => {
    for (let ms = 0; ms < 15; ms++) {
      const jail = await startJail(ms);
      const gone = once(jail, 'exit');
      guard.killWhole(jail.pid);
      await gone;
    }
    await expect.poll(left).toEqual([]);
  });

  it('Guard: what a bubblewrap has left that died with the server is killed', async () => {
    for (let ms = 0; left().length === 0; ms = (ms + 1) % 15) {
      const jail = await startJail(ms);
      const gone = once(jail, 'exit');
      jail.kill('SIGKILL');
      await gone;
      // Those that had asked to die with it do so at once.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await guard.close();
    await expect.poll(left).toEqual([]);
  });
});
