/** Looks at the machine's processes from outside, by /proc: what lives, whose child it is, and what was left. */
import fs from 'node:fs';

/** Whether there is such a process. One that has ended and was not yet collected by its parent counts as none. */
export function isAlive(pid: number): boolean {
  const stat = statOf(pid);
  return stat !== null && stat.state !== 'Z';
}

/** Which of `pids` are alive. */
export function alive(pids: number[]): number[] {
  return pids.filter(isAlive);
}

/** The parent of a process; null if there is no such process. */
export function parentOf(pid: number): number | null {
  return statOf(pid)?.parent ?? null;
}

/** The program processes of the playground whose data is in `folder`: its compiled code is among their arguments. */
export function programProcesses(folder: string): number[] {
  return allPids().filter((pid) => isAlive(pid) && commandOf(pid).includes(`${folder}/build`));
}

/** The children of a process. */
export function childrenOf(pid: number): number[] {
  return allPids().filter((one) => isAlive(one) && parentOf(one) === pid);
}

function allPids(): number[] {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** The command line of a process, its words ended by NUL; empty if there is no such process. */
export function commandOf(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** See proc_pid_stat(5); the name, in brackets, may hold brackets and spaces itself. */
function statOf(pid: number): { state: string; parent: number } | null {
  try {
    const line = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent] = line.slice(line.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return null;
  }
}
