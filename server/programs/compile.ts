/** Compiles a program: its types become blanks, so that every line and column stays what it is in its source. */
import { stripTypeScriptTypes } from 'node:module';
import process from 'node:process';
import { type TransformFailure, transform } from 'esbuild';
import { LessonError, readProgram } from '../lessons/read-program.ts';

/** What ends a line of a program here, and nowhere else; a text or a comment may hold them. */
const SEPARATORS = /[\u2028\u2029]/g;

/** The program in `file` as JavaScript. Throws `LessonError` where there is none, or it is no TypeScript, or has more than types, such as an enum. */
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
 * The source with U+2028 and U+2029 as escapes: runtimes begin a line there, and pages do not. In a text it means the
 * same. Where it does not, they are refused.
 */
async function withoutSeparators(source: string, file: string): Promise<string> {
  const parsed = await syntaxOf(source, file);
  const at = source.search(SEPARATORS);
  if (at < 0) return source;
  const escaped = source.replace(SEPARATORS, (one) => `\\u${one.charCodeAt(0).toString(16)}`);
  if ((await syntaxOf(escaped, file).catch(() => null)) === parsed) return escaped;
  const line = source.slice(0, at).split('\n').length;
  throw new LessonError(
    `${file}:${line}: U+2028 or U+2029 ends a line here; write a line break, or \\u2028 in a text.`,
  );
}

/** Node warns that stripping is experimental; whoever hosts this can do nothing about it. */
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
 * The source as the compiler of the page's script understands it, without comments. It finds what Deno's stripping lets
 * pass, such as an end that is missing, and it knows the line. But it takes what is more than types, such as an enum.
 */
async function syntaxOf(source: string, file: string): Promise<string> {
  const options = {
    loader: 'ts',
    logLevel: 'silent',
    legalComments: 'none',
    minifyWhitespace: true,
  } as const;
  const { code } = await transform(source, options).catch(({ errors }: TransformFailure) => {
    const [wrong] = errors;
    // It counts lines as runtimes do.
    const until = source
      .split(/[\n\u2028\u2029]/)
      .slice(0, wrong?.location?.line ?? 1)
      .join(' ');
    const line = source.slice(0, until.length).split('\n').length;
    throw new LessonError(`${file}:${line}: ${wrong?.text}`);
  });
  return code;
}
