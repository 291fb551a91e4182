/** What the lessons ask and say is true of a run with any settings. */
import { expect, it } from 'vitest';
import { readCatalogue } from '../../server/lessons/catalogue.ts';
import { NOTEBOOK } from '../../server/notebook/notebook.ts';
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

/** Numbers in titles and texts that are in the program, of no run in particular, or that no setting changes. */
const FIXED_TEXTS: Record<string, string[]> = {
  computing: ['two', 'four', 'eight', '1'],
  crash: ['five', 'seconds', '3'],
  deadlock: ['two'],
  'lost-update': ['0', '1'],
  // The exit code, and what was measured with so many.
  processes: ['0', '50', '10', 'five', 'three', 'two'],
  'producer-consumer': ['three'],
  queue: ['two'],
  'readers-writers': ['second', 'four'],
  semaphore: ['three', 'second', '0'],
  sometimes: ['two', 'ten'],
  starvation: ['two'],
  'which-lock': ['two'],
};

it('lessons: no title or text names a number of jobs, workers or seconds that the form can change', async () => {
  const named = (await readCatalogue(LESSONS)).flatMap(({ slug, title, shortTitle, text }) => {
    const all = [title, shortTitle, text.lookFor, text.happened].join(' ');
    const numbers = all.replace(/\bjobs? \d+(,? (and|to) \d+)*/gi, '').match(NUMBER) ?? [];
    const found = numbers.filter((one) => !FIXED_TEXTS[slug]?.includes(one.toLowerCase()));
    return found.map((one) => `${slug}: ${one}`);
  });
  expect(named).toEqual([]);
});

it('lessons: no line ends between a figure and its unit', async () => {
  const texts = (await readCatalogue(LESSONS)).flatMap(({ prediction, text }) => [
    ...[prediction.question, ...prediction.choices],
    ...Object.values(text),
  ]);
  const cells = NOTEBOOK.flatMap(({ lookFor, output, seen }) => [lookFor, output, seen]);
  expect([...texts, ...cells].filter((one) => /\d (?:min|m?s|[KMG]iB)\b/.test(one))).toEqual([]);
});

it('lessons: no question or choice names a number of jobs, workers or seconds that the form can change', async () => {
  const named = (await readCatalogue(LESSONS)).flatMap(({ slug, prediction: { question, choices } }) => {
    const text = [question, ...choices].join(' ').replace(/\bjobs? \d+( and \d+)?/gi, '');
    const numbers = text.match(NUMBER) ?? [];
    return numbers.filter((one) => !FIXED[slug]?.includes(one.toLowerCase())).map((one) => `${slug}: ${one}`);
  });
  expect(named).toEqual([]);
});
