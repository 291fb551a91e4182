/** What a run threw, and at which line of its program, from the console. Pure. */
import type { Line } from '../../server/timeline/model.ts';

/** The words with which the program's own runtime reports an error: see server/program/uncaught.ts. */
const THROWN = /^(?:Job \d+ failed|Main failed|Uncaught(?: in [^:\n]+)?): /;
/** Most errors that are shown: hundreds of jobs may fail in the same way. */
const MOST = 20;

/** Returns the errors that name a line, each once per line; at column 1, as their columns are not known. */
export function thrownAt(lines: readonly Line[]): { line: number; column: number; text: string }[] {
  const found = new Map<string, { line: number; column: number; text: string }>();
  for (const { stream, text, line } of lines) {
    if (stream !== 'stderr' || line === null || found.size >= MOST || !THROWN.test(text)) continue;
    const [first = ''] = text.split('\n', 1);
    found.set(`${line} ${first}`, { line, column: 1, text: first });
  }
  return [...found.values()];
}
