/** What a style sheet may not do, because the page would be slow. */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const STATIC = fileURLToPath(new URL('../../../static', import.meta.url));
/** A `:has(…)` of an element that holds most of the page: each change of any element has it evaluated. */
const WIDE = /(^|[\s,(])(:root|html|body|main|run-view|\.playground)[^\s,]*:has\(/;

it('no style depends on whether the whole page has something: a live run would be drawn slowly', () => {
  const sheets = fs
    .readdirSync(STATIC, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.css'));
  expect(sheets.length).toBeGreaterThan(20);
  const wide = sheets.flatMap((name) =>
    fs
      .readFileSync(path.join(STATIC, name), 'utf8')
      .split('\n')
      .filter((line) => WIDE.test(line))
      .map((line) => `${name}: ${line}`),
  );
  expect(wide).toEqual([]);
  expect(':root:has(.own[open]) main {').toMatch(WIDE);
});
