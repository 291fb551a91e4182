/** Scripts in Python that start processes by themselves: they run as they are written, and what they do is seen. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { laneWords } from '../../server/words/names.ts';
import { sentence } from '../../server/words/sentence.ts';
import { seldom } from '../everyday.ts';
import { logsOf, ofType as of, playgroundAt, runCode, runtimesAt } from '../launch/sandboxed.ts';
import { type PlaygroundApp, QUICK } from '../playground-app.ts';
import { timelineOf } from '../timeline/made-events.ts';
import {
  CELL,
  DEADLOCK,
  ENDS,
  IN_THREAD,
  KILLED,
  MEMORIES,
  MEMORY,
  ORPHAN,
  OTHERS,
  POOLS,
  SHARED,
} from './process-scripts.ts';

const runtimes = await runtimesAt('jail');

describe.skipIf(!runtimes.includes('python'))('a script with processes of its own, in the jail', () => {
  let app: PlaygroundApp;
  beforeAll(async () => {
    app = await playgroundAt('jail');
  });
  afterAll(() => app.close());
  const runScript = (code: string, spec = {}) => runCode(app, code, { runtime: 'python', ...spec });

  it('processes are jobs, whatever modes were chosen, and main’s waits for them are joins', async () => {
    const events = await runScript(CELL, { modes: ['sequential', 'threads'] });
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
    expect(of(events, 'pass-started').map(({ mode }) => mode)).toEqual(['processes']);
    const lanes = of(events, 'lane-started');
    expect(lanes.map(({ kind, job }) => [kind, job]).sort()).toEqual([
      ['main', undefined],
      ['process', 0],
      ['process', 1],
      ['process', 2],
    ]);
    expect(new Set(lanes.map(({ pid }) => pid)).size).toBe(4);
    expect(lanes.slice(1).every(({ parentPid }) => parentPid === lanes[0]?.pid)).toBe(true);
    expect(of(events, 'job-ended').map(({ status }) => status)).toEqual(['done', 'done', 'done']);
    const sleeps = of(events, 'wait-started').filter((wait) => wait.for === 'sleep');
    expect(sleeps.map(({ job, line }) => [job, line]).sort()).toEqual([
      [0, 11],
      [1, 11],
      [2, 11],
    ]);
    expect(of(events, 'wait-started').filter((wait) => wait.for === 'join')[0]).toMatchObject({
      on: 'job 0',
      line: 21,
    });
    expect(logsOf(events).at(-1)).toBe('All tasks are done. [0, 0, 0]');
  });

  seldom('memory of all processes counts together, what they share once', async () => {
    const [sharing, taking] = await Promise.all([
      runScript(MEMORY.replace('TAKEN', 'len(shared)'), { jobs: 1 }),
      runScript(MEMORY.replace('TAKEN', 'bytearray(90 << 20)'), { jobs: 1 }),
    ]);
    expect(sharing.at(-1)).toMatchObject({ status: 'completed' });
    const mib = (of(sharing, 'pass-ended')[0]?.peakRssBytes ?? 0) / 2 ** 20;
    expect(mib).toBeGreaterThan(80);
    expect(mib).toBeLessThan(180);
    expect(taking.at(-1)).toMatchObject({ status: 'failed' });
    expect(of(taking, 'pass-ended')[0]?.error).toMatch(
      /^The script with its processes took \d+ MiB of memory, over its limit of 240 MiB, and was killed\.$/,
    );
  });

  it('each says how it ended; what is still there at the end is cut off', async () => {
    const events = await runScript(ENDS);
    const ends = (job: number) => {
      const lane = of(events, 'lane-started').find((one) => one.job === job)?.lane;
      const { status, error } = of(events, 'job-ended').find((one) => one.job === job) ?? {};
      const { reason, exitCode, signal } = of(events, 'lane-ended').find((one) => one.lane === lane) ?? {};
      return [status, error, reason, exitCode, signal];
    };
    expect(events.at(-1)).toMatchObject({ status: 'completed' });
    expect([0, 1, 2, 3, 4, 5, 6, 7].map(ends)).toEqual([
      ['failed', 'ValueError: one', 'threw', 1, null],
      ['failed', 'Its process exited with code 4.', 'exited', 4, null],
      ['failed', 'Its process exited with code 5.', 'exited', 5, null],
      ['failed', 'Its process was killed by SIGKILL.', 'killed', null, 'SIGKILL'],
      ['done', null, 'returned', 0, null],
      ['done', null, 'returned', 0, null],
      ['cut-off', null, 'killed', null, 'SIGTERM'],
      ['cut-off', null, 'cut-off', null, null],
    ]);
    const said = logsOf(events);
    expect(said).toContain('exit codes [1, 4, 5, -9]');
    expect(said).toContain('The script has ended; Python waits for job 5.');
    expect(said).toContain('late');
    expect(said.filter((text) => text.includes('begun'))).toEqual(['begun, and goes on']);
    expect(
      of(events, 'log').find(({ text }) => text === 'Process Process-1 failed: ValueError: one'),
    ).toMatchObject({ job: 0, line: 6 });
    const thread = of(events, 'lane-started').find(({ job }) => job === 8);
    const parent = of(events, 'lane-started').find(({ job }) => job === 5);
    expect(thread).toMatchObject({ kind: 'thread', pid: parent?.pid });
    const pass = timelineOf(events).passes[0];
    const words = (job: number) => pass?.rows.filter((row) => row.name === `job ${job}`).map(laneWords);
    const main = of(events, 'lane-started')[0]?.pid;
    expect(words(5)).toEqual([`process ${parent?.pid}, child of main (${main}), exited with 0`]);
    const starts = pass?.causes.all.filter(({ kind }) => kind === 'start') ?? [];
    expect(starts.find(({ on }) => on === 'job 8')?.from).toMatchObject({ lane: parent?.lane });
  });

  it('a queue and locks between processes have their names and values', async () => {
    const events = await runScript(SHARED);
    expect(events.at(-1)).toMatchObject({ status: 'completed' });
    expect(logsOf(events).at(-1)).toBe('[[0], [1], [2]] 3');
    const received = of(events, 'message-received');
    expect(received.map(({ lane, value }) => [lane, value]).sort()).toEqual([
      [0, [0]],
      [0, [1]],
      [0, [2]],
    ]);
    expect(
      of(events, 'message-sent')
        .map(({ id }) => id)
        .sort(),
    ).toEqual(received.map(({ id }) => id).sort());
    const locks = of(events, 'wait-started').filter((wait) => wait.for === 'lock');
    expect(locks.map(({ on, job, line }) => [on, job, line]).sort()).toEqual([
      ['guard', 0, 9],
      ['guard', 1, 9],
      ['guard', 2, 9],
      ['own (job 0)', 0, 13],
      ['own (job 1)', 1, 13],
      ['own (job 2)', 2, 13],
    ]);
    expect(of(events, 'lock-released')).toHaveLength(6);
  });

  seldom('pools, pipes, conditions and events work; what needs sockets says that it has none', async () => {
    const [pools, others] = await Promise.all([runScript(POOLS), runScript(OTHERS)]);
    expect(pools.at(-1)).toMatchObject({ status: 'completed' });
    expect(logsOf(pools)).toEqual(['[0, 1, 4, 9]', '[0, 1, 4, 9]', '16', '[None, None]']);
    expect(of(pools, 'lane-started').filter(({ kind }) => kind === 'process')).toHaveLength(4);
    expect(of(pools, 'job-ended').every(({ status }) => status !== 'failed')).toBe(true);
    // Nothing is seen of what pools wait for.
    expect(of(pools, 'wait-started').filter((wait) => wait.for === 'join')).toEqual([]);
    expect(others.at(-1)).toMatchObject({ status: 'completed' });
    expect(of(others, 'wait-started')).toContainEqual(
      expect.objectContaining({ job: 1, for: 'sleep', on: '0.1 s' }),
    );
    expect(logsOf(others)).toEqual([
      'heard True 1 ready',
      'PermissionError: multiprocessing.Manager needs sockets, which a script does not have here. Use a Queue or a Pipe.',
      'ValueError: A script’s processes are forked here: spawn would start Python from a file, which is not watched.',
    ]);
  });

  seldom(
    'processes share the memory of values and arrays, within a limit, also those that are made late',
    async () => {
      const events = await runScript(MEMORIES);
      expect(logsOf(events)).toEqual([
        '30 [1, 2, 3] True 3',
        'MemoryError: A script’s processes can share at most 1 MiB of memory here.',
      ]);
    },
  );

  it('a process that is forked in a thread ends with it, and the thread goes on', async () => {
    const events = await runScript(IN_THREAD);
    expect(logsOf(events)).toEqual(['in the process', 'in the thread 0']);
    const lanes = of(events, 'lane-started');
    expect(lanes.map(({ kind, job }) => [kind, job])).toEqual([
      ['main', undefined],
      ['thread', 0],
      ['process', 1],
    ]);
    expect(of(events, 'lane-ended').map(({ lane, exitCode }) => [lane, exitCode])).toEqual([
      [2, 0],
      [1, null],
      [0, 0],
    ]);
    expect(of(events, 'job-ended').map(({ job, status }) => [job, status])).toEqual([
      [1, 'done'],
      [0, 'done'],
    ]);
  });

  seldom('what ends with main is said to, whether main was killed or has returned', async () => {
    const [killed, orphan] = await Promise.all([runScript(KILLED), runScript(ORPHAN)]);
    const error = 'The script with its processes was killed by SIGKILL.';
    expect(of(killed, 'job-ended')).toEqual([expect.objectContaining({ job: 0, status: 'cut-off', error })]);
    expect(sentence(timelineOf(killed))).toBe(
      'In processes the script with its processes was killed by SIGKILL: main and job 0 died with it.',
    );
    expect(of(orphan, 'job-ended').map(({ job, status }) => [job, status])).toEqual([
      [0, 'done'],
      [1, 'cut-off'],
    ]);
    expect(sentence(timelineOf(orphan))).toBe(
      'Job 1 was cut off when the program ended: the processes of a script end with it here.',
    );
  });

  seldom('a deadlock between processes is found and named', async () => {
    const id = await app.start({ ...QUICK, code: DEADLOCK, runtime: 'python' });
    const events = await app.events(id);
    const page = await (await app.request(`/runs/${id}`)).text();
    expect(page).toContain('A script, run as it is written.');
    expect(page).toContain('Deadlock: job 0 waits for lock');
    expect(
      of(events, 'deadlock')[0]
        ?.circle.map(({ job, on }) => [job, on])
        .sort(),
    ).toEqual([
      [0, 'second'],
      [1, 'first'],
    ]);
    expect(events.at(-1)).toMatchObject({ status: 'failed' });
  });
});
