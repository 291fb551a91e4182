/** The field `runtime`, if it is a Python: which programs can run on it here. */
import { isPython, type Python, RUNTIME_NAMES, type Runtime } from './runtimes.ts';

/** What a server runs on Python. */
export type PythonRules = {
  /** The Pythons that it has. */
  runtimes: readonly Python[];
  /** Why it has none, in a sentence; empty if it has one. */
  why: string;
  /** The lessons that have a program in Python. */
  lessons: ReadonlySet<string>;
};

/** A server without Python. */
export const NO_PYTHON: PythonRules = {
  runtimes: [],
  why: 'There is no Python on this server.',
  lessons: new Set(),
};

/** Returns why a program cannot run on `runtime` because that is a Python, in a sentence; null if it can. */
export function whyNotOn(
  runtime: Runtime,
  { lesson, isOwn }: { lesson: string; isOwn: boolean },
  { runtimes, why, lessons }: PythonRules,
): string | null {
  if (!isPython(runtime)) return null;
  if (!runtimes.includes(runtime))
    return `Choose another runtime. ${why || `This server has no ${RUNTIME_NAMES[runtime]}.`}`;
  if (isOwn)
    return `Choose another runtime: this server runs only the lessons’ own programs on ${RUNTIME_NAMES[runtime]}.`;
  if (lessons.has(lesson)) return null;
  return 'Choose another runtime: this lesson has no program in Python.';
}
