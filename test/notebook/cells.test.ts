/** The cells of the notebook: each really runs as it is written, also where no changed program may. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEVELS } from '../../server/launch/probe.ts';
import { requestOf } from '../../server/notebook/cell.ts';
import { NOTEBOOK } from '../../server/notebook/notebook.ts';
import type { RunEvent } from '../../server/protocol/events.ts';
import { sentence } from '../../server/words/sentence.ts';
import { ALL, LONG_MS } from '../everyday.ts';
import { logsOf, playgroundAt } from '../launch/sandboxed.ts';
import type { PlaygroundApp } from '../playground-app.ts';
import { prepared } from '../prepared.ts';
import { PYTHON, WITHOUT } from '../python.ts';
import { timelineOf } from '../timeline/made-events.ts';

const { probe } = prepared();
/** The levels that this machine has. */
const LEVELS_HERE = (await Promise.all(LEVELS.map((level) => probe('', 0, level))))
  .map(({ level }, at) => [level, LEVELS[at]] as const)
  .flatMap(([level, asked]) => (level === asked ? [level] : []));

const of = <Type extends RunEvent['type']>(events: RunEvent[], type: Type) =>
  events.filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type);
const waitsFor = (events: RunEvent[], what: string) =>
  of(events, 'wait-started').filter((wait) => wait.for === what);
/** The lanes beside main, by kind and job. */
const lanesOf = (events: RunEvent[]) =>
  of(events, 'lane-started').flatMap(({ kind, job }) => (kind === 'main' ? [] : [`${kind} ${job}`]));
const five = (kind: string) => [0, 1, 2, 3, 4].map((n) => `${kind} ${n}`);
const lastOf = (events: RunEvent[]) => logsOf(events).at(-1);

/** By number: the point of a cell, from the events of its run. */
const POINTS: Record<number, (events: RunEvent[]) => void> = {
  1(events) {
    expect(lanesOf(events)).toEqual(five('thread'));
    const sleepers = waitsFor(events, 'sleep').map(({ lane }) => lane);
    expect(sleepers.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    expect(sleepers.slice(5).sort()).toEqual([1, 2, 3, 4, 5]);
    expect(logsOf(events)).toContainEqual(
      expect.stringMatching(/^The script has ended; Python waits for jobs? /),
    );
  },
  2(events) {
    expect(lanesOf(events)).toEqual(five('thread'));
    const joins = waitsFor(events, 'join').map(({ lane, on }) => [lane, on]);
    expect(joins).toEqual([0, 1, 2, 3, 4].map((n) => [0, `job ${n}`]));
    expect(lastOf(events)).toMatch(/^All tasks are done at /);
  },
  4(events) {
    expect(lanesOf(events)).toEqual(five('thread'));
    expect(lastOf(events)).toMatch(/^Shared list is not empty any more! len: 5; /);
  },
  7(events) {
    const ends = Object.fromEntries(of(events, 'job-ended').map(({ job, status }) => [job, status]));
    expect(ends[1]).toBe('done');
    const reached = logsOf(events).some((line) => line.startsWith('Job daemon done'));
    expect(ends[0]).toBe(reached ? 'done' : 'cut-off');
  },
  8(events) {
    expect(of(events, 'job-ended').map(({ status }) => status)).toEqual(['done', 'done']);
    expect(logsOf(events).filter((line) => line.includes(' done after '))).toHaveLength(2);
  },
};

/** By number: the sentence above the timelines. */
const HEADLINES: Record<number, RegExp> = {
  1: /^One by one, 5 sleeps took \d.* s; in 5 threads, they took \d.* s(, as long as the longest of them)?\.$/,
  2: /^Main waited \d.* s/,
  7: /^The daemon, job 0, (was cut off after \d.* s, when job 1 ended:|finished before job 1 did)|^In threads 2 jobs took/,
  8: /^The daemon, job 0, finished(, because main waited \d.* s for it| before main joined it)\.$/,
};

/** Tried in every run of the suite, at the level of lessons. */
const EVERYDAY = [2, 7];

describe.skipIf(PYTHON === null)(`the notebook${WITHOUT}`, () => {
  describe.each(LEVELS_HERE.filter((level) => ALL || level === 'lessons'))('at the level %s', (level) => {
    let app: PlaygroundApp;
    beforeAll(async () => {
      app = await playgroundAt(level);
    });
    afterAll(() => app.close());

    const cells = NOTEBOOK.filter(({ number }) => ALL || EVERYDAY.includes(number));
    it.for(cells.map((cell) => [cell.number, cell] as const))(
      'cell %i runs as it is written, and shows what it is about',
      { timeout: LONG_MS ?? 30_000 },
      async ([number, cell]) => {
        const events = await app.events(await app.start(requestOf(cell, 'python')));
        expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
        POINTS[number]?.(events);
        expect(POINTS[number]).toBeDefined();
        const timeline = timelineOf(events);
        expect(sentence(timeline, cell.claim)).toMatch(HEADLINES[number] ?? /^In \w+ \d jobs took /);
      },
    );
  });
});
