/** Finds the Pythons of this machine: one with a global interpreter lock, and a free-threaded one, if there are any. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import type { Python } from '../spec/runtimes.ts';

/** A Python that starts. */
type FoundPython = {
  /** Path of its executable, with links followed. */
  file: string;
  version: string;
  /** Folders of its standard library, which it reads from. */
  folders: readonly string[];
};

/** The Pythons that were found, and why there is none, as a sentence for people; empty if there is one. */
export type Pythons = { found: Partial<Record<Python, FoundPython>>; why: string };

/** The result on a machine that was not searched. */
export const NO_PYTHONS: Pythons = { found: {}, why: 'There is no Python on this server.' };

/** The Python that PYTHON names cannot be used. */
export class PythonError extends Error {
  /** Whether another attempt may succeed. */
  readonly isSlow: boolean;

  constructor(file: string, reason = 'no Python starts there') {
    super(`PYTHON=${file}: cannot be used: ${reason}. ${NEEDED}`);
    this.isSlow = reason === SLOW;
  }
}

/** The oldest version that has everything the child side uses. */
const OLDEST = [3, 11] as const;
const NEEDED = `Python ${OLDEST.join('.')} or newer is needed.`;
/** Longest that a Python may take to say what it is, in ms: one that is a script of a version manager takes 300. */
const LIMIT_MS = 5000;
const SLOW = `The Python of this server took more than ${LIMIT_MS / 1000} s to start`;
/** Where system tools are, whatever the server's own PATH is. First, because others than its owner can read them. */
const FOLDERS = ['/usr/local/bin', '/usr/bin', '/opt/homebrew/bin'];
const NAMES = ['python3', 'python3.15', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];
const FREE_THREADED_NAMES = ['python3.15t', 'python3.14t', 'python3.13t'];

const SAYS = `
import os, sys, sysconfig
paths = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib")}
is_free = not getattr(sys, "_is_gil_enabled", lambda: True)()
print("\\0".join([os.path.realpath(sys.executable), ".".join(map(str, sys.version_info[:3])), str(is_free), *paths]))
`;

const run = promisify(execFile);

/**
 * Finds them. `named`: the only executable to try, besides free-threaded ones. Rejects with `PythonError` if that cannot
 * be used, and for no other reason.
 */
export async function findPythons(named: string | null): Promise<Pythons> {
  const folders = [...FOLDERS, ...(process.env.PATH ?? '').split(path.delimiter)];
  const all = [...new Set(folders.filter((folder) => path.isAbsolute(folder)))];
  const filesOf = (names: readonly string[]) =>
    all.flatMap((folder) => names.map((name) => path.join(folder, name)));
  const found: Pythons['found'] = {};
  const reasons: string[] = [];
  for (const file of named === null ? filesOf(NAMES) : [named]) {
    const said = await ask(file);
    if (typeof said === 'string') {
      if (said !== '') reasons.push(said);
      continue;
    }
    const { isFree, ...python } = said;
    found[isFree ? 'python-free-threaded' : 'python'] ??= python;
    if (!isFree) break;
  }
  if (named !== null && Object.keys(found).length === 0) throw new PythonError(named, reasons[0]);
  for (const file of found['python-free-threaded'] ? [] : filesOf(FREE_THREADED_NAMES)) {
    const said = await ask(file);
    if (typeof said === 'string' || !said.isFree) continue;
    const { isFree, ...python } = said;
    found['python-free-threaded'] = python;
    break;
  }
  const isFound = Object.keys(found).length > 0;
  return { found, why: isFound ? '' : `${reasons[0] ?? 'There is no Python on this server'}. ${NEEDED}` };
}

/** Resolves with what an executable is; with why it cannot be used, if it is a Python; and empty if it is none. */
async function ask(file: string): Promise<(FoundPython & { isFree: boolean }) | string> {
  if (isMissing(file)) return '';
  try {
    const options = { timeout: LIMIT_MS, env: {}, encoding: 'utf8' } as const;
    const { stdout } = await run(file, ['-I', '-S', '-c', SAYS], options);
    const [real = '', version = '', isFree, ...folders] = stdout.trimEnd().split('\0');
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (!path.isAbsolute(real)) return '';
    if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
      return `The Python of this server is ${version}`;
    return { file: real, version, folders, isFree: isFree === 'True' };
  } catch (error) {
    return error instanceof Error && 'killed' in error && error.killed === true ? SLOW : '';
  }
}

/** Reports whether the file does not exist. This is quicker than trying to start it. */
function isMissing(file: string): boolean {
  try {
    fs.accessSync(file);
    return false;
  } catch (cause) {
    // On Deno, the server may not look for all that it may run.
    return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  }
}
