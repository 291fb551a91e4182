/** What the lessons ask is true of a run with any settings. */
import { expect, it } from 'vitest';
import { readCatalogue } from '../../server/lessons/catalogue.ts';
import { LESSONS } from '../../server/programs/build.ts';

const NUMBER =
  /\b(?:\d+(?:\.\d+)?|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|fifty|second|seconds)\b/gi;

/** Numbers that are in the program, or that no setting changes. `Job 1` and `in one step` are not counted. */
const FIXED: Record<string, string[]> = {
  'await-in-loop': ['twice'],
  crash: ['3'],
  daemon: ['two', 'five'],
  'daemon-join': ['five'],
  deadlock: ['second'],
  'lost-update': ['1', '0'],
  processes: ['three', 'ten'],
  'producer-consumer': ['three'],
  semaphore: ['three'],
  starvation: ['twelve', 'two', '0.05'],
  sometimes: ['1'],
  'which-lock': ['1'],
};

it('lessons: no question or choice names a number of jobs, workers or seconds that the form can change', async () => {
  const named = (await readCatalogue(LESSONS)).flatMap(({ slug, prediction: { question, choices } }) => {
    const text = [question, ...choices].join(' ').replace(/\bjobs? \d+( and \d+)?/gi, '');
    const numbers = text.match(NUMBER) ?? [];
    return numbers.filter((one) => !FIXED[slug]?.includes(one.toLowerCase())).map((one) => `${slug}: ${one}`);
  });
  expect(named).toEqual([]);
});
