/** The field `code`: a program that somebody wrote. */
import type { Runtime } from './runtimes.ts';

/** Which programs of people a server accepts. */
export type CodeRules = {
  /** Longest program, in bytes of UTF-8. */
  maxBytes: number;
  /** The runtimes that can run it; none if it is refused. */
  runtimes: readonly Runtime[];
  /** Why it is refused, or why not all runtimes can run it; a sentence. */
  why: string;
  /** The texts of the lessons' own programs, by lesson: one for each language. */
  programs: ReadonlyMap<string, readonly string[]>;
  /** The texts of the notebook's cells, which are in Python and run as the lessons do; none if left out. */
  notebook?: readonly string[];
};

/** Returns a program with `\n` line ends and without halves of surrogate pairs, which no file can hold. */
export function normalised(code: string): string {
  return code.replace(/\r\n?/g, '\n').toWellFormed();
}

/**
 * Returns the program that `code`, typed for `lesson`, stands for: empty if it is blank or the lesson's own. Forms send
 * `\r\n` line ends, and drop line ends at the end.
 */
export function codeOf(
  code: string,
  lesson: string | undefined,
  { programs }: Pick<CodeRules, 'programs'>,
): string {
  const text = normalised(code);
  const own = programs.get(lesson ?? '') ?? [];
  return text.trim() === '' || own.some((one) => text.trimEnd() === one.trimEnd()) ? '' : text;
}

/** Returns the text of the notebook's cell that `code` is, as a form sends it; null if it is none. */
export function notebookCode(code: string, { notebook = [] }: Pick<CodeRules, 'notebook'>): string | null {
  const text = normalised(code).trimEnd();
  return notebook.find((one) => one.trimEnd() === text) ?? null;
}

/** Returns what is wrong with a program's length; null if it fits. */
export function tooLong(code: string, { maxBytes }: Pick<CodeRules, 'maxBytes'>): string | null {
  // Never fewer bytes than characters, so that a very long text need not be encoded.
  const bytes = code.length > maxBytes ? code.length : new TextEncoder().encode(code).length;
  if (bytes <= maxBytes) return null;
  return `Shorten the program to ${(maxBytes / 1024).toLocaleString('en-US')} KiB: it has ${(Math.ceil(bytes / 102.4) / 10).toLocaleString('en-US')} KiB.`;
}
