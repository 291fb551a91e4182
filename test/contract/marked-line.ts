/** Finds marks in a fixture's program: `// line: throw`. */
import fs from 'node:fs';

/** Returns the line of the fixture's source, from 1, that ends with the mark. */
export function markedLine(fixture: string, mark: string): number {
  const lines = fs.readFileSync(`test/fixtures/${fixture}/program.ts`, 'utf8').split('\n');
  const at = lines.findIndex((line) => line.endsWith(` // line: ${mark}`));
  if (at < 0) throw new Error(`The fixture ${fixture} has no mark "${mark}".`);
  return at + 1;
}
