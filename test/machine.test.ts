/** The cores and the memory that control groups leave the server, read from files as kernels and engines lay them out. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { executable } from '../server/launch/runtimes.ts';
import { limits, usableCores, usableMemory } from '../server/machine.ts';

const V1 = (point: string, controllers: string, root = '/') =>
  `30 25 0:26 ${root} ${point} rw,nosuid - cgroup cgroup rw,${controllers}`;
const V2 = (point: string, root = '/') =>
  `24 18 0:22 ${root} ${point} rw,nosuid - cgroup2 cgroup2 rw,nsdelegate`;

/** Returns the limits where the groups of a process, the mounts, and the files of the groups are as given. */
function limitsIn(groups: string[], mounts: string[], files: Record<string, string | number>) {
  const all: Record<string, string | number> = {
    '/proc/self/cgroup': groups.join('\n'),
    '/proc/self/mountinfo': ['18 1 254:0 / / rw - ext4 /dev/vda rw', ...mounts].join('\n'),
    ...files,
  };
  const { cores, memoryBytes } = limits((names) => names.map((name) => `${all[name] ?? ''}\n`));
  return [cores, memoryBytes];
}

describe('limits', () => {
  it('limits: there are none without groups, or where none is limited', () => {
    expect(limitsIn([], [], {})).toEqual([Infinity, Infinity]);
    const v1 = [V1('/sys/fs/cgroup/cpu', 'cpu'), V1('/sys/fs/cgroup/memory', 'memory')];
    const unlimited = {
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': -1,
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': 100_000,
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
    };
    const [cores, memoryBytes] = limitsIn(['2:memory:/', '1:cpu:/'], v1, unlimited);
    expect(cores).toBe(Infinity);
    expect(memoryBytes).toBeGreaterThan(os.totalmem());
    const v2 = { '/sys/fs/cgroup/a/cpu.max': 'max 100000', '/sys/fs/cgroup/a/memory.max': 'max' };
    expect(limitsIn(['0::/a'], [V2('/sys/fs/cgroup')], v2)).toEqual([Infinity, Infinity]);
  });

  it('limits: of v1, the least along the path counts, whichever controllers are mounted together', () => {
    const cpu = '/sys/fs/cgroup/cpu,cpuacct';
    const memory = '/sys/fs/cgroup/memory';
    const groups = ['12:memory:/a/b', '4:cpu,cpuacct:/a/b/c', '3:cpuset:/x', '1:name=systemd:/y', '0::/z'];
    const mounts = [
      V1(cpu, 'cpu,cpuacct'),
      V1(memory, 'memory'),
      V1('/sys/fs/cgroup/systemd', 'xattr,name=systemd'),
      V2('/sys/fs/cgroup/unified'),
    ];
    const files = {
      [`${cpu}/cpu.cfs_quota_us`]: -1,
      [`${cpu}/cpu.cfs_period_us`]: 100_000,
      [`${cpu}/a/cpu.cfs_quota_us`]: 150_000,
      [`${cpu}/a/cpu.cfs_period_us`]: 50_000,
      [`${cpu}/a/b/c/cpu.cfs_quota_us`]: 400_000,
      [`${cpu}/a/b/c/cpu.cfs_period_us`]: 100_000,
      [`${memory}/a/memory.limit_in_bytes`]: 2 ** 30,
      [`${memory}/a/b/memory.limit_in_bytes`]: 2 ** 31,
    };
    expect(limitsIn(groups, mounts, files)).toEqual([3, 2 ** 30]);
  });

  it('limits: of v2, the least along the path counts; memory is short from `high` on', () => {
    const files = {
      '/sys/fs/cgroup/a.slice/cpu.max': '250000 100000',
      '/sys/fs/cgroup/a.slice/b.service/cpu.max': '800000 100000',
      '/sys/fs/cgroup/a.slice/memory.max': 2 ** 33,
      '/sys/fs/cgroup/a.slice/b.service/memory.max': 2 ** 32,
      '/sys/fs/cgroup/a.slice/b.service/memory.high': 2 ** 31,
    };
    expect(limitsIn(['0::/a.slice/b.service'], [V2('/sys/fs/cgroup')], files)).toEqual([2.5, 2 ** 31]);
  });

  it('limits: in a container, whose group is mounted alone, under its own name or as the root', () => {
    const files = {
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': 50_000,
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': 100_000,
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': 2 ** 29,
    };
    const mounted = (root: string) => [
      V1('/sys/fs/cgroup/cpu', 'cpu', root),
      V1('/sys/fs/cgroup/memory', 'memory', root),
    ];
    const ofEngine = ['5:memory:/docker/abc', '4:cpu:/docker/abc'];
    expect(limitsIn(ofEngine, mounted('/docker/abc'), files)).toEqual([0.5, 2 ** 29]);
    expect(limitsIn(['5:memory:/', '4:cpu:/'], mounted('/'), files)).toEqual([0.5, 2 ** 29]);
    // Another's, as seen from a namespace of groups that does not contain it.
    expect(limitsIn(['5:memory:/../d', '4:cpu:/../d'], mounted('/'), files)).toEqual([0.5, 2 ** 29]);
  });

  it('limits: a mount point with a space is found', () => {
    const files = { '/my groups/cpu.max': '100000 100000' };
    expect(limitsIn(['0::/'], [V2('/my\\040groups')], files)).toEqual([1, Infinity]);
  });
});

it('usableCores: whole cores, of which there is at least one, and not more than the machine has', () => {
  const cores = (quota: number) => usableCores({ cores: quota, memoryBytes: Infinity });
  expect([0.25, 1, 1.9].map(cores)).toEqual([1, 1, 1]);
  expect(cores(Infinity)).toBe(os.availableParallelism());
  expect(usableMemory({ cores: 1, memoryBytes: 2 ** 20 })).toBe(2 ** 20);
});

it('limits: on Deno, a server that may read only its own folder sees what one on Node sees', () => {
  const code = `import { limits } from './server/machine.ts'; console.log(JSON.stringify(limits()));`;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'machine-'));
  const file = path.join(folder, 'limits.ts');
  fs.writeFileSync(file, code.replace('./server', path.resolve('server')));
  // The permissions of server/start-deno.sh, and no PATH.
  const allowed = [`--allow-read=${folder},.`, '--allow-env', '--allow-run=/bin/sh'];
  const args = ['run', '--no-prompt', '--no-lock', '--quiet', ...allowed, file];
  const env = { DENO_DIR: '/dev/null/none' };
  const said = execFileSync(executable('deno'), args, { encoding: 'utf8', env });
  expect(JSON.parse(said)).toEqual(JSON.parse(JSON.stringify(limits())));
  fs.rmSync(folder, { recursive: true });
});
