/** The field `runtime`, if it is a Python: which programs can run on it here. */
import { isPython, type Python, RUNTIME_NAMES, type Runtime } from './runtimes.ts';

/** What a server runs on Python. */
export type PythonRules = {
  /** The Pythons that it has, for the lessons' own programs. */
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

/**
 * What a request asks for that decides whether it can run on Python. `isOwn`: somebody wrote its program; `isCell`: it is
 * a cell of the notebook.
 */
type Asked = { lesson: string; isOwn: boolean; isCell: boolean; challenge: string };

/**
 * Returns why a program cannot run on `runtime` because that is a Python, in sentences; null if it can. `jailed`: the
 * runtimes of programs that somebody wrote. Such a program is in the language of its runtime.
 */
export function whyNotOn(
  runtime: Runtime,
  { lesson, isOwn, isCell, challenge }: Asked,
  { runtimes, why, lessons }: PythonRules,
  jailed: readonly Runtime[],
): string | null {
  if (!isPython(runtime)) return null;
  if (challenge !== '') return 'Choose another runtime: challenges are in JavaScript.';
  if (isOwn && jailed.includes(runtime)) return null;
  if (isCell && runtimes.length === 0) return why;
  if (!runtimes.includes(runtime))
    return `Choose another runtime. ${why || `This server has no ${RUNTIME_NAMES[runtime]}.`}`;
  if (isOwn) return `${ONLY_IN_JAIL}${whatElse(jailed)}`;
  if (isCell || lessons.has(lesson)) return null;
  return 'Choose another runtime: this lesson has no program in Python.';
}

const ONLY_IN_JAIL =
  'Changed programs in Python run only in a jail that holds Python, and this server has none. The lessons’ own programs run.';

/** Names the runtimes of programs in JavaScript that somebody wrote. */
function whatElse(jailed: readonly Runtime[]): string {
  const names = jailed.filter((runtime) => !isPython(runtime)).map((runtime) => RUNTIME_NAMES[runtime]);
  return names.length === 0 ? '' : ` For a program in JavaScript, choose ${names.join(' or ')}.`;
}

/** An import of what can wake a script unseen: handlers of signals, and threads that are started without `threading`. */
const UNSEEN = /^[ \t]*(?:from[ \t]+(?:signal|_thread)\b|import[ \t][^#\n]*\b(?:signal|_thread)\b)/m;

/** Reports whether something that is not watched may end the waits of a script, so that it is never told to be stuck. */
export function mayWakeUnseen(code: string): boolean {
  return UNSEEN.test(code);
}

/** A definition of a job, with its parameters, or another name for a function. */
const JOB =
  /^(?:async[ \t]+)?def[ \t]+job(?:_async)?[ \t]*\(([^)]*)\)|^job(?:_async)?[ \t]*=[ \t]*(?:lambda\b|[A-Za-z_]\w*[ \t]*(?:#|$))/gm;
/** What scripts start threads or processes with. */
const OF_SCRIPTS =
  /^[ \t]*(?:from|import)[ \t][^#\n]*\b(?:threading|_thread|concurrent|queue|multiprocessing)\b|\bfork\b/m;

/**
 * Reports whether a program that has run looks like a script, with threads and processes of its own: it has no job for us
 * to start. The server knows for sure when it checks the program (programs/check-process.py).
 */
export function looksLikeScript({ code, runtime }: { code: string; runtime: Runtime }): boolean {
  if (!isPython(runtime) || !OF_SCRIPTS.test(code)) return false;
  return ![...code.matchAll(JOB)].some(([, params]) => params === undefined || takesTwo(params));
}

/** Reports whether a function with these parameters can be called with a number and the api. */
function takesTwo(params: string): boolean {
  const all = params.split(',').map((one) => one.trim());
  const named = all.filter((one) => /^[A-Za-z_]/.test(one));
  const required = named.filter((one) => !one.includes('='));
  return required.length <= 2 && (named.length >= 2 || all.some((one) => /^\*\w/.test(one)));
}
