/** The guard: reports the usage of what it watches and ends it, even if its shell is killed or stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BUSY } from '../../server/launch/bounds.ts';
import { Guard } from '../../server/launch/guard.ts';
import type { Usage } from '../../server/launch/process-tree.ts';
import { isAlive } from '../contract/processes.ts';
import { until } from '../runtime/server-process.ts';

describe('Guard', () => {
  let guard: Guard;
  let sleeper: ChildProcess & { pid: number };
  let usages: Usage[];

  beforeEach(() => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    guard = new Guard();
    const child = spawn('sleep', ['3600'], { stdio: 'ignore', detached: true });
    sleeper = Object.assign(child, { pid: child.pid ?? 0 });
    usages = [];
    guard.watch(sleeper.pid, { usage: (usage) => usages.push(usage), unseen: () => expect.unreachable() });
  });
  afterEach(async () => {
    await guard.close();
    sleeper.kill('SIGKILL');
    vi.restoreAllMocks();
  });

  it('Guard: reports what a process uses, and ends it on close', async () => {
    await until('the guard tells', () => usages.length > 0);
    expect(usages[0]?.rssBytes).toBeGreaterThan(0);
    await guard.close();
    await until('the process has ended', () => !isAlive(sleeper.pid));
    expect(console.error).not.toHaveBeenCalled();
  });

  it('Guard: a killed shell is replaced by one that watches the same processes, and this is logged once', async () => {
    await until('the guard tells', () => usages.length > 0);
    const first = guard.pid ?? 0;
    process.kill(first, 'SIGKILL');
    await until('there is another shell', () => guard.pid !== first);
    usages = [];
    await until('the guard tells again', () => usages.length > 1);
    expect(usages[0]?.rssBytes).toBeGreaterThan(0);
    expect(isAlive(sleeper.pid)).toBe(true);
    expect(console.error).toHaveBeenCalledTimes(1);
    await guard.close();
    await until('the process has ended', () => !isAlive(sleeper.pid));
  });

  it.runIf(process.platform === 'linux')(
    'Guard: a process with somebody’s code that computes for long gives way, on all of its threads; others do not',
    async () => {
      const code = `new (require('worker_threads').Worker)('while (true);', { eval: true })`;
      const busy = [true, false].map((isBounded) => {
        const child = spawn(process.execPath, ['-e', code], { stdio: 'ignore', detached: true });
        const pid = child.pid ?? 0;
        let cpuMs = 0;
        const usage = (used: Usage) => {
          cpuMs = used.cpuMs;
        };
        guard.watch(pid, { usage, unseen: () => {} }, { isBounded });
        return { pid, cpuMs: () => cpuMs };
      });
      const [bounded, other] = busy;
      const priorities = (pid = 0) =>
        fs.readdirSync(`/proc/${pid}/task`).map((thread) => os.getPriority(Number(thread)));
      await until('both have computed for long', () => busy.every(({ cpuMs }) => cpuMs() > BUSY.cpuMs));
      await until('one gives way', () => priorities(bounded?.pid).every((one) => one === BUSY.nice));
      expect(new Set(priorities(other?.pid))).toEqual(new Set([os.getPriority()]));
    },
  );

  it.runIf(process.platform === 'linux' && os.availableParallelism() > 1)(
    'Guard: the threads of a process share a core, those that it starts later, too; those of another one share another',
    async () => {
      const thread = `new (require('worker_threads').Worker)('setInterval(() => {}, 1000)', { eval: true })`;
      const code = `${thread}; process.stdin.once('data', () => ${thread}.once('online', () => console.log('online')))`;
      const children = [1, 2].map(() => spawn(process.execPath, ['-e', code], { detached: true }));
      const pids = children.map(({ pid = 0 }) => pid);
      for (const pid of pids) guard.watch(pid, { usage: () => {}, unseen: () => {} });
      const coresOf = (pid: number) => {
        const statuses = fs
          .readdirSync(`/proc/${pid}/task`)
          .map((thread) => fs.readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8'));
        return [...new Set(statuses.map((status) => /Cpus_allowed_list:\s*(\S+)/.exec(status)?.[1]))];
      };
      for (const pid of pids) expect(await guard.shareCore(pid)).toBe(true);
      for (const { stdin, stdout } of children) {
        stdin?.write('go\n');
        if (stdout) await once(stdout, 'data');
      }
      const cores = pids.map(coresOf);
      expect(cores).toEqual([[expect.stringMatching(/^\d+$/)], [expect.stringMatching(/^\d+$/)]]);
      expect(cores[0]).not.toEqual(cores[1]);
      const [first = 0] = pids;
      guard.killWhole(first);
      await until('it has ended', () => !isAlive(first));
      expect(await guard.shareCore(first)).toBe(false);
    },
  );

  it.runIf(process.platform === 'linux')(
    'Guard: of a process that starts others by itself, all of them count',
    async () => {
      const takes = `const taken = Buffer.alloc(100 * 2 ** 20, 1); setInterval(() => taken, 1000);`;
      const script = `"$0" -e "$1" & wait`;
      const child = spawn('/bin/sh', ['-c', script, process.execPath, takes], {
        stdio: 'ignore',
        detached: true,
      });
      const pid = child.pid ?? 0;
      let latest: Usage | null = null;
      const usage = (used: Usage) => {
        latest = used;
      };
      guard.watch(pid, { usage, unseen: () => expect.unreachable() }, { forks: true });
      await until('all of them count', () => (latest?.rssBytes ?? 0) > 100 * 2 ** 20);
      guard.killWhole(pid);
      await once(child, 'exit');
      guard.unwatch(pid);
    },
  );

  it('Guard: a stopped shell is replaced', async () => {
    await until('the guard tells', () => usages.length > 0);
    const first = guard.pid ?? 0;
    process.kill(first, 'SIGSTOP');
    await until('there is another shell', () => guard.pid !== first);
    usages = [];
    await until('the guard tells again', () => usages.length > 0);
    expect(isAlive(first)).toBe(false);
  });

  it('Guard: a process that the system reports nothing about is unseen, once', async () => {
    const gone = spawn('true', { stdio: 'ignore' });
    await once(gone, 'exit');
    let unseen = 0;
    guard.watch(gone.pid ?? 0, { usage: () => expect.unreachable(), unseen: () => unseen++ });
    await until('it is unseen', () => unseen > 0);
    usages = [];
    await until('the other is still seen', () => usages.length > 2);
    expect(unseen).toBe(1);
  });

  it('Guard: even if its shell was stopped, it closes, and removes its folder', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'guarded-'));
    fs.writeFileSync(path.join(folder, 'left'), '');
    const own = new Guard({}, folder);
    const { pid = 0 } = own;
    process.kill(pid, 'SIGSTOP');
    await own.close();
    expect(isAlive(pid)).toBe(false);
    expect(fs.existsSync(folder)).toBe(false);
  });
});
