/** The field `everyRuntime`: the same run on each runtime that can execute its program, one after another. */
import { isPython, RUNTIME_NAMES, RUNTIMES, type Runtime } from './runtimes.ts';

/** The runtimes that start on this server: for the lessons' own programs, and for those that somebody wrote. */
export type WorkingRuntimes = { lessons: readonly Runtime[]; own: readonly Runtime[] };

/** What decides where a program can run: a program that somebody wrote is in the language of its runtime. */
type Program = { isOwn: boolean; hasPython: boolean; runtime: Runtime };

/** Returns the runtimes that a program can run on, in the order of `RUNTIMES`. */
export function runtimesFor(program: Program, working: WorkingRuntimes): Runtime[] {
  const { isOwn, hasPython, runtime } = program;
  const all = isOwn ? working.own : working.lessons;
  const isFit = (one: Runtime) => (isOwn ? isPython(one) === isPython(runtime) : hasPython || !isPython(one));
  return RUNTIMES.filter((one) => all.includes(one) && isFit(one));
}

/** Returns why a program cannot run on every runtime, in a sentence: fewer than two can run it. Null if it can. */
export function whyNotOnEvery(runtimes: readonly Runtime[]): string | null {
  if (runtimes.length > 1) return null;
  const [only] = runtimes;
  const have =
    only === undefined
      ? 'no runtime here can run this program'
      : `only ${RUNTIME_NAMES[only]} can run this program here`;
  return `Clear “On every runtime”: ${have}.`;
}
