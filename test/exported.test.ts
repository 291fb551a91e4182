/** What a file exports is used in another one: an export that only its own file reads is none. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const ROOT = path.join(import.meta.dirname, '..');
const FOLDERS = ['server', 'views', 'static', 'test'];
/** What others than these files read: the programs of lessons and of fixtures, which are loaded by their path. */
const PROGRAM = /(^|\/)program\.ts$|^test\/fixtures\/|\.d\.ts$/;
const NAME = /[A-Za-z_$][\w$]*/g;

const files = FOLDERS.flatMap((folder) =>
  fs.readdirSync(path.join(ROOT, folder), { recursive: true }).map((name) => `${folder}/${name}`),
).filter((file) => file.endsWith('.ts'));
const texts = new Map(files.map((file) => [file, fs.readFileSync(path.join(ROOT, file), 'utf8')]));

/** In how many files each name is. */
const counts = new Map<string, number>();
for (const text of texts.values())
  for (const name of new Set(text.match(NAME))) counts.set(name, (counts.get(name) ?? 0) + 1);

test('exports: each is used in another file', () => {
  const unused = [...texts]
    .filter(([file]) => !PROGRAM.test(file))
    .flatMap(([file, text]) =>
      [...text.matchAll(/^export (?:async )?(?:const|let|function\*?|class|type) ([\w$]+)/gm)]
        .filter(([, name = '']) => counts.get(name) === 1)
        .map(([, name]) => `${file}: ${name}`),
    );
  expect(unused).toEqual([]);
});
