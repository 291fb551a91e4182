/**
 * The process of a program where orders are given: its number is the same in every execution, if the runtime lets it be
 * replaced, and programs can send signals to it alone. In a search, one that ends it ends only the execution.
 */
import { process } from '../builtins.ts';
import { replace } from './replace.ts';

/** The number that programs see on Node. */
const OWN_PID = 1;

/** Signals that end a process unless it listens to them, which a thread cannot. */
const ENDING: Record<string, number> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGTERM: 15,
};

type Kill = (pid: number, signal?: string | number) => unknown;

/**
 * Replaces the number of the process, and what sends signals. `end`: called with the name of a signal that would end the
 * process; if null, the signal does that.
 */
export function replaceOwnProcess(end: ((signal: string) => never) | null): void {
  const { pid } = process;
  replace(process, 'pid', OWN_PID);
  replaceKill(process, 'process.kill', pid, end);
  const deno: unknown = Reflect.get(globalThis, 'Deno');
  if (typeof deno === 'object' && deno !== null) replaceKill(deno, 'Deno.kill', pid, end);
}

function replaceKill(
  object: object,
  shown: string,
  ownPid: number,
  end: ((signal: string) => never) | null,
): void {
  const kill: Kill = Reflect.get(object, 'kill').bind(object);
  replace(object, 'kill', (pid: number, signal: string | number = 'SIGTERM') => {
    if (pid !== process.pid && pid !== ownPid)
      throw new Error(`${shown} cannot reach another process where the order of steps is given.`);
    const name = Object.keys(ENDING).find((name) => name === signal || ENDING[name] === signal);
    if (end === null || name === undefined) return kill(ownPid, signal);
    // Throws if the program may not send signals. It changes nothing for this process.
    kill(ownPid, 'SIGCONT');
    return end(name);
  });
}
