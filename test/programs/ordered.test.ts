/** Which imports keep the steps of a program from being put in order. */
import { describe, expect, it } from 'vitest';
import { unorderedImports } from '../../server/programs/ordered.ts';

const placesIn = (text: string) => unorderedImports(text).map(({ line, column }) => [line, column]);

describe('unorderedImports', () => {
  it('unorderedImports: a program that imports nothing, or only what computes, can be ordered', () => {
    expect(unorderedImports('export function job() { return "import x from y"; }')).toEqual([]);
    const pure = ['node:assert', 'assert/strict', 'node:util', 'node:events', 'node:path', 'url'];
    expect(unorderedImports(pure.map((name, i) => `import * as m${i} from '${name}';`).join('\n'))).toEqual(
      [],
    );
  });

  it('unorderedImports: whatever waits or computes elsewhere is refused at its place, also if it is exported on', () => {
    const text = "import 'node:util';\n  import fs from 'fs';\nexport * from 'node:timers/promises';";
    expect(placesIn(text)).toEqual([
      [2, 3],
      [3, 1],
    ]);
    expect(unorderedImports(text)[0]?.text).toContain('“fs”');
    expect(placesIn("export { x } from 'data:text/javascript,';")).toEqual([[1, 1]]);
  });

  it('unorderedImports: import() is refused wherever it is, whatever it imports', () => {
    const text = "const f = async () => {\n  for (;;) await import('node:util');\n};";
    expect(placesIn(text)).toEqual([[2, 18]]);
    expect(placesIn(`export const a = ${'['.repeat(900)}import(name)${']'.repeat(900)};`)).toHaveLength(1);
  });

  it('unorderedImports: what is nested too deeply to be read is refused, not believed', () => {
    expect(unorderedImports(`import(x);${'['.repeat(60_000)}`)).toHaveLength(1);
  });
});
