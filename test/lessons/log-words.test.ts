/** What the lessons' programs log is English for any number of jobs. */
import { expect, it } from 'vitest';
import { readCatalogue } from '../../server/lessons/catalogue.ts';
import { LESSONS } from '../../server/programs/build.ts';
import { NEW_PROGRAMS } from '../../server/programs/new-program.ts';

/** A number that a program fills in, followed by a plural that it would not fit if it were 1. */
const PLURAL =
  /(?<!\bof \$?)\{[^{}]*\b(?:jobs|half|started|group)\b[^{}]*\} (?:jobs|tasks|workers|threads)\b/;

it('lessons: no program logs "1 jobs"', async () => {
  const lessons = await readCatalogue(LESSONS);
  const texts = [
    ...lessons.flatMap(({ program, python }) => [program, python ?? '']),
    ...Object.values(NEW_PROGRAMS),
  ];
  expect(texts.length).toBeGreaterThan(20);
  const lines = texts.flatMap((text) => text.split('\n'));
  expect(lines.filter((line) => PLURAL.test(line))).toEqual([]);
});
