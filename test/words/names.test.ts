/** The full name of a row: its numbers, its parent, and how it ended. */
import { expect, it } from 'vitest';
import type { Fact } from '../../server/protocol/facts.ts';
import type { Mode } from '../../server/spec/modes.ts';
import { type LaneNoun, nameOfRow, partyName, rowTitle } from '../../server/words/names.ts';
import { passState } from '../../views/run/state.ts';
import { events, laneStarted, passStarted, timelineOf } from '../timeline/made-events.ts';

const endedAs = (exitCode: number | null, signal: string | null): Fact => ({
  type: 'lane-ended',
  lane: 1,
  reason: signal === null ? 'exited' : 'killed',
  exitCode,
  signal,
});

/** Makes a pass with main, in process 100, and lane 1, in process 101 or in main's. */
function passOf(mode: Mode, ...more: Fact[]) {
  const one = laneStarted(1, mode);
  const facts = [
    passStarted(mode),
    laneStarted(0, mode),
    mode === 'threads' ? ({ ...one, pid: 100 } as Fact) : one,
    ...more,
  ];
  return timelineOf(
    events(
      0,
      facts.map((fact, atMs) => [atMs, fact]),
    ),
  ).passes[0]!;
}

it('rowTitle: a process has a number, a parent, and in the end an exit code or a signal', () => {
  const title = (...more: Fact[]) => rowTitle(passOf('processes', ...more).rows[1]!);
  expect(title()).toBe('job 0: process 101, child of the server (1)');
  expect(title(endedAs(0, null))).toBe('job 0: process 101, child of the server (1), exited with 0');
  expect(title(endedAs(3, null))).toBe('job 0: process 101, child of the server (1), exited with 3');
  expect(title(endedAs(null, 'SIGKILL'))).toBe(
    'job 0: process 101, child of the server (1), killed by SIGKILL',
  );
});

it('rowTitle: a thread has the number of its process, and no exit code', () => {
  expect(rowTitle(passOf('threads', endedAs(null, null)).rows[1]!)).toBe('job 0: thread 1 of process 100');
});

it('passState: each process of a pass is listed with its parent and exit code; threads share one process', () => {
  const panel = (mode: Mode, pass: Parameters<typeof passState>[0], lanes = 2) =>
    [
      ...String(passState(pass, { mode, uses: ['exit'], lanes, noun: 'job' })).matchAll(
        /<div class="held">(.*?)<\/div>/g,
      ),
    ].map(([, one = '']) =>
      one
        .replace(/<\/?span[^>]*>/g, ' ')
        .replace(/<[^>]+>/g, '')
        .replace(/\s+/g, ' ')
        .trim(),
    );
  expect(panel('processes', passOf('processes', endedAs(3, null)))).toEqual([
    'main 100',
    'job 0 101, child of the server, exited with 3',
  ]);
  expect(panel('threads', passOf('threads'))).toEqual(['process 100 shared by main, job 0']);
  // The same number of places before, so that the layout does not move when they are filled.
  expect(panel('processes', null, 3)).toEqual(['main', 'job 0', 'job 1']);
  expect(panel('threads', null, 3)).toHaveLength(1);
});

it('nameOfRow: a row has no name before it has a lane if the job of that name runs elsewhere', () => {
  const pass = passOf(
    'event-loop',
    { type: 'job-started', lane: 0, job: 0 },
    { type: 'job-started', lane: 0, job: 2 },
  );
  const names = (noun: LaneNoun) =>
    [0, 1, 2, 3, 4].map((i) => nameOfRow({ ...pass, rows: pass.rows.slice(0, 2) }, i, noun));
  expect(names('job').slice(2)).toEqual(['job 1', '', 'job 3']);
  expect(names('slot').slice(2)).toEqual(['slot 2', 'slot 3', 'slot 4']);
  expect([0, 1].map((i) => nameOfRow(null, i, 'job'))).toEqual(['main', 'job 0']);
});

it('partyName: a job on the lane that is named for it, on a worker, and in a run stored with numbered lanes', () => {
  const started = (name: string): Fact => ({ ...laneStarted(1, 'threads'), name }) as Fact;
  const name = (lane: string) => {
    const log = events(0, [
      [0, passStarted('threads')],
      [0, laneStarted(0, 'threads')],
      [0, started(lane)],
    ]);
    return partyName(timelineOf(log).passes[0]!, { lane: 1, job: 0 });
  };
  expect([name('job 0'), name('worker 1'), name('#1')]).toEqual([
    'job 0',
    'job 0 on worker 1',
    'job 0 on #1',
  ]);
});
