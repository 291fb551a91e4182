/**
 * A run's program as a script to take away: for Node, for Deno, or for Python, in one file with nothing to install. Of
 * the spec only numbers and names of modes go into it; the rest is source text.
 */
import { hasWorkers, type Mode } from '../spec/modes.ts';
import type { Spec } from '../spec/spec.ts';
import { harnessOf } from './harness.ts';
import { freeName, globalOf } from './scope.ts';
import { stripTypes } from './strip.ts';

export const LANGUAGES = ['mjs', 'ts', 'py'] as const;
/** The scripts' languages, by how their files end. */
export type Language = (typeof LANGUAGES)[number];

/** What a script is made of. */
export type ScriptSource = {
  spec: Spec;
  /** The run's address, for the comment at the top. */
  address: string;
  /** The mode in which the program shows its point, if there is one such. */
  mode?: Mode | undefined;
  /** The program in TypeScript. */
  program: string;
  /** The same in Python, and what stands above it; null where there is none. */
  python: { prelude: string; program: string } | null;
};

/** Why there is no such script, in a sentence for who asked for it. */
export class NoScriptError extends Error {}

/** The mode a script begins in: `preferred` if chosen, else the last one chosen whose jobs have lanes of their own. */
export function modeOf({ modes }: Pick<Spec, 'modes'>, preferred?: Mode): Mode {
  if (preferred && modes.includes(preferred)) return preferred;
  return modes.findLast(hasWorkers) ?? modes.at(-1) ?? 'threads';
}

/** The text of the script. Throws `NoScriptError` where the program cannot be one. */
export function scriptOf(language: Language, source: ScriptSource): string {
  return language === 'py' ? pythonScript(source) : javaScript(language, source);
}

const EXECUTE = { mjs: 'node', ts: 'deno run -A', py: 'python3' } as const;
const NEEDS = { mjs: 'Node 22', ts: 'Deno 2', py: 'Python 3.9' } as const;

/** What the script's file is called. In Python a lesson's own name may be that of a module, such as `queue`. */
export function fileNameOf(language: Language, { lesson }: Pick<Spec, 'lesson'>): string {
  return language === 'py' ? `${lesson}-script.py` : `${lesson}.${language}`;
}

/** Lines of the comment at the top. */
function headerOf(language: Language, { spec, address }: ScriptSource): string[] {
  return [
    `${spec.lesson}: a program of the Concurrency Playground, with the settings of ${address}`,
    '',
    `  ${EXECUTE[language]} ${fileNameOf(language, spec)} [sequential | event-loop | threads | processes]`,
    '',
    `Nothing else is needed but ${NEEDS[language]} or newer.`,
  ];
}

/** The settings, by the names of the scripts' constants; `none` is the language's word for nothing. */
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
  WORKERS: 'most jobs at once; null is one lane a job',
  MIN_SECONDS: 'of random()',
  WORK: 'what work() does: wait, compute, or mixed (even jobs wait, odd ones compute)',
  SEED: 'of random(): the same seed gives the same numbers',
};

function javaScript(language: 'mjs' | 'ts', source: ScriptSource): string {
  const isTyped = language === 'ts';
  const untyped = source.program.replace(TYPE_IMPORT, '$1');
  const program = (isTyped ? untyped : plain(untyped)).trim();

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
    heading('What the program is handed, in the four modes. Threads and processes load this file once more'),
    '',
    harnessOf(language, program, constants),
    '',
  ].join('\n');
}

/** The import of the api's types, at the top of a program: a script has them itself. */
const TYPE_IMPORT = /^((?:import .*\n|\n)*?)import type .* from '[^']*types\.ts';\n/;

/** What the checker cannot see of a constant: that it is one of several. */
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
  return `${header.join('\n')}\n\nimport sys\n\n${prelude.trim()}\n\n\n# The program\n\n${python.program.trim()}\n`;
}
