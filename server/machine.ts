/**
 * What the server may use of its machine: the cores and the memory that its control groups leave it. A group, v1 or v2,
 * is limited by those above it, too, so the least along the path counts.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import process from 'node:process';
import { SERVER_RUNTIME } from './launch/runtimes.ts';

/** Cores, which a quota may divide, and memory in bytes; `Infinity` without a limit. */
export type Limits = { cores: number; memoryBytes: number };

/** Returns the texts of files, which are empty for those that cannot be read. */
type Read = (files: readonly string[]) => string[];

/** A folder of a group, and whether its files are those of v2. */
type Folder = { folder: string; isV2: boolean };

/** Returns the cores for programs: at least one, and only whole ones, since half a core runs no second thread. */
export function usableCores({ cores } = limits()): number {
  return Math.max(1, Math.floor(Math.min(os.availableParallelism(), cores)));
}

/** Returns the memory of the machine, or of the groups if that is less, in bytes. */
export function usableMemory({ memoryBytes } = limits()): number {
  // It is 0 if no limit is known. It does not see the groups above, and is not known on every runtime.
  return Math.min(os.totalmem(), process.constrainedMemory() || Infinity, memoryBytes);
}

/** Returns the limits of the groups that this process is in: see cgroups(7). */
export function limits(read: Read = readFiles): Limits {
  if (process.platform !== 'linux') return { cores: Infinity, memoryBytes: Infinity };
  const [groups = '', mounts = ''] = read(['/proc/self/cgroup', '/proc/self/mountinfo']);
  const cpu = foldersOf('cpu', groups, mounts);
  const memory = foldersOf('memory', groups, mounts);
  const files = [
    ...cpu.map(({ folder, isV2 }) => [
      `${folder}/cpu.${isV2 ? 'max' : 'cfs_quota_us'}`,
      `${folder}/cpu.cfs_period_us`,
    ]),
    ...memory.map(({ folder, isV2 }) =>
      isV2 ? [`${folder}/memory.max`, `${folder}/memory.high`] : [`${folder}/memory.limit_in_bytes`],
    ),
  ];
  // In v2, quota and period are in one file. No limit is `max` or, in v1, -1 or almost 2^63.
  const found = read(files.flat()).values();
  const numbers = files.map((names) =>
    names.flatMap(() => (found.next().value ?? '').trim().split(/\s+/).map(Number)),
  );
  const least = (values: number[]) => Math.min(Infinity, ...values.filter((value) => value > 0));
  return {
    cores: least(numbers.slice(0, cpu.length).map(([quota = NaN, period = NaN]) => quota / period)),
    memoryBytes: least(numbers.slice(cpu.length).flat()),
  };
}

/** Returns the folders of the group that has a controller, and of those above it, as far as they can be seen. */
function foldersOf(controller: string, groups: string, mounts: string): Folder[] {
  return mounts.split('\n').flatMap((line) => {
    const [, , , root = '', point = '', ...rest] = line.split(' ').map(unescaped);
    const [type, , options = ''] = rest.slice(rest.indexOf('-') + 1);
    const isV2 = type === 'cgroup2';
    if (!isV2 && !(type === 'cgroup' && options.split(',').includes(controller))) return [];
    const group = groups.split('\n').find((one) => {
      const [, controllers = ''] = one.split(':');
      return isV2 ? one.startsWith('0::') : controllers.split(',').includes(controller);
    });
    const path = group?.replace(/^\d+:[^:]*:/, '') ?? '';
    // In a container, only its own group may be mounted.
    const above = root === '/' ? '' : root;
    const names = path === above || path.startsWith(`${above}/`) ? path.slice(above.length).split('/') : [];
    const below = names.includes('..') ? [] : names.filter((name) => name !== '');
    return [[], ...below.map((_, at) => below.slice(0, at + 1))].map((parts) => ({
      folder: [point, ...parts].join('/'),
      isV2,
    }));
  });
}

/** Undoes the escapes of mountinfo: `\040` for a space. */
function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
}

export function readFiles(files: readonly string[]): string[] {
  if (SERVER_RUNTIME === 'deno') return readByShell(files);
  return files.map((file) => {
    try {
      return fs.readFileSync(file, 'utf8');
    } catch {
      return '';
    }
  });
}

/** Deno lets only a process with all permissions read these files; a shell can. It needs no other program for it. */
function readByShell(files: readonly string[]): string[] {
  const read = `while IFS= read -r line; do printf '%s\\n' "$line"; done < "$file"`;
  const script = `for file; do [ ! -r "$file" ] || ${read}; printf '\\0'; done`;
  const { stdout } = spawnSync('/bin/sh', ['-c', script, 'sh', ...files], { env: {}, encoding: 'utf8' });
  const texts = (stdout ?? '').split('\0');
  return files.map((_, at) => texts[at] ?? '');
}
