/** What a request for a run asks for: what it leaves out is filled in by the rules of the server and the lesson. */
import { type CodeRules, codeOf, notebookCode } from './code.ts';
import { runtimesFor, type WorkingRuntimes } from './every-runtime.ts';
import { usualOrderedModes } from './explore.ts';
import type { Mode } from './modes.ts';
import { NO_PYTHON, type PythonRules } from './python.ts';
import { isPython, JAVASCRIPT, type Runtime } from './runtimes.ts';
import { DEFAULTS, type SpecDefaults } from './spec.ts';

/** The limits and lessons that decide whether a spec is accepted. */
export type SpecRules = {
  maxJobs: number;
  /** Most child processes at once. A sweep cannot exceed it: further workers would not exist. */
  maxProcesses: number;
  /** Memory for all programs together, in MiB; unlimited if left out. It limits a sweep too. */
  memoryMib?: number;
  lessons: ReadonlyMap<string, SpecDefaults>;
  /** The names of the challenges; none if left out. */
  challenges?: ReadonlySet<string>;
  /** Rules for programs that somebody wrote; if left out, none is accepted. */
  code?: CodeRules;
  /** Rules for Python; if left out, there is none. */
  python?: PythonRules;
  /** The runtimes that start; if left out, all that programs may run on. */
  working?: WorkingRuntimes;
};

/** The fields of a request that decide what it asks for, as far as they are given and right. */
export type Fields = {
  lesson?: string | undefined;
  code?: string | undefined;
  modes?: readonly Mode[] | undefined;
  runtime?: Runtime | undefined;
  jobs?: number | undefined;
  repeat?: number | null | undefined;
  sweep?: number | null | undefined;
  everyRuntime?: boolean | null | undefined;
  explore?: boolean | null | undefined;
  schedule?: string | null | undefined;
  challenge?: string | undefined;
};

/** Reports whether a scheduler of ours is to execute the program: every order of its steps, or one. */
export const isOrderAsked = ({ explore, schedule }: Fields) => explore === true || (schedule ?? '') !== '';

/** Accepts no program but the lessons' own. */
export const LESSONS_ONLY: CodeRules = {
  maxBytes: 0,
  runtimes: [],
  why: 'This server runs only the programs of the lessons and the notebook.',
  programs: new Map(),
};

/** Returns functions that tell what a request asks for, by the rules of a server. */
export function askedBy({
  lessons,
  code: rules = LESSONS_ONLY,
  python = NO_PYTHON,
  working = { lessons: [...JAVASCRIPT, ...python.runtimes], own: rules.runtimes },
}: SpecRules) {
  /** Returns the program that somebody wrote; empty if it is the lesson's own. */
  const ownCode = (lesson: string | undefined, code = '') => codeOf(code, lesson ?? '', rules);
  /** Returns the settings of a lesson, or the usual ones. */
  const usualOf = (lesson?: string) => ({ ...DEFAULTS, ...(lesson !== undefined && lessons.get(lesson)) });
  /**
   * Returns the runtime of a request. If it names none, it is the usual one, or another that can run the program. One
   * that somebody wrote is then in JavaScript.
   */
  const runtimeOf = ({ lesson, code, runtime }: Fields): Runtime => {
    if (runtime !== undefined) return runtime;
    const usual = usualOf(lesson).runtime;
    if (ownCode(lesson, code) === '')
      return isPython(usual) && !python.runtimes.includes(usual) ? DEFAULTS.runtime : usual;
    const fit = rules.runtimes.filter((one) => !isPython(one));
    return fit.find((one) => one === usual) ?? fit[0] ?? DEFAULTS.runtime;
  };
  /** Returns the cell of the notebook that is the program of a request; null if it is none. */
  const cellOf = (fields: Fields) =>
    isPython(runtimeOf(fields)) ? notebookCode(fields.code ?? '', rules) : null;
  /** Reports whether somebody wrote the program of a request. */
  const isOwn = (fields: Fields) => ownCode(fields.lesson, fields.code) !== '' && cellOf(fields) === null;
  /** Returns the modes that are asked for, or the usual ones. */
  const modesOf = (fields: Fields): readonly Mode[] => {
    const usual = usualOf(fields.lesson).modes;
    return fields.modes ?? (isOrderAsked(fields) ? usualOrderedModes(usual) : usual);
  };
  /** Returns the runtimes that can run the program of a request. */
  const everyRuntimeOf = (fields: Fields): Runtime[] => {
    const { lesson = DEFAULTS.lesson } = fields;
    if (cellOf(fields) !== null) return working.lessons.filter(isPython);
    const hasPython = python.lessons.has(lesson);
    return runtimesFor({ isOwn: isOwn(fields), hasPython, runtime: runtimeOf(fields) }, working);
  };
  return { ownCode, usualOf, runtimeOf, cellOf, isOwn, modesOf, everyRuntimeOf };
}
