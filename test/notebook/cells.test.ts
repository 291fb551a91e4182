/** The cells of the notebook: each really runs as it is written, also where no changed program may. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEVELS } from '../../server/launch/probe.ts';
import { type Cell, requestOf } from '../../server/notebook/cell.ts';
import { NOTEBOOK } from '../../server/notebook/notebook.ts';
import type { RunEvent } from '../../server/protocol/events.ts';
import { sentence } from '../../server/words/sentence.ts';
import { alive, programProcesses } from '../contract/processes.ts';
import { ALL, LONG_MS } from '../everyday.ts';
import { logsOf, playgroundAt, runtimesAt } from '../launch/sandboxed.ts';
import type { PlaygroundApp } from '../playground-app.ts';
import { prepared } from '../prepared.ts';
import { PYTHON, WITHOUT } from '../python.ts';
import { timelineOf } from '../timeline/made-events.ts';

const { probe } = prepared();
/** The levels that this machine has. */
const LEVELS_HERE = (await Promise.all(LEVELS.map((level) => probe('', 0, level))))
  .map(({ level }, at) => [level, LEVELS[at]] as const)
  .flatMap(([level, asked]) => (level === asked ? [level] : []));

/** The runtimes that run changed programs in a jail here. */
const jailed = await runtimesAt('jail');

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
  3(events) {
    expect(lanesOf(events).sort()).toEqual(five('process'));
    const lanes = of(events, 'lane-started');
    expect(new Set(lanes.map(({ pid }) => pid)).size).toBe(6);
    expect(lanes.slice(1).every(({ parentPid }) => parentPid === lanes[0]?.pid)).toBe(true);
    expect(of(events, 'lane-ended').map(({ exitCode }) => exitCode)).toEqual(Array(6).fill(0));
    expect(lastOf(events)).toMatch(/^All tasks are done in /);
  },
  4(events) {
    expect(lanesOf(events)).toEqual(five('thread'));
    expect(lastOf(events)).toMatch(/^Shared list is not empty any more! len: 5; /);
  },
  5(events) {
    expect(lanesOf(events).sort()).toEqual(five('process'));
    expect(lastOf(events)).toMatch(/^Shared list is still empty, .* len: 0; content: \[\]$/);
  },
  6(events) {
    const pids = of(events, 'lane-started').flatMap(({ kind, pid }) => (kind === 'main' ? [] : [pid]));
    const got = /len: 5; content: \[(.*)\]$/
      .exec(lastOf(events) ?? '')?.[1]
      ?.split(', ')
      .map(Number);
    expect(got?.toSorted()).toEqual(pids.toSorted());
    expect(of(events, 'message-sent').map(({ value }) => value)).toEqual(expect.arrayContaining(got ?? []));
    expect(of(events, 'message-received').map(({ lane, value }) => [lane, value])).toEqual(
      got?.map((pid) => [0, pid]),
    );
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
  9(events) {
    expect(lanesOf(events).sort()).toEqual([0, 1, 2, 3].map((n) => `process ${n}`));
    expect(lastOf(events)).toBe('33860 primes below 400000.');
  },
};

/** By number: the sentence above the timelines. */
const HEADLINES: Record<number, RegExp> = {
  1: /^One by one, 5 sleeps took \d.* s; in 5 threads, they took \d.* s(, as long as the longest of them)?\.$/,
  2: /^Main waited \d.* s/,
  3: /^Main waited \d.* s/,
  6: /^Main got 5 messages, one from each job/,
  7: /^The daemon, job 0, (was cut off after \d.* s, when job 1 ended:|finished before job 1 did)|^In threads 2 jobs took/,
  8: /^The daemon, job 0, finished(, because main waited \d.* s for it| before main joined it)\.$/,
  9: /^4 jobs found 33,860 primes in processes, in \d/,
};

/** Tried in every run of the suite, at the level of lessons. */
const EVERYDAY = [5, 7];

describe.skipIf(PYTHON === null)(`the notebook${WITHOUT}`, () => {
  it('a cell with processes that is cancelled leaves none of them', async () => {
    const app = await playgroundAt('lessons');
    const cell = NOTEBOOK.find(({ mode }) => mode === 'processes') ?? NOTEBOOK[0];
    const id = await app.start(requestOf(cell as Cell, 'python'));
    let seen = 0;
    await app.until(id, (event) => event.type === 'job-started' && ++seen === 5);
    await app.playground.runs.cancel(id);
    const events = await app.events(id);
    expect(events.at(-1)).toMatchObject({ status: 'cancelled' });
    const pids = of(events, 'lane-started').map(({ pid }) => pid);
    expect(pids).toHaveLength(6);
    await expect.poll(() => alive(pids)).toEqual([]);
    expect(programProcesses(app.folder)).toEqual([]);
    await app.close();
  });

  it.skipIf(!ALL || !jailed.includes('python')).for(NOTEBOOK.map((cell) => [cell.number, cell] as const))(
    'a changed copy of cell %i runs in the jail, as what somebody wrote',
    { timeout: LONG_MS ?? 30_000 },
    async ([, cell]) => {
      const app = await playgroundAt('jail');
      const request = { ...requestOf(cell, 'python'), code: `# Mine\n${cell.program}` };
      const events = await app.events(await app.start(request));
      expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
      POINTS[cell.number]?.(events);
      await app.close();
    },
  );

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
        expect(alive(of(events, 'lane-started').map(({ pid }) => pid))).toEqual([]);
        expect(sentence(timeline, cell.claim)).toMatch(HEADLINES[number] ?? /^In \w+ \d jobs took /);
      },
    );
  });
});
