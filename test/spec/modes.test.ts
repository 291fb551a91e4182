/** Modes: whatever starts jobs knows each of them. In TypeScript, types say so; these files have no types for it. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { MODES } from '../../server/spec/modes.ts';

const ROOT = path.join(import.meta.dirname, '../..');

test.each([
  ['server/program/python/main.py', 'programs in Python'],
  ['server/exports/harness/main.ts', 'scripts for Node and Deno'],
  ['server/lessons/prelude.py', 'scripts for Python'],
  ['server/exports/script.ts', 'the heading of scripts'],
])('modes: %s, for %s, names every mode', (file) => {
  const text = fs.readFileSync(path.join(ROOT, file), 'utf8');
  const missing = MODES.filter((mode) => !new RegExp(`(?<![\\w-])${mode}(?![\\w-])`).test(text));
  expect(missing, `${file} has to run these modes, too`).toEqual([]);
});
