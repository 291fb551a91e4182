/** Builds the commands that start a process of a program that somebody wrote: behind walls, and within limits. */
import path from 'node:path';
import { isPython, type JavaScript, type Python, type Runtime } from '../spec/runtimes.ts';
import { FILTER_FILE } from './bounds.ts';
import { type Place, SHARED_FILE } from './place.ts';
import type { PythonFiles } from './python-files.ts';
import { type Command, DENO_ENVIRONMENT, PYTHON_FLAGS } from './runtimes.ts';
import type { Filter } from './system-call-filter.ts';

/** The means that this machine has to confine a process. Paths are absolute. */
export type Walls = {
  /** Executables of the runtimes for JavaScript, if possible at paths that say nothing about the server. */
  executables: Partial<Record<JavaScript, string>>;
  /** An empty folder, in which processes start. */
  emptyFolder: string;
  /** `setpriv`, which runs processes as the user `nobody`. Null if it is missing, or if the server is not root. */
  setpriv: string | null;
  /** `prlimit`, which limits the number of processes in a jail. Null if it is missing. */
  prlimit: string | null;
  /** Null: there is no jail, and Deno's permissions are the only wall. */
  jail: Jail | null;
};

/** Bubblewrap, and how it can be used here. */
export type Jail = {
  bwrap: string;
  /** The files that each runtime for JavaScript and `prlimit` are linked with. */
  libraries: Partial<Record<JavaScript, readonly string[]>>;
  pythons: Partial<Record<Python, PythonFiles>>;
  /** Files with the filters of system calls. Null: none is used, and Python cannot be. */
  filters: Readonly<Record<Filter, string>> | null;
  /** Whether it can keep processes from making namespaces of their own. */
  disablesUserns: boolean;
  /** Whether /proc can be mounted. If not, a symbolic link replaces the one file in it that Deno needs. */
  hasProc: boolean;
};

/** User and group id of `nobody`, as which processes run if the server is root. */
const NOBODY = 65534;
/** Where a process in a jail sees its place, its runtime, and the folder in which it starts. */
export const JAIL_PLACE = '/program';
const JAIL_RUNTIME = '/runtime';
const JAIL_CWD = '/tmp';
/** Size of that folder, which is in memory, in bytes. */
const JAIL_BYTES = 2 ** 20;

/** Denied one by one, so that nothing of a later version is allowed by default. */
const DENIED = ['net', 'env', 'sys', 'write', 'run', 'ffi', 'import'].map((name) => `--deny-${name}`);
const DENO_FLAGS = ['--quiet', '--no-prompt', '--no-config', '--no-lock', '--no-remote', '--no-npm'];
/** Node's own permissions: a second wall, inside a jail. They do not cover databases, which open files by themselves. */
const NODE_FLAGS = ['--permission', '--allow-worker', '--no-experimental-sqlite', '--no-warnings'];

/** The environment of every such process. */
const ENVIRONMENT = {
  ...DENO_ENVIRONMENT,
  // No graphics driver is loaded, in threads of a program's own, too.
  DENO_WEBGPU_BACKEND: 'none',
};

/** How many files a process with Python may have open: it needs none for a thread, and pairs of sockets take memory. */
const PYTHON_FILES = 64;
/** Memory that a process with Python may have for data, in bytes, beside the stacks of its threads. */
const PYTHON_BYTES = 2 ** 31;
/** The same for each process of a script that starts processes: what they have together is watched. */
const FORKING_BYTES = 2 ** 29;
/** A thread's stack, in bytes. */
const STACK_BYTES = 2 ** 23;

/** Memory that the processes of a script can share, in bytes. */
const SHARED_BYTES = 2 ** 20;
/** How many threads and processes a script has at most that starts processes, and how many files each may have open. */
const FORKING = { nproc: 64, nofile: 96 };

/** Returns how many threads and processes a process with `maxJobs` threads may have. Measured: up to 2 a job. */
export function processesFor(maxJobs: number): number {
  return 64 + 4 * maxJobs;
}

/** Returns the command that boots the entry of `place`. The process sees only that folder. `forks`: see `Kind`. */
export function walledCommand(
  runtime: Runtime,
  place: Place,
  walls: Walls,
  processes: number,
  forks = false,
): Command {
  const args = [...flags(runtime, place.seenFolder), place.entry];
  return walledIn(runtime, args, place, walls, processes, forks);
}

/** Returns the command that starts a runtime behind walls with `args`. Paths in them are as the process sees them. */
export function walledIn(
  runtime: Runtime,
  args: readonly string[],
  place: Place,
  walls: Walls,
  processes: number,
  forks = false,
): Command {
  const { jail, setpriv, prlimit, emptyFolder } = walls;
  // A new user makes the system forget what to do when the parent dies (bounds.ts).
  const asNobody = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--pdeathsig=KILL'];
  const shown = shownOf(runtime, walls);
  const filter = jail?.filters?.[isPython(runtime) ? (forks ? 'forking' : 'python') : 'javascript'];
  // Without a filter, Python has no second wall.
  if (isPython(runtime) && filter === undefined) throw new Error('There are no filters of system calls.');
  const [file = '', ...rest] = [
    ...(setpriv ? [setpriv, ...asNobody] : []),
    ...(jail ? [jail.bwrap, ...jailArgs(shown, jail, place, prlimit, filter, forks), '--'] : []),
    // The system counts the processes of a user in a namespace: outside of a jail, those of all runs together.
    ...(jail && prlimit ? [`${JAIL_RUNTIME}/prlimit`, ...limits(runtime, processes, forks)] : []),
    shown.executable,
    ...args,
  ];
  return {
    ...{ file, args: rest, cwd: emptyFolder, isBounded: true, isJailed: jail !== null },
    env: isPython(runtime) ? {} : ENVIRONMENT,
    ...(filter !== undefined && { filter }),
    ...(forks && { forks }),
  };
}

/** A runtime's own permissions: to read the folder, and nothing else. Python has none. */
function flags(runtime: Runtime, folder: string): string[] {
  if (isPython(runtime)) return [...PYTHON_FLAGS, '-B'];
  if (runtime === 'node') return [...NODE_FLAGS, `--allow-fs-read=${folder}`];
  // In a Deno permission a comma ends a path, and two are one in it.
  return ['run', ...DENO_FLAGS, ...DENIED, `--allow-read=${folder.replaceAll(',', ',,')}`];
}

/** Limits of a process in a jail: see prlimit(1). */
function limits(runtime: Runtime, processes: number, forks: boolean): string[] {
  const most = { nproc: processes };
  // Python reserves no more than it uses, so it can be refused memory: an exception, where others are killed.
  const data = PYTHON_BYTES + (processes / 4) * STACK_BYTES;
  const python = forks ? { ...FORKING, data: FORKING_BYTES } : { ...most, nofile: PYTHON_FILES, data };
  const all = isPython(runtime) ? python : most;
  return Object.entries(all).map(([name, value]) => `--${name}=${value}:${value}`);
}

/** What a process sees of its runtime: where its executable is, and what is shown where, read-only. */
type Shown = {
  executable: string;
  files: readonly (readonly [from: string, to: string])[];
  /** Whether it needs /proc, which tells much of the machine, and where it has what is shown. */
  needsProc: boolean;
};

function shownOf(runtime: Runtime, { executables, emptyFolder, jail }: Walls): Shown {
  if (isPython(runtime)) {
    const python = jail?.pythons[runtime];
    if (python === undefined) throw new Error(`${runtime} is not in this sandbox.`);
    return shownOfPython(python, emptyFolder);
  }
  const file = executables[runtime] ?? runtime;
  if (jail === null) return { executable: file, files: [], needsProc: true };
  const executable = `${JAIL_RUNTIME}/${runtime}`;
  const libraries = (jail.libraries[runtime] ?? []).map((library) => [library, library] as const);
  return { executable, files: [...libraries, [file, executable]], needsProc: true };
}

/** Python finds its library by itself, since that is where it is anywhere: at `lib/python3.x` beside `bin`. */
function shownOfPython(
  { executable: file, folders, packages, libraries }: PythonFiles,
  emptyFolder: string,
): Shown {
  const executable = `${JAIL_RUNTIME}/bin/${path.basename(file)}`;
  const inside = (folder: string, depth: number) =>
    [JAIL_RUNTIME, ...folder.split('/').slice(-depth)].join('/');
  return {
    executable,
    needsProc: false,
    files: [
      ...libraries.map((library) => [library, library] as const),
      [file, executable],
      ...folders.map((folder) => [folder, inside(folder, 2)] as const),
      // What else is installed on this machine is not for programs to know.
      ...packages.map((folder) => [emptyFolder, inside(folder, 3)] as const),
    ],
  };
}

/** Bubblewrap's arguments: see bwrap(1). */
function jailArgs(
  { executable, files, needsProc }: Shown,
  { disablesUserns, hasProc }: Jail,
  place: Place,
  prlimit: string | null,
  filter: string | undefined,
  forks: boolean,
): string[] {
  const readOnly = (from: string, to: string) => ['--ro-bind', from, to];
  const self = ['--dir', '/proc/self', '--symlink', executable, '/proc/self/exe'];
  const proc = needsProc ? (hasProc ? ['--proc', '/proc'] : self) : [];
  return [
    ...['--unshare-all', '--unshare-user', '--new-session', '--die-with-parent', '--cap-drop', 'ALL'],
    ...(disablesUserns ? ['--disable-userns'] : []),
    ...(filter ? ['--seccomp', String(FILTER_FILE)] : []),
    ...['--hostname', 'playground'],
    ...files.flatMap(([from, to]) => readOnly(from, to)),
    ...(prlimit ? readOnly(prlimit, `${JAIL_RUNTIME}/prlimit`) : []),
    ...proc,
    ...readOnly(place.folder, JAIL_PLACE),
    ...(place.shown ? readOnly(place.shown.from, path.join(JAIL_PLACE, place.shown.name)) : []),
    // Nothing else there can be written: it keeps its size, since no file may be made longer.
    ...(forks ? ['--bind', place.share(SHARED_BYTES), path.join(JAIL_PLACE, SHARED_FILE)] : []),
    ...['--size', String(JAIL_BYTES), '--tmpfs', JAIL_CWD, '--chdir', JAIL_CWD],
    // Nothing can be added to what is mounted.
    ...['--remount-ro', '/'],
  ];
}
