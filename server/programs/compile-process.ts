/**
 * The compile process: reads programs from its standard input, a line of JSON each, and answers each with a line. It
 * executes none of them. The server (compiler.ts) limits its time and memory, and replaces it after a failure, for no
 * parser can be trusted with every text: 2,000 nested brackets spoil the one that strips types.
 */
import { isBuiltin, stripTypeScriptTypes } from 'node:module';
import process from 'node:process';
import vm from 'node:vm';
import { parse } from 'acorn';
import { readLines } from '../launch/lines.ts';
import type { CodeError } from '../spec/spec.ts';
import { hasModuleState } from './module-state.ts';
import { unorderedImports } from './ordered.ts';

/** A program to compile. */
export type CompileOrder = { id: number; source: string };

/**
 * The program as JavaScript, line for line; or what is wrong with it. `unordered`: what keeps a scheduler of ours from
 * deciding the order of its steps. `hasState`: see module-state.ts. `isScript`: it is one in Python that uses threads or
 * processes of its own, and has no job; `startsProcesses`: it starts processes, as far as can be seen.
 */
export type Compiled =
  | {
      ok: true;
      text: string;
      unordered: CodeError[];
      hasState: boolean;
      isScript?: boolean;
      startsProcesses?: boolean;
    }
  | { ok: false; errors: CodeError[] };

/** `isSpent`: the process must be replaced. */
type CompileAnswer = { id: number; isSpent: boolean; compiled: Compiled };

/** A line of the process. The first says that it has started. */
export type CompileReport = { started: true } | CompileAnswer;

/** Characters that end a line in JavaScript but not in editors: lines would count differently in each. */
const SEPARATOR = /[\u2028\u2029]/;

const TOO_DEEP = 'The compiler cannot read this program: something in it is nested too deeply.';

/** Longest order, in characters: far more than a server sends. */
const ORDER_LENGTH = 2 ** 24;

readLines(process.stdin, ORDER_LENGTH, async (line) => {
  const { id, source }: CompileOrder = JSON.parse(line);
  const answer: CompileAnswer = { id, isSpent: false, compiled: await compile(source) };
  if (isSpoiled) answer.isSpent = true;
  process.stdout.write(`${JSON.stringify(answer)}\n`);
});
process.stdin.on('end', () => process.exit());
const started: CompileReport = { started: true };
process.stdout.write(`${JSON.stringify(started)}\n`);

/** Whether the parser has failed in a way after which it may fail on every program. */
let isSpoiled = false;

async function compile(source: string): Promise<Compiled> {
  const at = source.search(SEPARATOR);
  if (at >= 0)
    return failed({
      ...placeOf(source, at),
      text: 'There is an invisible character here, U+2028 or U+2029. Delete it, or write \\u2028 or \\u2029 in a string.',
    });
  let text: string;
  try {
    text = stripTypeScriptTypes(source);
  } catch (error) {
    const { code = '', message, stack = '' }: NodeJS.ErrnoException = Object(error);
    isSpoiled = !code.endsWith('_TYPESCRIPT_SYNTAX');
    if (isSpoiled) return failed({ ...START, text: TOO_DEEP });
    const [text = ''] = message.split('\n', 1);
    return failed({
      ...placeIn(stack, source),
      text: sentence(
        text
          .replace("'<eof>'", 'the end of the program')
          .replace(
            /^(TypeScript .+) is not supported in strip-only mode\.?$/,
            '$1 is not supported: types are only erased. Write it in JavaScript',
          ),
      ),
    });
  }
  return checked(text);
}

/** Checks what stripping accepts, as the runtimes do: names declared twice, an `await` out of place, missing exports. */
async function checked(text: string): Promise<Compiled> {
  let module: vm.SourceTextModule;
  try {
    module = new vm.SourceTextModule(text);
  } catch (error) {
    if (error instanceof RangeError) return failed({ ...START, text: TOO_DEEP });
    const { message } = Object(error);
    return failed({ ...parsedPlace(text), text: sentence(String(message)) });
  }
  const errors = wrongImports(module, text);
  if (errors.length > 0) return { ok: false, errors };
  // Without imports, linking loads nothing, and tells the exports.
  if (module.moduleRequests.length === 0) {
    await module.link(() => {
      throw new Error('Nothing is imported.');
    });
    const names = Reflect.ownKeys(module.namespace);
    if (!names.includes('job'))
      return failed({
        ...START,
        text: 'The program exports no function "job". Write: export async function job(n, api) { … }',
      });
  }
  return { ok: true, text, unordered: unorderedImports(text), hasState: hasModuleState(text) };
}

/** Returns an error for each import of a module that a program cannot have; the sandbox has neither packages nor a network. */
function wrongImports({ moduleRequests }: vm.SourceTextModule, text: string): CodeError[] {
  const wrong = new Set(
    moduleRequests
      .map(({ specifier }) => specifier)
      .filter((name) => !isBuiltin(name) && !/^data:/.test(name)),
  );
  return [...wrong].map((name) => ({ ...importPlace(text, name), text: importWords(name) }));
}

function importWords(name: string): string {
  if (/\/types(\.ts)?$/.test(name))
    return 'This module has only types. Write “import type”, so that the import is removed with the types.';
  const shown = name.length > 60 ? `${name.slice(0, 60)}…` : name;
  return `“${shown}” cannot be imported. A program is one file: it can import only Node’s own modules, such as node:crypto.`;
}

const START = { line: 1, column: 1 };

function failed(error: CodeError): Compiled {
  return { ok: false, errors: [error] };
}

/** Returns the line and column of an index of `source`. */
function placeOf(source: string, index: number): { line: number; column: number } {
  const before = source.slice(0, index).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/**
 * Returns the place that begins a stack: `:3`, lines up to that one, and marks below what is wrong in it. Without marks,
 * the program ends too early.
 */
function placeIn(stack: string, source: string): { line: number; column: number } {
  const [, line] = /^\S*:(\d+)\n/.exec(stack) ?? [];
  const [, marks] = /^( *)\^+$/m.exec(stack) ?? [];
  if (line === undefined || marks === undefined) return placeOf(source, source.trimEnd().length);
  return { line: Number(line), column: marks.length + 1 };
}

/** Returns where another parser finds a mistake, because V8 does not tell the place of one that it finds. */
function parsedPlace(text: string): { line: number; column: number } {
  try {
    parse(text, { ecmaVersion: 'latest', sourceType: 'module' });
  } catch (error) {
    const { loc }: { loc?: { line: number; column: number } } = Object(error);
    if (loc) return { line: loc.line, column: loc.column + 1 };
  }
  return START;
}

/** Returns where a module is imported, or exported from. */
function importPlace(text: string, name: string): { line: number; column: number } {
  try {
    const { body } = parse(text, { ecmaVersion: 'latest', sourceType: 'module', locations: true });
    const found = body.find((one) => 'source' in one && one.source?.value === name);
    if (found?.loc) return { line: found.loc.start.line, column: found.loc.start.column + 1 };
  } catch {
    // It is nested too deeply for this parser.
  }
  return START;
}

/** Returns a parser's words as a sentence: `Expected ',', got ';'` gets its full stop. They may quote the program. */
function sentence(words: string): string {
  const text = words.length > 200 ? `${words.slice(0, 200)}…` : words;
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
