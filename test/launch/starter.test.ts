/** The process that starts others for the server: they are the same to the server as if it had started them itself. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Child } from '../../server/launch/child.ts';
import { Guard } from '../../server/launch/guard.ts';
import { launch } from '../../server/launch/launch.ts';
import { isAlive } from '../contract/processes.ts';

let folder: string;

/** Makes a guard with a folder of its own, which goes when it is closed. */
function newGuard(): Guard {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'starter-'));
  return new Guard({}, folder);
}

describe.skipIf(process.platform !== 'linux')('Starter', () => {
  let guard: Guard;
  beforeEach(async () => {
    guard = newGuard();
    await begun();
  });
  afterEach(() => guard.close());

  async function begun(): Promise<void> {
    guard.starter.begin();
    await expect.poll(() => guard.starter.spawner.pid).not.toBe(process.pid);
  }

  /** Starts a shell that does `script`; returns it and the lines that it writes. */
  async function shell(script: string): Promise<{ child: Child; lines: string[] }> {
    const lines: string[] = [];
    const listener = { report: () => {}, stderr: (line: string) => lines.push(line) };
    const child = await launch({ file: '/bin/sh', args: ['-c', script] }, guard, listener);
    return { child, lines };
  }

  it('all that is written is read, and the exit code is told, however soon the process ends', async () => {
    for (let n = 0; n < 30; n++) {
      const { child, lines } = await shell(`echo out ${n}; echo err ${n} >&2; exit ${n}`);
      expect(await child.ended).toMatchObject({ exitCode: n, signal: null });
      expect(lines.toSorted()).toEqual([`err ${n}`, `out ${n}`]);
    }
  });

  it('the process reads what it is sent, is a child of the starter, and leads a group of its own', async () => {
    const { child, lines } = await shell('read -r line; echo "$line"; echo $PPID; sleep 30');
    child.send({ type: 'ping' });
    await expect.poll(() => lines).toEqual(['{"type":"ping"}', String(guard.starter.spawner.pid)]);
    const group = fs.readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(' ')[4];
    expect(Number(group)).toBe(child.pid);
    child.kill();
    expect(await child.ended).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
  });

  it('an executable that is not there, or is none, is an error of the caller', async () => {
    const listener = { report: () => {}, stderr: () => {} };
    const start = (file: string) => launch({ file, args: [], isBounded: false }, guard, listener);
    await expect(start('/nowhere')).rejects.toThrow('Cannot start /nowhere');
    expect((await shell('exit 0')).child.pid).toBeGreaterThan(0);
  });

  it('if it dies, what it started ends; the server starts the next itself, and another later', async () => {
    const { child } = await shell('sleep 30');
    const { pid } = guard.starter.spawner;
    process.kill(pid, 'SIGKILL');
    expect(await child.ended).toMatchObject({ signal: 'SIGKILL' });
    await expect.poll(() => isAlive(child.pid)).toBe(false);
    expect(guard.starter.spawner.pid).toBe(process.pid);
    expect(await (await shell('exit 4')).child.ended).toMatchObject({ exitCode: 4 });
    await begun();
    expect(await (await shell('exit 5')).child.ended).toMatchObject({ exitCode: 5 });
  });

  it('if somebody removes its folder, what it started goes on, and the server starts the next itself', async () => {
    const { child } = await shell('sleep 30');
    fs.rmSync(folder, { recursive: true });
    const other = await shell('echo $PPID');
    expect(await other.child.ended).toMatchObject({ exitCode: 0 });
    expect(other.lines).toEqual([String(process.pid)]);
    expect(isAlive(child.pid)).toBe(true);
    child.kill();
    expect(await child.ended).toMatchObject({ signal: 'SIGKILL' });
  });

  it('if it dies while it starts others, the server starts those that were not', async () => {
    for (let after = 0; after < 8; after++) {
      const { pid } = guard.starter.spawner;
      const starts = Array.from({ length: 4 }, () => shell('exit 0').then(({ child }) => child.ended));
      // At another moment each time.
      for (let turns = 0; turns < after; turns++) await new Promise((resolve) => setImmediate(resolve));
      process.kill(pid, 'SIGKILL');
      // Those that it had started end with it.
      for (const { exitCode, signal } of await Promise.all(starts))
        expect(exitCode === 0 || signal).toBeTruthy();
      await begun();
    }
  });

  it('one that hangs is not waited for long: the server starts what it was to start', async () => {
    const { pid } = guard.starter.spawner;
    process.kill(pid, 'SIGSTOP');
    expect(await (await shell('exit 6')).child.ended).toMatchObject({ exitCode: 6 });
  });

  it('one that hangs does not keep a process alive that is killed, nor its end from being told', async () => {
    const { child } = await shell('sleep 30');
    process.kill(guard.starter.spawner.pid, 'SIGSTOP');
    child.kill();
    expect(await child.ended).toMatchObject({ signal: 'SIGKILL' });
    expect(isAlive(child.pid)).toBe(false);
  });

  it('it ends with the guard', async () => {
    const { pid } = guard.starter.spawner;
    await guard.close();
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

it.skipIf(process.platform !== 'linux')(
  'Starter: begins once starts have held up the server for long',
  async () => {
    const guard = newGuard();
    const listener = { report: () => {}, stderr: () => {} };
    try {
      await expect
        .poll(
          async () => {
            await (await launch({ file: '/bin/true', args: [] }, guard, listener)).ended;
            return guard.starter.spawner.pid === process.pid;
          },
          { timeout: 50_000, interval: 0 },
        )
        .toBe(false);
    } finally {
      await guard.close();
    }
  },
);
