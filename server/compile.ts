/** Compiles a program: its types become blanks, so that every line and column stays what it is in its source. */
import fs from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import process from 'node:process';
import { type Message, transform } from 'esbuild';

/** A lesson's program that cannot be used: for who wrote it to mend. Its message is a line that begins with the file. */
export class ProgramError extends Error {
  override name = 'ProgramError';
}

/** The program in `file` as JavaScript. Throws `ProgramError` where there is none, or it is no TypeScript, or has more than types, such as an enum. */
export async function compileProgram(file: string): Promise<string> {
  const source = read(file);
  // The compiler of the page's script first: it finds what Deno's stripping lets pass, such as an end that is missing,
  // and it knows the line. But it takes what is more than types, such as an enum.
  const [wrong] = await syntaxErrors(source);
  if (wrong) throw new ProgramError(`${file}:${wrong.location?.line ?? '?'}: ${wrong.text}`);
  try {
    return quietly(() => stripTypeScriptTypes(source));
  } catch (cause) {
    // Both runtimes write the line at the end of the stack's first line: `:3`, `… at file:///x.ts:3:1`.
    const { stack = '', message } = cause instanceof Error ? cause : new Error(String(cause));
    const [, line = '?'] = /:(\d+)(?::\d+)?$/.exec(stack.split('\n', 1)[0] ?? '') ?? [];
    const [text = ''] = message.replace(/ at file:\S+$/, '').split('\n', 1);
    throw new ProgramError(`${file}:${line}: ${text}`, { cause });
  }
}

function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ProgramError(`${file}: cannot be read, and every lesson's folder needs one.`, { cause });
  }
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

function syntaxErrors(source: string): Promise<Message[]> {
  return transform(source, { loader: 'ts', logLevel: 'silent' }).then(
    () => [],
    (failure) => failure.errors ?? [],
  );
}
