/** What remains of a run: processes, and files in the server's folder. */
import fs from 'node:fs';
import path from 'node:path';
import { commandOf, isAlive } from '../contract/processes.ts';

/** What the server starts for all runs: its compiler, what finds type errors, and what starts the others. */
const OF_SERVER = /compile-process|check-process|starter-process|hints|tsc|tsgo/;

/** Watches all processes below the server's, so that those are known that leave its tree. */
export class Processes {
  #server: number;
  #known: Set<number>;
  #seen = new Set<number>();
  #timer: NodeJS.Timeout;
  #most = 0;

  constructor(server: number) {
    this.#server = server;
    this.#known = new Set(below(server));
    this.#timer = setInterval(() => this.#look(), 50);
  }

  /** Most processes at once beside those at the beginning. */
  get most(): number {
    return this.#most;
  }

  /** Ends the watch; returns the processes that are left. Waits until there are none, for at most `ms`. */
  async left(ms: number): Promise<number[]> {
    this.#look();
    clearInterval(this.#timer);
    const until = performance.now() + ms;
    for (;;) {
      // A process that was just forked still has the server's own command.
      const left = [...this.#seen].filter((pid) => isAlive(pid) && !OF_SERVER.test(commandOf(pid)));
      if (left.length === 0 || performance.now() > until) return left;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  #look(): void {
    const now = below(this.#server).filter((pid) => !this.#known.has(pid) && !OF_SERVER.test(commandOf(pid)));
    this.#most = Math.max(this.#most, now.length);
    for (const pid of now) this.#seen.add(pid);
  }
}

/** Returns the processes below one. */
export function below(pid: number): number[] {
  const children = tasksOf(pid).flatMap((task) => read(`/proc/${pid}/task/${task}/children`).split(' '));
  return children.filter((one) => one !== '').flatMap((one) => [Number(one), ...below(Number(one))]);
}

/** Returns the threads of a process: each has the children that it started. */
function tasksOf(pid: number): string[] {
  try {
    return fs.readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Returns the programs of that file name in a sandbox's folder whose text has `part`. Some may go meanwhile. */
export function programsWith(sandboxFolder: string, name: string, part: string): string[] {
  const places = path.join(sandboxFolder, 'places');
  return fs
    .readdirSync(places)
    .map((place) => path.join(places, place, name))
    .filter((file) => fs.existsSync(file) && read(file).includes(part));
}

/** Returns the resident memory of a process, in MiB. */
export function residentMib(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
