/** Lines of the program in words. */
import { expect, it } from 'vitest';
import { atLineByMode, atLineWords, linesWords, markedWords } from '../../server/words/line-words.ts';

it('linesWords: names a few lines, and counts the rest', () => {
  expect(linesWords([7])).toBe('line 7');
  expect(linesWords([4, 5])).toBe('lines 4 and 5');
  expect(linesWords([4, 5, 6])).toBe('lines 4, 5 and 6');
  expect(linesWords([1, 2, 3, 4, 5, 6])).toBe('lines 1, 2, 3, 4 and 2 more');
});

it('atLineWords: names the jobs of all passes, each once', () => {
  expect(atLineWords([{ mode: 'threads', jobs: [2, null, 1] }])).toBe('main, jobs 1, 2');
  expect(atLineWords([{ mode: 'threads', jobs: [5, 0, 1, 3, 2] }])).toBe('jobs 0–3, 5');
  expect(atLineWords([{ mode: 'threads', jobs: [4, 2, 1] }])).toBe('jobs 1, 2, 4');
  const odd = Array.from({ length: 20 }, (_, n) => 2 * n + 1);
  expect(atLineWords([{ mode: 'threads', jobs: odd }])).toBe('20 jobs');
  expect(
    atLineWords([
      { mode: 'threads', jobs: [1] },
      { mode: 'processes', jobs: [null, 1, 0] },
    ]),
  ).toBe('main, jobs 0, 1');
});

it('atLineByMode: says what is there in which mode, unless it is the same in all', () => {
  const [threads, processes] = [
    { mode: 'threads', jobs: [1] },
    { mode: 'processes', jobs: [1] },
  ] as const;
  expect(atLineByMode([threads], 1)).toBeNull();
  expect(atLineByMode([threads, processes], 2)).toBeNull();
  expect(atLineByMode([threads, processes], 3)).toBe('threads, processes: job 1');
  expect(atLineByMode([threads, { mode: 'processes', jobs: [null] }], 2)).toBe(
    'threads: job 1; processes: main',
  );
});

it('markedWords: counts the bars in each mode that has any', () => {
  expect(markedWords(7, [])).toBe('Line 7: no bars so far.');
  expect(
    markedWords(7, [
      { mode: 'sequential', bars: 1 },
      { mode: 'event-loop', bars: 0 },
      { mode: 'threads', bars: 3 },
    ]),
  ).toBe('Line 7: 1 bar one by one, 3 bars in threads.');
});
