/**
 * Limits of the operating system. Every process dies with the server. One with code that somebody wrote opens few files
 * and writes none, uses no more processor time than a pass has, yields to the server when a resource is short, and
 * dumps no core. Memory is watched instead (usage-watch.ts), because a runtime reserves far more than it uses.
 */
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import type { Command } from './runtimes.ts';

/** Limits of a process with code that somebody wrote. */
export type Bounds = { files: number; cpuSeconds: number };

/** The number of the file from which bubblewrap reads its filter of system calls. */
export const FILTER_FILE = 3;

/** Where distributions install it. */
const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'];

/**
 * How much a process with code that somebody wrote gives way to others, from the server's own niceness: it gets a third
 * of their share of a busy core.
 */
export const NICE = 5;
/**
 * How much a process gives way that is one of many: it gets a tenth of their share. A class that presses Run starts more
 * processes at once than there are cores, and the server must not stand in line with all of them.
 */
export const MANY_NICE = 10;
/**
 * The same for its session, if it has code that somebody wrote: where Linux groups processes by session, that decides, and
 * each process here is one. With 5 and in all lanes alike, the server waited up to 350 ms for a core while 32 jails
 * started; with 13 from the third lane on, up to 60. With 19, none could start beside others that compute.
 */
const MANY_SESSION_NICE = 13;
/**
 * From how much processor time on it gives way to all others, and how much: then even ten on each core leave the server
 * most of it. Not before: to start, it needs its share also where a machine is busy with other things.
 */
export const BUSY = { cpuMs: 250, nice: 15 };

// A session has a priority of its own if Linux groups processes by session, as each of these is one. A shell tells its
// children the path of the folder, which the process need not know.
const YIELD = `
{ echo "$2" > /proc/self/autogroup; } 2>/dev/null
nice=$1; shift 2
unset PWD OLDPWD
command -v nice > /dev/null || exec "$@"
exec nice -n "$nice" "$@"
`;

// Where the system has no such limit, or not so high a one, the others apply. If the server died before its death could
// be a signal, the process has another parent by now. If the filter cannot be opened, the shell ends.
const SCRIPT = `
{
  [ "$1" = 0 ] || [ "$PPID" = "$1" ] || exit 1
  ulimit -c 0
  ulimit -f 0
  ulimit -n "$2"
  ulimit -t "$3"
  echo 1000 > /proc/self/oom_score_adj
} 2>/dev/null
[ -z "$4" ] || exec ${FILTER_FILE}< "$4"
shift 4
${YIELD}`;

/**
 * Finds `setpriv`, which makes a process receive a signal when its parent dies. Returns null if it is missing: it is
 * part of util-linux, and only Linux has such a signal.
 */
export function findSetpriv(): string | null {
  if (process.platform !== 'linux') return null;
  return SETPRIV.find(works) ?? null;
}

function works(file: string): boolean {
  try {
    const args = ['--pdeathsig', 'KILL', '--', '/bin/sh', '-c', 'exit 7'];
    return spawnSync(file, args, { env: {}, stdio: 'ignore' }).status === 7;
  } catch {
    // On Deno, a program that the server may not run.
    return false;
  }
}

/** Returns the command for a process that receives `signal` when the server dies; unchanged without `setpriv`. */
export function dying(command: Command, setpriv: string | null, signal: 'KILL' | 'CONT'): Command {
  if (setpriv === null) return command;
  return { ...command, file: setpriv, args: ['--pdeathsig', signal, '--', command.file, ...command.args] };
}

/**
 * Returns the command for a process that yields as one of many, and dies with the server if `setpriv` is not null. On
 * Windows, which has no such shell, it is unchanged.
 */
export function yielding(command: Command, setpriv: string | null): Command {
  if (process.platform === 'win32') return command;
  const args = ['-c', YIELD, 'sh', ...niceOf(command).map(String), command.file, ...command.args];
  return dying({ ...command, file: '/bin/sh', args }, setpriv, 'KILL');
}

/** Returns how much a process that gives way does, and how much its session. */
export function niceOf({ yields = false, isBounded = false }: Command): [process: number, session: number] {
  if (!yields) return [NICE, NICE];
  return [MANY_NICE, isBounded ? MANY_SESSION_NICE : MANY_NICE];
}

/** Returns the command for a process within bounds, which dies with its parent `parentPid` if `setpriv` is not null. */
export function bounded(
  command: Command,
  { files, cpuSeconds }: Bounds,
  setpriv: string | null,
  parentPid: number,
): Command {
  const parent = setpriv === null ? 0 : parentPid;
  const given = [parent, files, cpuSeconds, command.filter ?? '', ...niceOf(command)].map(String);
  const args = ['-c', SCRIPT, 'sh', ...given, command.file, ...command.args];
  return dying({ ...command, file: '/bin/sh', args }, setpriv, 'KILL');
}
