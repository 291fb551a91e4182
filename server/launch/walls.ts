/** Builds the commands that start a process of a program that somebody wrote: behind walls, and within limits. */
import type { Runtime } from '../spec/runtimes.ts';
import type { Place } from './place.ts';
import { type Command, DENO_ENVIRONMENT } from './runtimes.ts';

/** The means that this machine has to confine a process. Paths are absolute. */
export type Walls = {
  /** Executables of the installed runtimes, if possible at paths that say nothing about the server. */
  executables: Partial<Record<Runtime, string>>;
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
  /** The files that each runtime and `prlimit` are linked with. */
  libraries: Partial<Record<Runtime, readonly string[]>>;
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

/** Returns how many threads and processes a process with `maxJobs` threads may have. Measured: up to 2 a job. */
export function processesFor(maxJobs: number): number {
  return 64 + 4 * maxJobs;
}

/** Returns the command that boots the entry of `place`. The process sees only that folder. */
export function walledCommand(runtime: Runtime, place: Place, walls: Walls, processes: number): Command {
  return walledIn(runtime, [...flags(runtime, place.seenFolder), place.entry], place, walls, processes);
}

/** Returns the command that starts a runtime behind walls with `args`. Paths in them are as the process sees them. */
export function walledIn(
  runtime: Runtime,
  args: readonly string[],
  place: Place,
  walls: Walls,
  processes: number,
): Command {
  const { jail, setpriv, prlimit, emptyFolder } = walls;
  const executable = walls.executables[runtime] ?? runtime;
  // A new user makes the system forget what to do when the parent dies (bounds.ts).
  const asNobody = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--pdeathsig=KILL'];
  const [file = '', ...rest] = [
    ...(setpriv ? [setpriv, ...asNobody] : []),
    ...(jail ? [jail.bwrap, ...jailArgs(runtime, executable, jail, place, prlimit), '--'] : []),
    // The system counts the processes of a user in a namespace: outside of a jail, those of all runs together.
    ...(jail && prlimit ? [`${JAIL_RUNTIME}/prlimit`, `--nproc=${processes}:${processes}`] : []),
    jail ? `${JAIL_RUNTIME}/${runtime}` : executable,
    ...args,
  ];
  return { file, args: rest, env: ENVIRONMENT, cwd: emptyFolder, isBounded: true, isJailed: jail !== null };
}

/** A runtime's own permissions: to read the folder, and nothing else. */
function flags(runtime: Runtime, folder: string): string[] {
  if (runtime === 'node') return [...NODE_FLAGS, `--allow-fs-read=${folder}`];
  // In a Deno permission a comma ends a path, and two are one in it.
  return ['run', ...DENO_FLAGS, ...DENIED, `--allow-read=${folder.replaceAll(',', ',,')}`];
}

/** Bubblewrap's arguments: see bwrap(1). */
function jailArgs(
  runtime: Runtime,
  executable: string,
  { libraries, disablesUserns, hasProc }: Jail,
  place: Place,
  prlimit: string | null,
): string[] {
  const readOnly = (from: string, to = from) => ['--ro-bind', from, to];
  const inside = `${JAIL_RUNTIME}/${runtime}`;
  return [
    ...['--unshare-all', '--unshare-user', '--new-session', '--die-with-parent', '--cap-drop', 'ALL'],
    ...(disablesUserns ? ['--disable-userns'] : []),
    ...['--hostname', 'playground'],
    ...(libraries[runtime] ?? []).flatMap((file) => readOnly(file)),
    ...readOnly(executable, inside),
    ...(prlimit ? readOnly(prlimit, `${JAIL_RUNTIME}/prlimit`) : []),
    ...(hasProc ? ['--proc', '/proc'] : ['--dir', '/proc/self', '--symlink', inside, '/proc/self/exe']),
    ...readOnly(place.folder, JAIL_PLACE),
    ...['--size', String(JAIL_BYTES), '--tmpfs', JAIL_CWD, '--chdir', JAIL_CWD],
    // Nothing can be added to what is mounted.
    ...['--remount-ro', '/'],
  ];
}
