/** Locates the runtimes that jobs run on, and builds the command that starts a program process on each. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { isPython, type JavaScript, RUNTIMES, type Runtime } from '../spec/runtimes.ts';
import { NO_PYTHONS, type Pythons } from './pythons.ts';

/**
 * How to start a process: the executable, its arguments and, if it needs them, its environment and folder. `isBounded`:
 * somebody wrote its code, so that the operating system holds it to bounds (bounds.ts). `isJailed`: it starts another
 * one, in a jail, which is the one that counts. `filter`: the file with the jail's filter of system calls, which it has
 * open as `FILTER_FILE` (bounds.ts). `yields`: it is one of many, and gives way to the server. `forks`: it may start
 * processes by itself, which count with it.
 */
export type Command = {
  file: string;
  args: string[];
  env?: Record<string, string>;
  cwd?: string;
  isBounded?: boolean;
  isJailed?: boolean;
  filter?: string;
  yields?: boolean;
  forks?: boolean;
};

const require = createRequire(import.meta.url);
const suffix = process.platform === 'win32' ? '.exe' : '';

/**
 * The environment of a Deno process with a program that somebody wrote. Its cache folder cannot be made, so nothing that
 * programs store outlives them: no `--deny-` flag covers localStorage. Without one of that name, Deno would look for the
 * home folder of its user, which not every user has, and not start if there is none.
 */
export const DENO_ENVIRONMENT = { DENO_DIR: '/dev/null/none', DENO_NO_UPDATE_CHECK: '1' };

/** The runtime that this server runs on. */
export const SERVER_RUNTIME: JavaScript = 'Deno' in globalThis ? 'deno' : 'node';

/**
 * Returns the executable of a runtime: the server's own if it is the same runtime, otherwise that of its npm package.
 */
export function executable(runtime: JavaScript): string {
  if (runtime === SERVER_RUNTIME)
    return SERVER_RUNTIME === 'deno' ? unchanged(process.execPath) : process.execPath;
  const folder = path.dirname(require.resolve(`${runtime}/package.json`));
  return path.join(folder, runtime === 'node' ? 'bin' : '', runtime + suffix);
}

/**
 * Returns a path of the server's own executable that Deno does not recognise. Wherever it finds its own path among the
 * arguments of a process, it takes those after it for Node's and changes them: it even adds all permissions.
 */
export function unchanged(file: string): string {
  return path.dirname(file) + [path.sep, '.', path.sep].join('') + path.basename(file);
}

/**
 * Python's flags: isolated from the environment and the current folder, and without the packages that are installed
 * beside the standard library.
 */
export const PYTHON_FLAGS = ['-I', '-S'];

/** Where Python's processes begin, in the folder that has the compiled child side, too. */
export const PYTHON_ENTRY = 'python/entry.py';

/** Returns the path of Python's child side, which is in a folder beside the compiled one, `entry`. */
export function pythonEntry(entry: string): string {
  return path.join(path.dirname(entry), PYTHON_ENTRY);
}

/**
 * Returns the command that starts `entry` on `runtime`, which is one of `pythons` if it is not JavaScript's. Deno may
 * only read the folder of compiled code. No runtime reads a configuration, and none sees the server's environment (see
 * `launch`). Throws if it is not installed.
 *
 * `denoDir`: where Deno keeps the code that V8 has compiled, of its own layer for Node, too: a process then boots in 35 ms
 * instead of 65, and takes 3 MiB less. Deno creates the folder, with those that are to contain it.
 */
export function command(
  runtime: Runtime,
  entry: string,
  pythons: Pythons = NO_PYTHONS,
  denoDir: string | null = null,
): Command {
  if (isPython(runtime))
    return { file: executableOf(runtime, pythons), args: [...PYTHON_FLAGS, pythonEntry(entry)] };
  const file = executable(runtime);
  if (runtime === 'node') return { file, args: [entry] };
  const flags = ['--quiet', '--no-prompt', '--no-config', '--no-lock', '--no-remote', '--no-npm'];
  // In a Deno permission a comma ends a path, and two are one in it.
  const folder = path.dirname(entry).replaceAll(',', ',,');
  const env = { ...DENO_ENVIRONMENT, ...(denoDir !== null && { DENO_DIR: denoDir }) };
  return { file, args: ['run', ...flags, `--allow-read=${folder}`, entry], env };
}

/** Returns the executable of any runtime. Throws if it is not installed. */
export function executableOf(runtime: Runtime, { found, why }: Pythons): string {
  if (!isPython(runtime)) return executable(runtime);
  const file = found[runtime]?.file;
  if (file === undefined) throw new Error(why || `${runtime} is not installed.`);
  return file;
}

/** Returns the runtimes that are installed here. */
export function installed({ found }: Pythons): Runtime[] {
  return RUNTIMES.filter((runtime) =>
    isPython(runtime) ? found[runtime] !== undefined : isInstalled(runtime),
  );
}

/** Reports whether the runtime's executable exists. */
export function isInstalled(runtime: JavaScript): boolean {
  try {
    return fs.existsSync(executable(runtime));
  } catch {
    return false;
  }
}
