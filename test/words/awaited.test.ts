/** What a wait is for, in bars of all widths and in full. */
import { describe, expect, it } from 'vitest';
import type { Bar } from '../../server/timeline/model.ts';
import { barTexts } from '../../server/words/awaited.ts';
import { stateWords } from '../../server/words/bar-words.ts';

const bar = (state: Bar['state'], job: number | null, on: string | null = null): Bar => ({
  startMs: 0,
  endMs: 1,
  state,
  job,
  on,
  line: null,
  end: null,
});

describe('barTexts', () => {
  it('barTexts: a wait says what for; a narrow one has the number of its own job, never that of another', () => {
    expect(barTexts(bar('join', null, 'job 0'), 'main')).toEqual(['waits for job 0', 'for job 0']);
    expect(barTexts(bar('lock', 1, 'A'), 'job 1')).toEqual(['waits for lock A', 'for lock A', '1']);
    expect(barTexts(bar('lock', 1, 'lock'), 'job 1')).toEqual(['waits for the lock', 'for the lock', '1']);
    expect(barTexts(bar('queue', 2, 'a message'), 'job 2')[0]).toBe('waits for the queue');
    expect(barTexts(bar('queue', 2, 'room in the queue'), 'job 2')[0]).toBe('waits for room in the queue');
  });

  it('barTexts: in a row that is not named for the job, its number comes first', () => {
    expect(barTexts(bar('lock', 4, 'A'), 'worker 2')).toEqual(['4 waits for lock A', '4 for lock A', '4']);
    expect(barTexts(bar('lock', 1, 'A'), '#2')[0]).toBe('1 waits for lock A');
    expect(barTexts(bar('computing', 4), 'worker 2')).toEqual(['4']);
    expect(barTexts(bar('idle', null), 'worker 2')).toEqual([]);
  });
});

it('stateWords: a wait says what for, a sleep how long', () => {
  expect(stateWords(bar('join', null, 'job 0'))).toBe('joining: waiting for job 0');
  expect(stateWords(bar('lock', 1, 'A'))).toBe('waiting for lock A');
  expect(stateWords(bar('sleep', 1, '0.5 s'))).toBe('sleeping for 0.5 s');
  // An older log does not say what was waited for.
  expect(stateWords(bar('lock', 1, ''))).toBe('waiting for a lock');
});
