/** Semaphores and conditions, in four modes on both runtimes, and in pools: who has a turn, and who is never woken. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MODES, type Mode } from '../../server/spec/modes.ts';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { modesFor, playFirst } from '../everyday.ts';
import { markedLine } from './marked-line.ts';
import { type Ground, openGround, type Played, play } from './play.ts';
import { alive } from './processes.ts';

const POOLED: Mode[] = ['threads', 'processes'];

let ground: Ground;
beforeAll(async () => {
  ground = await openGround({ PASS_SECONDS: '20', CORES: '8' });
});
afterAll(() => ground.end());

describe.each(JAVASCRIPT)('%s', (runtime) => {
  let run: Played;
  let pool: Played;
  let lost: Played;
  playFirst(async () => {
    [run, pool, lost] = await Promise.all([
      play(ground, { lesson: 'waits-for-turns', runtime, jobs: 3 }),
      play(ground, {
        lesson: 'waits-for-turns',
        runtime,
        jobs: 3,
        workers: 2,
        modes: modesFor('waits-for-turns', runtime, POOLED),
      }),
      play(ground, { lesson: 'wakes-nobody', runtime, jobs: 1 }),
    ]);
  });
  const cases = [...MODES.map((mode) => [mode, mode]), ...POOLED.map((mode) => [`a pool of ${mode}`, mode])];
  const passOf = (name: string, mode: string) => (name === mode ? run : pool).pass(mode as Mode);

  test.each(cases)(`%s on ${runtime}: no more jobs hold a permit than there are`, (name, mode) => {
    const pass = passOf(name, mode);
    expect(pass.one('pass-ended')).toMatchObject({ status: 'completed', error: null });
    let held = 0;
    for (const event of pass.events) {
      if (event.type === 'wait-ended' && event.for === 'semaphore' && event.on === 'door') held++;
      if (event.type === 'permit-released' && event.on === 'door') held--;
      expect(held).toBeLessThanOrEqual(2);
    }
    const waits = pass.of('wait-started').filter(({ on }) => on === 'door');
    const line = markedLine('waits-for-turns', 'take');
    expect(waits).toHaveLength(3);
    for (const wait of waits) expect(wait).toMatchObject({ for: 'semaphore', permits: 2, line });
    const given = pass.of('permit-released').filter(({ on }) => on === 'door');
    expect(given.map((one) => one.line)).toEqual(Array(3).fill(markedLine('waits-for-turns', 'give')));
  });

  test.each(cases)(`%s on ${runtime}: the first call fixes how many permits there are`, (name, mode) => {
    const pass = passOf(name, mode);
    const text = 'RangeError: semaphore("gate", 3): an earlier call fixed it at 2 permits.';
    for (const job of [0, 1, 2]) expect(pass.texts(job)).toEqual([text]);
    // A refused call is not a wait.
    expect(pass.of('wait-started').filter(({ on }) => on === 'gate')).toHaveLength(1);
  });

  test.each(cases)(`%s on ${runtime}: a job that is notified waits for its lock again`, (name, mode) => {
    const pass = passOf(name, mode);
    expect(pass.outcomes).toEqual(['done', 'done', 'done']);
    const notified = pass.of('condition-notified');
    expect(notified.map(({ all }) => all).toSorted()).toEqual([false, false, false, true, true, true]);
    const line = markedLine('waits-for-turns', 'notify');
    for (const one of notified.filter(({ all }) => !all)) expect(one).toMatchObject({ job: null, line });
    for (const { by, seq } of pass.of('wait-ended').filter((wait) => wait.for === 'condition'))
      expect(notified.find(({ id }) => id === by)?.seq).toBeLessThan(seq);
    for (const job of [0, 1, 2]) {
      const own = pass.events.flatMap((event) => {
        if (!('job' in event) || event.job !== job || !('on' in event)) return [];
        if (event.on !== 'L' && event.on !== 'C') return [];
        return [`${event.type} ${event.on}`];
      });
      const acquire = ['wait-started L', 'wait-ended L'];
      const wait = ['lock-released L', 'wait-started C', 'wait-ended C', ...acquire];
      expect(own).toEqual([...acquire, ...wait, ...wait, 'lock-released L']);
    }
    const waits = pass
      .of('wait-started')
      .filter(({ line: at }) => at === markedLine('waits-for-turns', 'wait'));
    expect(waits.map((wait) => wait.for).toSorted()).toEqual([
      ...Array(3).fill('condition'),
      ...Array(3).fill('lock'),
    ]);
  });

  test.each(MODES)(`%s on ${runtime}: a notification before the wait is lost, and named`, (mode) => {
    const pass = lost.pass(mode);
    const line = markedLine('wakes-nobody', 'wait');
    const { status, error } = pass.one('pass-ended');
    expect(status).toBe('failed');
    expect(error).toMatch(/^Nothing can continue: /);
    expect(error).toContain(
      `job 0, line ${line}, waits for condition C (lost wake-up: main notified it before).`,
    );
    expect(pass.of('wait-ended').filter((wait) => wait.for === 'condition')).toEqual([]);
    expect(alive(pass.pids)).toEqual([]);
  });
});
