/** What a lesson of this repository has: all that docs/lessons.md asks for. What is missing is listed. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readCatalogue } from '../../server/lessons/catalogue.ts';
import { LESSONS } from '../../server/programs/build.ts';
import { CASES } from './claim-cases.ts';
import { TURNS } from './claim-cases-turns.ts';
import { RECORDED } from './recorded.ts';

/** The files of a lesson, and what each is. */
const FILES = {
  'lesson.ts': 'its settings, question and texts',
  'claim.ts': 'what a run of it showed',
  'program.py': 'the same program in Python',
};
/** The strip of all lessons has room for so many characters of a name. */
const SHORT = 22;
const CLAIMED = new Set([...CASES, ...TURNS].map(([, slug]) => slug));
/** The lessons with tests of their points, by the names in calls of `playLessons`. */
const PLAYED = fs
  .readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => fs.readFileSync(path.join(import.meta.dirname, name), 'utf8'))
  .flatMap(
    (text) =>
      text
        .split('playLessons(')[1]
        ?.split(');', 1)[0]
        ?.match(/(?<=^ +'?)[\w-]+(?='?: \{)/gm) ?? [],
  );

test('lessons: each has all that docs/lessons.md asks for', async () => {
  const missing: string[] = [];
  for (const { slug, title, shortTitle, prediction, text } of await readCatalogue(LESSONS)) {
    const isThere = (file: string) => fs.existsSync(path.join(LESSONS, slug, file));
    const ask = (what: string, isMet: boolean) => isMet || missing.push(`${slug}: ${what}`);
    for (const [file, what] of Object.entries(FILES))
      ask(`server/lessons/${slug}/${file}, ${what}`, isThere(file));
    ask('a shortTitle, or a short title', (shortTitle ?? title).length <= SHORT);
    if (isThere('lesson.ts')) {
      const { question, choices } = prediction;
      ask('a question with two to four choices', question !== '' && choices.length > 1 && choices.length < 5);
      for (const [name, words] of Object.entries(text)) ask(`a text in text.${name}`, words !== '');
    }
    ask(`a test of its point on real runs: playLessons in test/lessons`, PLAYED.includes(slug));
    ask(`the log of a real run, as test/lessons/recorded/${slug}.ndjson.gz`, RECORDED.includes(slug));
    ask('what its claim says of that run, in test/lessons/claim-cases.ts', CLAIMED.has(slug));
  }
  expect(missing).toEqual([]);
});
