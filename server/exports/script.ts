/**
 * A run's program as a downloadable script: for Node, Deno or Python, in one file without dependencies. Of the spec it
 * contains only numbers and mode names; the rest is source text.
 */

import { nameOf } from '../lessons/own-program.ts';
import { hasWorkers, type Mode } from '../spec/modes.ts';
import { isPython } from '../spec/runtimes.ts';
import type { Spec } from '../spec/spec.ts';
import { preambleOf } from '../words/preamble.ts';
import { harnessOf } from './harness.ts';
import { assemblePython } from './python-script.ts';
import { freeName, globalOf } from './scope.ts';
import { stripTypes } from './strip.ts';

export const LANGUAGES = ['mjs', 'ts', 'py'] as const;
/** The scripts' languages, by file extension. */
export type Language = (typeof LANGUAGES)[number];

/** The input for a script. */
export type ScriptSource = {
  spec: Spec;
  /** The run's address, for the comment at the top. */
  address: string;
  /** The mode that shows the program's point best, if there is one. */
  mode?: Mode | undefined;
  /** The program in TypeScript. */
  program: string;
  /** The program without types, if it is known; its types are stripped otherwise. */
  plain?: string | undefined;
  /** The program in Python and the prelude; null if there is none. */
  python: { prelude: string; program: string } | null;
  /** Whether it is a script as it is: see `Compiled`. */
  isScript?: boolean | undefined;
};

/** Thrown if there is no such script; the message is a sentence for the user. */
export class NoScriptError extends Error {}

/** Returns the mode that a script starts in: `preferred` if the run has it, else its last mode with workers. */
export function modeOf({ modes }: Pick<Spec, 'modes'>, preferred?: Mode): Mode {
  if (preferred && modes.includes(preferred)) return preferred;
  return modes.findLast(hasWorkers) ?? modes.at(-1) ?? 'threads';
}

/** Returns the text of the script. Throws `NoScriptError` if the program cannot be converted. */
export function scriptOf(language: Language, source: ScriptSource): string {
  const { code, runtime } = source.spec;
  if (code !== '' && isPython(runtime) !== (language === 'py'))
    throw new NoScriptError(otherLanguage(source.spec));
  if (source.isScript) return code;
  return language === 'py' ? pythonScript(source) : javaScript(language, source);
}

/** Says that a program that somebody wrote is in one language only. */
export function otherLanguage({ code, runtime }: Pick<Spec, 'code' | 'runtime'>): string {
  if (code === '') return 'This lesson has no program in Python.';
  return `This program is in ${isPython(runtime) ? 'Python' : 'JavaScript'}: the playground does not translate programs.`;
}

const EXECUTE = { mjs: 'node', ts: 'deno run -A', py: 'python3' } as const;
const NEEDS = { mjs: 'Node 22', ts: 'Deno 2', py: 'Python 3.9' } as const;

/** Returns the name of the script's file. In Python, a lesson's name alone may shadow a module, such as `queue`. */
export function fileNameOf(language: Language, spec: Pick<Spec, 'lesson' | 'code' | 'runtime'>): string {
  return language === 'py' ? `${nameOf(spec)}-script.py` : `${nameOf(spec)}.${language}`;
}

/** Returns the lines of the comment at the top. */
function headerOf(language: Language, { spec, address }: ScriptSource): string[] {
  return [
    `${nameOf(spec)}: a program from the Concurrency Playground, with the settings of ${address}`,
    '',
    `  ${EXECUTE[language]} ${fileNameOf(language, spec)} [sequential | event-loop | threads | processes]`,
    '',
    `It needs ${NEEDS[language]} or newer, and nothing else.`,
  ];
}

/** Returns the settings by the names of the scripts' constants; `none` is the language's null. */
function settingsOf(spec: Spec, none: string): Record<string, string> {
  const { jobs, workers, minSeconds, maxSeconds, work, seed } = spec;
  return {
    JOBS: String(jobs),
    WORKERS: workers === null ? none : String(workers),
    MIN_SECONDS: String(minSeconds),
    MAX_SECONDS: String(maxSeconds),
    WORK: `'${work}'`,
    SEED: String(seed),
  };
}

const REMARKS: Record<string, string> = {
  MODE: 'sequential, event-loop, threads or processes',
  WORKERS: 'how many jobs run at once; null: all of them, each in its own lane',
  MIN_SECONDS: 'random() returns seconds from this range',
  WORK: 'what work() does: wait, compute, or mixed (even jobs wait, odd jobs compute)',
  SEED: 'for random(): the same seed gives the same numbers',
};

function javaScript(language: 'mjs' | 'ts', source: ScriptSource): string {
  const isTyped = language === 'ts';
  const untyped = withoutTypeImport(source.program);
  const program = (isTyped ? untyped : (source.plain ?? plain(untyped))).trim();

  const mode = `${globalOf(program, 'process')}.argv[2] ?? '${modeOf(source.spec, source.mode)}'`;
  const settings = Object.entries({ MODE: mode, ...settingsOf(source.spec, 'null') });
  const constants = Object.fromEntries(settings.map(([name]) => [name, freeName(program, name)]));
  const top = settings.map(([name, value]) => {
    const type = isTyped ? (TYPES[name] ?? '') : '';
    const remark = REMARKS[name] ? ` // ${REMARKS[name]}` : '';
    return `const ${constants[name]}${type} = ${value};${remark}`;
  });
  return [
    ...headerOf(language, source).map((line) => `// ${line}`.trimEnd()),
    '',
    ...top,
    '',
    heading('The program'),
    '',
    program,
    '',
    heading(
      'What the program receives, in each of the four modes. Threads and processes load this file again',
    ),
    '',
    harnessOf(language, program, constants),
    '',
  ].join('\n');
}

/** Returns a program without the import of the api's types: a script defines them itself. */
function withoutTypeImport(program: string): string {
  for (const { kind, at, end } of preambleOf(program)) {
    const isTypes = kind === 'import' && /^import type\b.*types\.ts['"];?$/s.test(program.slice(at, end));
    if (isTypes) return program.slice(0, at) + program.slice(end).replace(/^[ \t]*\n/, '');
  }
  return program;
}

/** Types that TypeScript does not infer from a constant: it is one of several. */
const TYPES: Record<string, string> = { WORKERS: ': number | null', WORK: ': string' };

function plain(program: string): string {
  try {
    return stripTypes(program);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new NoScriptError(`This program cannot be made into plain JavaScript: ${error.message}`);
  }
}

function heading(text: string): string {
  return `// ${'-'.repeat(110)}\n// ${text}`;
}

function pythonScript(source: ScriptSource): string {
  const { spec, python } = source;
  if (!python) throw new NoScriptError(`There is no program in Python for the lesson "${spec.lesson}".`);
  const settings = {
    ...settingsOf(spec, 'None'),
    MODE: `sys.argv[1] if len(sys.argv) > 1 else "${modeOf(spec, source.mode)}"`,
  };
  let prelude = python.prelude.replace(/^import sys\n/m, '');
  for (const [name, value] of Object.entries(settings)) {
    const line = new RegExp(`^${name} = .*?(?=  #|$)`, 'm');
    if (!line.test(prelude)) throw new Error(`The prelude has no constant ${name}.`);
    prelude = prelude.replace(line, () => `${name} = ${value.replaceAll("'", '"')}`);
  }
  const header = headerOf('py', source).map((line) => `# ${line}`.trimEnd());
  const before = `import sys\n\n${prelude.trim()}`;
  return `${header.join('\n')}\n\n${assemblePython(before, python.program)}`;
}
