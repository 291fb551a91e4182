/** Compiles a program: replaces its types by blanks, so that every line and column stays where it is in the source. */
import { stripTypeScriptTypes } from 'node:module';
import process from 'node:process';
import { type TransformFailure, transform } from 'esbuild';
import { LessonError, readProgram } from '../lessons/read-program.ts';

/** Characters that end a line in JavaScript but not in most other tools. Strings and comments may contain them. */
const SEPARATORS = /[\u2028\u2029]/g;

/**
 * Returns the program in `file` as JavaScript. Throws `LessonError` if the file is missing, is not valid TypeScript, or
 * uses syntax beyond types, such as an enum.
 */
export async function compileProgram(file: string): Promise<string> {
  const source = await withoutSeparators(readProgram(file), file);
  try {
    return quietly(() => stripTypeScriptTypes(source));
  } catch (cause) {
    // Both runtimes write the line at the end of the stack's first line: `:3`, `… at file:///x.ts:3:1`.
    const { stack = '', message } = cause instanceof Error ? cause : new Error(String(cause));
    const [, line = '?'] = /:(\d+)(?::\d+)?$/.exec(stack.split('\n', 1)[0] ?? '') ?? [];
    const [text = ''] = message.replace(/ at file:\S+$/, '').split('\n', 1);
    throw new LessonError(`${file}:${line}: ${text}`, { cause });
  }
}

/**
 * Returns the source with U+2028 and U+2029 escaped, because runtimes start a new line there and pages do not. In a
 * string the escape means the same. Elsewhere they are refused.
 */
async function withoutSeparators(source: string, file: string): Promise<string> {
  const parsed = await syntaxOf(source, file);
  const at = source.search(SEPARATORS);
  if (at < 0) return source;
  const escaped = source.replace(SEPARATORS, (separator) => `\\u${separator.charCodeAt(0).toString(16)}`);
  if ((await syntaxOf(escaped, file).catch(() => null)) === parsed) return escaped;
  const line = source.slice(0, at).split('\n').length;
  throw new LessonError(
    `${file}:${line}: U+2028 or U+2029 ends a line here; write a line break, or \\u2028 in a text.`,
  );
}

/** Suppresses Node's warning that stripping is experimental: an operator can do nothing about it. */
function quietly<T>(step: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return step();
  } finally {
    process.emitWarning = emitWarning;
  }
}

/**
 * Returns the source as esbuild parses it, without comments. esbuild finds errors that Deno's stripping accepts, such
 * as a missing end, and reports their line. But it accepts syntax beyond types, such as an enum.
 */
async function syntaxOf(source: string, file: string): Promise<string> {
  const options = {
    loader: 'ts',
    logLevel: 'silent',
    legalComments: 'none',
    minifyWhitespace: true,
  } as const;
  const { code } = await transform(source, options).catch(({ errors }: TransformFailure) => {
    const [error] = errors;
    // esbuild counts lines as runtimes do.
    const until = source
      .split(/[\n\u2028\u2029]/)
      .slice(0, error?.location?.line ?? 1)
      .join(' ');
    const line = source.slice(0, until.length).split('\n').length;
    throw new LessonError(`${file}:${line}: ${error?.text}`);
  });
  return code;
}
