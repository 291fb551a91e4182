/** The speed-ups, in figures and words; and the critical path in words. */
import { describe, expect, it } from 'vitest';
import type { Mode } from '../../../server/spec/modes.ts';
import { criticalPath } from '../../../server/timeline/critical-path.ts';
import { newTimeline } from '../../../server/timeline/timeline.ts';
import { pathsWords, pathWords } from '../../../server/words/path-words.ts';
import { speedUpPanel } from '../../../views/run/speed-up-panel.ts';
import { atOnce, oneByOne, type Pass, run, timelineOf } from '../../timeline/made-events.ts';

const MODES: Mode[] = ['sequential', 'event-loop', 'threads'];

async function rows(...passes: Pass[]): Promise<string[]> {
  const panel = String(await speedUpPanel('one-by-one', MODES, timelineOf(run(passes))));
  return [...panel.matchAll(/<li.*?<\/li>/gs)].map(([row]) =>
    row
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  );
}

describe('speedUpPanel', () => {
  it('speedUpPanel: a row for each mode except one by one, empty until its pass has ended', async () => {
    expect(await rows()).toEqual(['Event loop', 'Threads']);
    expect(
      await rows(oneByOne('sleep'), { mode: 'event-loop', jobs: atOnce(5, 1000, 'sleep'), wallMs: 1250 }),
    ).toEqual(['Event loop 4.0× of 5.0×: 80% All 5 jobs could run at once', 'Threads']);
  });

  it('speedUpPanel: says what the limit is', async () => {
    expect(
      await rows(
        oneByOne('compute'),
        { mode: 'event-loop', jobs: oneByOne('compute').jobs },
        { mode: 'threads', jobs: atOnce(5, 3125, 'compute'), cores: 2 },
      ),
    ).toEqual([
      'Event loop 1.0× of 1.0×: 100% The event loop computes one job at a time',
      'Threads 1.6× of 2.0×: 80% This machine computes on 2 cores at once',
    ]);
  });

  it('speedUpPanel: says what the mark and the share are', async () => {
    const panel = String(await speedUpPanel('one-by-one', MODES, newTimeline()));
    expect(/<figcaption>(.*)<\/figcaption>/.exec(panel)?.[1]?.replace(/<[^>]+>/g, '')).toBe(
      'How much faster than one by one. The tick is the best possible; the percentage is how close this run came.',
    );
  });

  it('speedUpPanel: says when a long job, or a slow pass to compare with, explains the figure', async () => {
    const long = [
      { from: 0, to: 3000 },
      { from: 3000, to: 4000 },
    ];
    const together = [
      { from: 0, to: 3000 },
      { from: 0, to: 1000 },
    ];
    const [, threads] = await rows({ mode: 'sequential', jobs: long }, { mode: 'threads', jobs: together });
    expect(threads).toBe(
      'Threads 1.3× of 2.0×: 67% Both jobs could run at once, but job 0 alone took 3.0 s, so 1.3× was the limit',
    );
    const [, lucky] = await rows(oneByOne('sleep'), { mode: 'threads', jobs: atOnce(5, 500, 'sleep') });
    expect(lucky).toMatch(
      /10\.0× of 5\.0×: 200% All 5 jobs could run at once; something else slowed down one by one$/,
    );
  });

  it('speedUpPanel: claims nothing if jobs were not done, and says if they waited for each other', async () => {
    const cut: Pass['jobs'] = [...atOnce(4, 1000, 'sleep'), { from: 0, to: 900, status: 'cut-off' }];
    const locked = atOnce(5, 1000, 'lock');
    expect(await rows(oneByOne('sleep'), { mode: 'threads', jobs: cut })).toEqual([
      'Event loop',
      'Threads Not all of its jobs were completed',
    ]);
    expect(await rows({ mode: 'threads', jobs: locked })).toEqual([
      'Event loop',
      'Threads The jobs waited for each other, or for a core',
    ]);
    const [, threads] = await rows(oneByOne('sleep'), { mode: 'threads', jobs: locked });
    expect(threads).toMatch(/jobs spent 100% of their time waiting for each other$/);
  });

  it('speedUpPanel: is absent for a single pass, and in the lesson with its own figure', () => {
    expect(speedUpPanel('one-by-one', ['threads'], newTimeline())).toBeNull();
    expect(speedUpPanel('computing', MODES, newTimeline())).toBeNull();
  });
});

describe('pathWords', () => {
  it('pathWords: the parts of the path, longest first, with jobs by name or number', () => {
    const [sequential] = timelineOf(run([oneByOne('sleep')])).passes;
    expect(pathWords('sequential', criticalPath(sequential!))).toBe('One by one: 5 jobs sleeping 5.0 s');
    const path = [
      { lane: 1, slot: null, job: null, fromMs: 0, toMs: 100, state: 'starting' as const },
      { lane: 1, slot: null, job: 3, fromMs: 100, toMs: 1000, state: 'sleep' as const },
    ];
    expect(pathWords('threads', path)).toBe('In threads: job 3 sleeping 900 ms, starting 100 ms');
  });

  it('pathWords: distinguishes main from the jobs, and names only jobs on the path', () => {
    const main = { lane: 0, slot: null, job: null, state: 'sleep' as const };
    const path = [
      { ...main, fromMs: 0, toMs: 4000 },
      { ...main, lane: 2, job: 2, fromMs: 4000, toMs: 4300 },
      { ...main, lane: 1, job: 1, fromMs: 4300, toMs: 4301 },
      { ...main, fromMs: 4301, toMs: 5101 },
    ];
    expect(pathWords('threads', path)).toBe('In threads: main sleeping 4.8 s, job 2 sleeping 301 ms');
  });

  it('pathWords: omits parts below a hundredth', () => {
    const at = { lane: 0, slot: null, job: null };
    const path = [
      { ...at, fromMs: 0, toMs: 5, state: 'starting' as const },
      { ...at, job: 3, fromMs: 5, toMs: 1000, state: 'computing' as const },
    ];
    expect(pathsWords([{ mode: 'threads', path }])).toBe(
      'Critical path. In threads: job 3 computing 995 ms.',
    );
    expect(pathsWords([])).toMatch(/^The critical path is described here/);
  });
});
