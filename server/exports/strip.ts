/** Takes the types out of a program and leaves the rest as its author wrote it: lines, comments and blanks. */
import { stripTypeScriptTypes } from 'node:module';

/**
 * `source` as JavaScript. Throws a `SyntaxError` where it is no TypeScript, or has what is more than types, such as an
 * enum.
 */
export function stripTypes(source: string): string {
  const blanked = stripTypeScriptTypes(source);
  // Types become blanks, one for one; where that does not hold, the places cannot be told.
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

/** A line without the blanks that stand for types. */
function closeGaps(line: string, before: string): string {
  return line.replace(/\s+/g, (blanks, at: number) => {
    const original = before.slice(at, at + blanks.length);
    if (blanks === original) return blanks;
    const left = original.match(/^\s*/)?.[0] ?? '';
    const right = original.match(/\s*$/)?.[0] ?? '';
    const next = line[at + blanks.length];
    // At the start of a line its indentation stays; elsewhere one blank does, unless a sign beside it takes none.
    if (at === 0) return left;
    if (next === undefined || /[;,)\]]/.test(next) || line[at - 1] === '(') return '';
    return left !== '' ? left : right;
  });
}

/** Takes away the comment that `lines` end with: what it was about is gone. */
function dropComment(lines: string[]): void {
  while (/^(\/\/|\/\*\*| \*)/.test(lines.at(-1) ?? '')) lines.pop();
}
