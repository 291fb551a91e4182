/** Inspects the machine's processes from outside, through /proc. */
import fs from 'node:fs';

/** Reports whether a process exists. A zombie does not count. */
export function isAlive(pid: number): boolean {
  const stat = statOf(pid);
  return stat !== null && stat.state !== 'Z';
}

/** Returns those of `pids` that are alive. */
export function alive(pids: number[]): number[] {
  return pids.filter(isAlive);
}

/** Returns the parent of a process; null if the process does not exist. */
export function parentOf(pid: number): number | null {
  return statOf(pid)?.parent ?? null;
}

/**
 * Returns the program processes of the playground with its data in `folder`: the arguments contain its compiled code.
 */
export function programProcesses(folder: string): number[] {
  return allPids().filter((pid) => isAlive(pid) && commandOf(pid).includes(`${folder}/build`));
}

/** Returns the children of a process. */
export function childrenOf(pid: number): number[] {
  return allPids().filter((one) => isAlive(one) && parentOf(one) === pid);
}

function allPids(): number[] {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Returns the command line of a process, its arguments terminated by NUL; empty if the process does not exist. */
export function commandOf(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** See proc_pid_stat(5). The name, in brackets, may contain brackets and spaces. */
function statOf(pid: number): { state: string; parent: number } | null {
  try {
    const line = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent] = line.slice(line.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return null;
  }
}
