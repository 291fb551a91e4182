/** What differs between two programs, line by line. */
import { describe, expect, it } from 'vitest';
import { changesOf } from '../../server/words/changes.ts';

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}`);
const shown = (before: string, after: string) =>
  changesOf(before, after)?.map((line) =>
    line === null ? '⋯' : `${line.before ?? ''}|${line.after ?? ''}|${line.text}`,
  );

describe('changesOf', () => {
  it('has the lines before and after with their numbers, and three lines around each change', () => {
    const before = lines(1, 30).join('\n');
    const after = [...lines(1, 9), 'ten', 'and more', ...lines(11, 30)].join('\n');
    expect(shown(before, after)).toEqual([
      '⋯',
      ...['7|7|line 7', '8|8|line 8', '9|9|line 9', '10||line 10', '|10|ten', '|11|and more'],
      ...['11|12|line 11', '12|13|line 12', '13|14|line 13'],
    ]);
    expect(shown(after, before)?.[4]).toBe('10||ten');
  });

  it('is empty if only the last line break differs, and shows all of a new program', () => {
    expect(shown('a\n', 'a')).toEqual([]);
    expect(shown('', 'a')).toEqual(['|1|a']);
  });

  it('gives up on programs with nothing in common, rather than compare them for minutes', () => {
    const all = (letter: string) => Array.from({ length: 30_000 }, (_, i) => `${letter}${i}`).join('\n');
    expect(changesOf(all('a'), all('b'))).toBeNull();
  });
});
