import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../server/protocol/events.ts';
import type { RunTimeline } from '../../../server/timeline/model.ts';
import { apply, newTimeline } from '../../../server/timeline/timeline.ts';
import { consoleList, consoleMore, consoleText, MOST_LINES } from '../../../views/run/console.ts';
import { elements } from '../../markup.ts';

/** Returns a run with that many lines in each pass. */
function printed(...counts: number[]): RunTimeline {
  const timeline = newTimeline();
  let seq = 0;
  counts.forEach((count, pass) => {
    const append = (event: object) => apply(timeline, { seq: ++seq, pass, atMs: seq, ...event } as RunEvent);
    append({ type: 'pass-started', mode: pass === 0 ? 'sequential' : 'threads', jobs: 1 });
    for (let n = 1; n <= count; n++) {
      append({ type: 'log', lane: 0, job: null, stream: 'stdout', text: `${pass}.${n}`, line: null });
    }
  });
  return timeline;
}

const items = (timeline: RunTimeline) => elements(consoleList(timeline).toString(), 'li');

describe('console', () => {
  it('lists every line below its pass, without a link to more', () => {
    const timeline = printed(2, 1);
    expect(items(timeline).map(({ text }) => text.replace(/,.*/, ''))).toEqual([
      'One by one',
      'main0.1',
      'main0.2',
      'In threads',
      'main1.1',
    ]);
    expect(consoleMore('/play/runs/abc', timeline).toString()).toBe('');
  });

  it('lists the latest of very many, below a heading, with a link to all', () => {
    const listed = items(printed(3, MOST_LINES - 1));
    expect(listed.filter(({ attributes }) => 'data-seq' in attributes)).toHaveLength(MOST_LINES);
    expect(listed.slice(0, 3).map(({ text }) => text.replace(/,.*/, ''))).toEqual([
      'One by one',
      'main0.3',
      'In threads',
    ]);
    const more = consoleMore('/play/runs/abc', printed(3, MOST_LINES - 1)).toString();
    expect(more).toBe('The latest 1,000 lines. <a href="/play/runs/abc.txt">All 1,002 as text</a>');
  });

  it('separates a line’s origin by a comma, but not after the end of a sentence, and no number from its unit', () => {
    const ends = (text: string, stream: 'stdout' | 'stderr', job: number | null = 2, lane = 0) => {
      const timeline = printed(1);
      Object.assign(timeline.lines[0]!, { text, stream, job, lane, line: 7, atMs: 2900 });
      return items(timeline)[1]?.text;
    };
    expect(ends('Job 2 is done', 'stdout')).toBe('job 2Job 2 is done, at 2.9\u00a0s');
    expect(ends('It is killed.', 'stdout', null)).toBe('mainIt is killed. At 2.9\u00a0s');
    expect(ends('no', 'stderr', 2, 3)).toBe('lane 3no, job 2 · line 7, at 2.9\u00a0s');
    expect(ends('no', 'stderr')).toBe('job 2no, line 7, at 2.9\u00a0s');
    expect(ends('It exited with code 3.', 'stderr', 2, 3)).toBe(
      'lane 3It exited with code 3. Job 2 · line 7, at 2.9\u00a0s',
    );
    expect(ends('Why?', 'stderr', null)).toBe('mainWhy? Line 7, at 2.9\u00a0s');
  });

  it('as text: each pass below its name, and the lines of a text below each other', () => {
    const timeline = printed(1, 1);
    const [line] = timeline.lines;
    if (line) line.text = 'two\nlines';
    expect(consoleText(timeline)).toBe(
      'One by one\n    0.002 s  main  two\n                   lines\n\nIn threads\n    0.004 s  main  1.1\n',
    );
    expect(consoleText(newTimeline())).toBe('');
    if (line) line.text = 'a\tb\u001b[31m\u009b\u0000\r\n\u202e\u2066c\u007f';
    expect(consoleText(timeline)).toContain('a\tb‹ESC›[31m‹U+009B›‹NUL›\n');
    expect(consoleText(timeline)).not.toMatch(/(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
  });
});
