/** Strips the types from a program and leaves the rest as written: lines, comments and spaces. */
import { stripTypeScriptTypes } from 'node:module';

/**
 * Returns `source` as JavaScript. Throws a `SyntaxError` if it is not TypeScript, or has more than types, such as an
 * enum.
 */
export function stripTypes(source: string): string {
  const blanked = stripTypeScriptTypes(source);
  // Types are replaced by spaces, one for one. If not, positions do not match.
  if (blanked.length !== source.length) return blanked;
  const lines = source.split('\n');
  const kept: string[] = [];
  for (const [at, line] of blanked.split('\n').entries()) {
    const before = lines[at] ?? '';
    if (line === before) kept.push(line);
    else if (line.trim() !== '') kept.push(closeGaps(line, before));
    else if (/^(export )?(type|interface|declare)\b/.test(before)) dropComment(kept);
  }
  return kept.join('\n');
}

/** Removes the spaces that replaced types from a line. */
function closeGaps(line: string, before: string): string {
  return line.replace(/\s+/g, (blanks, at: number) => {
    const original = before.slice(at, at + blanks.length);
    if (blanks === original) return blanks;
    const left = original.match(/^\s*/)?.[0] ?? '';
    const right = original.match(/\s*$/)?.[0] ?? '';
    const next = line[at + blanks.length];
    // At the start of a line, keep the indentation; elsewhere keep one space, unless punctuation beside it takes
    // none.
    if (at === 0) return left;
    if (next === undefined || /[;,)\]]/.test(next) || line[at - 1] === '(') return '';
    return left !== '' ? left : right;
  });
}

/** Removes the comment at the end of `lines`: the declaration that it described is gone. */
function dropComment(lines: string[]): void {
  while (/^(\/\/|\/\*\*| \*)/.test(lines.at(-1) ?? '')) lines.pop();
}
