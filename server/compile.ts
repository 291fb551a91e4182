/** Compiles a program: its types become blanks, so that every line and column stays what it is in its source. */
import fs from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import process from 'node:process';
import { transform } from 'esbuild';

/** The program in `file` as JavaScript. Throws with file and line where it is no TypeScript, or has more than types, such as an enum. */
export async function compileProgram(file: string): Promise<string> {
  const source = fs.readFileSync(file, 'utf8');
  try {
    return quietly(() => stripTypeScriptTypes(source));
  } catch (cause) {
    const { line, text } = await whatIsWrong(source, cause);
    throw new SyntaxError(`${file}:${line}: ${text}`, { cause });
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

/** Deno does not say where the syntax is wrong; the compiler of the page's script does, and knows nothing of what cannot be stripped. */
async function whatIsWrong(source: string, cause: unknown): Promise<{ line: number | string; text: string }> {
  const errors = await transform(source, { loader: 'ts', logLevel: 'silent' }).then(
    () => [],
    (failure) => failure.errors ?? [],
  );
  if (errors.length > 0) return { line: errors[0].location?.line ?? '?', text: errors[0].text };
  // Both runtimes write the line at the end of the stack's first line: `:3`, `… at file:///x.ts:3:1`.
  const { stack = '', message } = cause instanceof Error ? cause : new Error(String(cause));
  const [, line = '?'] = /:(\d+)(?::\d+)?$/.exec(stack.split('\n', 1)[0] ?? '') ?? [];
  return { line, text: message.replace(/ at file:\S+$/, '') };
}
