/** What differs between two programs, line by line, with the lines around each change. Pure. */
import { structuredPatch } from 'diff';

/** A line of both programs, or of one; null where lines that are the same in both are left out. */
export type ChangedLine = {
  kind: 'same' | 'removed' | 'added';
  text: string;
  /** Its numbers, from 1, in the program before and after; null if it is not in it. */
  before: number | null;
  after: number | null;
} | null;

/** Most lines that may differ: the time to compare grows with the square. */
const MOST = 800;
/** Lines that are shown around a change. */
const CONTEXT = 3;

/** Returns the changes from one program to another; none if they are the same, null if too many lines differ. */
export function changesOf(before: string, after: string): ChangedLine[] | null {
  const options = { context: CONTEXT, maxEditLength: MOST };
  const patch = structuredPatch('', '', ended(before), ended(after), '', '', options);
  if (patch === undefined) return null;
  return patch.hunks.flatMap(({ lines, oldStart, newStart }) => {
    let [old, own] = [oldStart, newStart];
    const numbered = lines.map((line): ChangedLine => {
      const text = line.slice(1);
      if (line.startsWith('-')) return { kind: 'removed', text, before: old++, after: null };
      if (line.startsWith('+')) return { kind: 'added', text, before: null, after: own++ };
      return { kind: 'same', text, before: old++, after: own++ };
    });
    return oldStart > 1 && newStart > 1 ? [null, ...numbered] : numbered;
  });
}

/** Returns a program that ends with a line break: that it has none is no change. */
function ended(program: string): string {
  return program === '' || program.endsWith('\n') ? program : `${program}\n`;
}
