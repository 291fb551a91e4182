/** What scripts in Python wait for each other with, beside locks and queues: in threads, and between processes. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../server/protocol/events.ts';
import { seldom } from '../everyday.ts';
import { logsOf, ofType as of, playgroundAt, runCode, runtimesAt } from '../launch/sandboxed.ts';
import type { PlaygroundApp } from '../playground-app.ts';
import { PYTHON } from '../python.ts';
import { timelineOf } from '../timeline/made-events.ts';
import { CONDITION, EVENTS, MISUSED, PROCESSES, SEMAPHORES, STUCK } from './waiting-scripts.ts';

const runtimes = await runtimesAt('jail');

type Wait = Extract<RunEvent, { type: 'wait-started' | 'wait-ended' }>;

describe.skipIf(!runtimes.includes('python'))('what a script waits with, in the jail', () => {
  let app: PlaygroundApp;
  beforeAll(async () => {
    app = await playgroundAt('jail');
  });
  afterAll(() => app.close());
  const runScript = (code: string) => runCode(app, code, { runtime: 'python' });
  const waits = (events: RunEvent[], kind: Wait['for'], type: Wait['type'] = 'wait-started') =>
    events.flatMap((event) => (event.type === type && event.for === kind ? [event] : []));
  const asked = (events: RunEvent[], kind: Wait['for']) =>
    waits(events, kind).map((wait) => [wait.job, wait.on, 'line' in wait ? wait.line : null]);

  it('a condition: who waits, who notifies whom, and its lock meanwhile', async () => {
    const events = await runScript(CONDITION);
    expect(events.at(-1)).toMatchObject({ status: 'completed' });
    expect(logsOf(events)).toEqual(['took 7', 'False']);
    expect(asked(events, 'condition')).toEqual([
      [0, 'full', 10],
      [1, 'alone', 21],
    ]);
    const told = of(events, 'condition-notified').map(({ on, all, id, line }) => ({ on, all, id, line }));
    expect(told).toMatchObject([
      { on: 'full', all: false, line: 17 },
      { on: 'alone', all: true, line: 20 },
    ]);
    const [ended, late] = waits(events, 'condition', 'wait-ended');
    expect(ended).toMatchObject({ job: 0, by: told[0]?.id });
    expect(late).not.toHaveProperty('by');
    // It is released while its job waits, and acquired again: a lock that is acquired twice is let go at once.
    expect(
      of(events, 'lock-released')
        .map(({ on, job }) => `${job} ${on}`)
        .sort(),
    ).toEqual(['0 lock', '0 lock', '1 alone', '1 alone', '1 lock']);
    const { conditions, locks } = timelineOf(events).passes[0]?.state ?? {};
    expect(conditions?.get('full')?.lost.size).toBe(0);
    expect(conditions?.get('alone')?.lost.size).toBe(1);
    expect(locks?.size).toBe(0);
  });

  it('events and barriers: waits for them are those for conditions, and nothing that is kept is lost', async () => {
    const events = await runScript(EVENTS);
    expect(events.at(-1)).toMatchObject({ status: 'completed' });
    expect(logsOf(events)).toEqual(['True True False 3']);
    expect(asked(events, 'condition').sort()).toEqual([
      [null, 'met', 15],
      [0, 'gate', 8],
      [0, 'ready', 6],
      [1, 'gate', 8],
      [1, 'ready', 6],
      [2, 'ready', 6],
    ]);
    const told = of(events, 'condition-notified');
    expect(told.map(({ on, all, line }) => [on, all, line])).toEqual([
      ['ready', true, 14],
      ['gate', true, 8],
    ]);
    const by = waits(events, 'condition', 'wait-ended').map((wait) => ('by' in wait ? wait.by : null));
    expect(by.filter((id) => id === told[0]?.id)).toHaveLength(3);
    expect(by.filter((id) => id === told[1]?.id)).toHaveLength(2);
  });

  it('semaphores: permits are taken and given back, also by others, and signals are conditions', async () => {
    const events = await runScript(SEMAPHORES);
    expect(events.at(-1)).toMatchObject({ status: 'completed' });
    expect(logsOf(events)).toEqual(['True False False', 'Semaphore released too many times']);
    const permits = waits(events, 'semaphore');
    expect(permits.filter(({ on }) => on === 'free')).toHaveLength(3);
    expect(new Set(permits.map((wait) => [wait.on, 'permits' in wait && wait.permits].join()))).toEqual(
      new Set(['free,2', 'door,1']),
    );
    const given = of(events, 'permit-released');
    const ends = waits(events, 'semaphore', 'wait-ended').filter((wait) => 'by' in wait);
    // The third place was free only when the consumer had given one back, and the second visitor waited for the first.
    expect(ends.map(({ on }) => on).sort()).toEqual(['door', 'free']);
    for (const end of ends) expect(given.map(({ id }) => id)).toContain('by' in end && end.by);
    expect(new Set(waits(events, 'condition').map(({ on }) => on))).toEqual(new Set(['made']));
    const { semaphores } = timelineOf(events).passes[0]?.state ?? {};
    expect([...(semaphores ?? [])].map(([name, { holders }]) => [name, holders.length]).sort()).toEqual([
      ['door', 0],
      ['free', 0],
    ]);
  });

  seldom('between processes: the same waits, but not who ended them', async () => {
    const events = await runScript(PROCESSES);
    expect(events.at(-1)).toMatchObject({ status: 'completed' });
    expect(logsOf(events)).toEqual(['True True 0']);
    const met = asked(events, 'condition').filter(([, on]) => on !== 'here');
    expect(met.sort()).toEqual([
      [null, 'told', 28],
      [0, 'full', 14],
      [0, 'ready', 9],
      [1, 'ready', 9],
    ]);
    expect(of(events, 'condition-notified')).toEqual([]);
    expect(
      asked(events, 'semaphore')
        .map(([job, on]) => `${job} ${on}`)
        .sort(),
    ).toEqual(['0 door', '1 door', 'null door']);
    expect(
      of(events, 'permit-released')
        .map(({ job }) => job)
        .sort(),
    ).toEqual([0, 1]);
  });

  it('what Python refuses is refused in its words, and what scripts derive from it works', async () => {
    const plain = spawnSync(PYTHON ?? '', ['-c', MISUSED], { encoding: 'utf8' });
    expect([plain.stderr, plain.status]).toEqual(['', 0]);
    const events = await runScript(MISUSED);
    expect(events.at(-1)).toMatchObject({ status: 'completed' });
    expect(logsOf(events)).toEqual(plain.stdout.trimEnd().split('\n'));
    expect(of(events, 'lock-released')).toEqual([]);
  });

  it('a wait that nothing can end is told, with the notification that came before it', async () => {
    const events = await runScript(STUCK);
    expect(of(events, 'pass-ended')[0]?.error).toMatch(
      /^Nothing can continue: .*job 0, line 6, waits for condition done \(lost wake-up: main notified it before\)/,
    );
  });
});
