/** What the ledger accepts from a program: what its lanes and jobs allow, and nothing of others. */
import { describe, expect, it } from 'vitest';
import type { Child } from '../../../server/launch/child.ts';
import type { LaneFact } from '../../../server/protocol/facts.ts';
import { Ledger, type LedgerPass } from '../../../server/runs/pass/ledger.ts';

const main = { pid: 41, parentPid: 7 } as Child;
const other = { pid: 42 } as Child;
const MAIN = {
  type: 'lane-started',
  lane: 0,
  kind: 'main',
  name: 'x',
  pid: 1,
  threadId: 3,
  parentPid: 1,
} as const;

/** A ledger whose main has begun, and has started job 0. */
function ledgerOf(pass: Partial<LedgerPass> = {}) {
  const ledger = new Ledger({
    ...{ main, mode: 'event-loop', maxLanes: null, reuse: false, bootMs: 7, lines: 20, order: null },
    ...pass,
  });
  const takes = (...facts: LaneFact[]) => facts.map((fact) => ledger.check(main, fact) !== null);
  takes({ ...MAIN, daemon: true }, { type: 'lane-ready', lane: 0 });
  ledger.start(main, 0);
  return { ledger, takes };
}

/** A ledger whose job 0 runs, on lane 0. */
function running() {
  const made = ledgerOf();
  made.takes({ type: 'job-started', lane: 0, job: 0 });
  return made;
}

const started = (job: number, lane = 0): LaneFact => ({ type: 'job-started', lane, job });
const ended = (job: number, lane = 0): LaneFact => ({
  type: 'job-ended',
  lane,
  job,
  status: 'done',
  error: null,
});
const thread = (lane: number, job: number, threadId = lane): LaneFact => ({
  ...{
    type: 'lane-started',
    lane,
    kind: 'thread',
    name: 'boss',
    job,
    pid: 1,
    threadId,
    parentPid: 1,
    daemon: false,
  },
});
const own = { lane: 0, job: 0 } as const;

describe('Ledger', () => {
  it('Ledger: facts about computing leave room in the log for all others', () => {
    const { ledger, takes } = running();
    const computes = Array.from(
      { length: 10_000 },
      (): LaneFact => ({ type: 'compute-started', ...own, line: 1 }),
    );
    expect(takes(...computes).filter(Boolean)).toHaveLength(1000);
    const sleep = { ...own, for: 'sleep', on: '0.1 s' } as const;
    const sleeps = Array.from({ length: 2000 }, (): LaneFact[] => [
      { type: 'wait-started', ...sleep, timer: true },
      { type: 'wait-ended', ...sleep },
    ]).flat();
    expect(takes(...sleeps).filter(Boolean)).toHaveLength(2000);
    expect(takes({ type: 'wait-started', ...sleep })).toEqual([true]);
    const release = { type: 'lock-released', ...own, on: 'A' } as const;
    expect(takes(release)).toEqual([true]);
    expect(ledger.check(other, release)).toBeNull();
  });

  it('Ledger: what the server knows of main and of threads is not taken from the program', () => {
    const { ledger } = ledgerOf({ mode: 'threads' });
    expect(ledger.check(main, { ...MAIN, daemon: false })).toBeNull();
    expect(ledger.check(main, thread(1, 0, 5))).toMatchObject({
      name: 'job 0',
      pid: 41,
      parentPid: 7,
    });
    const fresh = new Ledger({
      main,
      mode: 'threads',
      maxLanes: 2,
      reuse: true,
      bootMs: 7,
      lines: null,
      order: null,
    });
    expect(fresh.check(other, { ...MAIN, daemon: false })).toBeNull();
    expect(fresh.check(main, { ...MAIN, daemon: true, bootMs: 1e300 })).toEqual({
      ...MAIN,
      ...{ name: 'main', pid: 41, threadId: 0, parentPid: 7, daemon: false, bootMs: 7 },
    });
  });

  it('Ledger: only jobs that main has started begin, once, and end once', () => {
    const { ledger, takes } = ledgerOf();
    ledger.start(other, 999);
    expect(takes(started(77), started(999), ended(0), started(0), started(0), ended(0), ended(0))).toEqual([
      ...[false, false, false, true, false, true, false],
    ]);
    expect(takes(started(0), { ...ended(0), status: 'failed' } as LaneFact)).toEqual([false, false]);
  });

  it('Ledger: a job begins in the kind of lane that its mode has', () => {
    const { ledger, takes } = ledgerOf({ mode: 'threads' });
    ledger.start(main, 1);
    expect(takes(started(0), thread(1, 0), started(0, 1), { type: 'lane-ready', lane: 1 })).toEqual([
      ...[false, true, false, true],
    ]);
    // It was given job 0.
    expect(takes(started(1, 1), started(0, 1), started(1, 1))).toEqual([false, true, false]);
  });

  it('Ledger: lanes are opened in order, no more than the pass may have, each for a job of its own', () => {
    const { ledger, takes } = ledgerOf({ mode: 'threads', maxLanes: 2 });
    for (const job of [1, 2, 3]) ledger.start(main, job);
    const refused = [thread(9, 1), thread(1, 77), { ...thread(1, 1), kind: 'process' } as LaneFact];
    expect(takes(...refused)).toEqual([false, false, false]);
    expect(takes(thread(1, 0), thread(2, 0), thread(2, 1, 1), thread(2, 1), thread(3, 2))).toEqual([
      ...[true, false, false, true, false],
    ]);
    const over = { type: 'lane-ended', lane: 2, reason: 'returned', exitCode: null, signal: null } as const;
    expect(takes(over, over, thread(2, 2), thread(3, 2))).toEqual([true, false, false, true]);
    expect(ledgerOf().takes(thread(1, 0))).toEqual([false]);
  });

  it('Ledger: processes are reserved for jobs that main has started, within what the pass may have', () => {
    const { ledger } = ledgerOf({ mode: 'processes', maxLanes: 1, reuse: true });
    ledger.start(main, 1);
    expect([ledger.reserve(2, 0), ledger.reserve(1, 77), ledger.reserve(1, 0)]).toEqual([false, false, true]);
    ledger.open(1, 'process', other, 0);
    expect([ledger.reserve(2, 1), ledger.give(1, 1)]).toEqual([false, false]);
    for (const fact of [{ type: 'lane-ready', lane: 1 } as const, started(0, 1)])
      expect(ledger.check(main, fact)).toBeNull();
    expect(ledger.check(other, { type: 'lane-ready', lane: 1 })).not.toBeNull();
    expect(ledger.check(other, started(1, 1))).toBeNull();
    expect(ledger.check(other, started(0, 1))).not.toBeNull();
    expect([ledger.give(1, 0), ledger.give(1, 77), ledger.give(1, 1)]).toEqual([false, false, true]);
  });

  it('Ledger: a script says itself what processes it has forked, and how they ended, and nothing that cannot be', () => {
    const { ledger, takes } = ledgerOf({ mode: 'processes', isScript: true });
    for (const job of [1, 2, 3]) ledger.start(main, job);
    const forked = (lane: number, job: number, pid: number, parentPid: number = main.pid): LaneFact => ({
      ...{ type: 'lane-started', lane, kind: 'process', name: 'boss', job, pid, parentPid },
      ...{ threadId: 0, daemon: false },
    });
    // Neither without a number, nor of a parent that there is not, nor for a job that was not started.
    expect(takes(forked(1, 0, 0), forked(1, 0, 4, 77), forked(1, 9, 4), forked(0, 0, 4))).toEqual(
      Array(4).fill(false),
    );
    // They take numbers side by side.
    expect(takes(forked(3, 2, 5), forked(1, 0, 4), forked(1, 1, 6), forked(2, 1, 6, 4))).toEqual([
      ...[true, true, false, true],
    ]);
    expect(ledger.check(main, { ...thread(4, 3), pid: 4 } as LaneFact)).toMatchObject({
      pid: 4,
      parentPid: main.pid,
    });
    for (const lane of [1, 2, 3]) takes({ type: 'lane-ready', lane }, started(lane - 1, lane));
    const end = (lane: number, reason: 'exited' | 'killed', exitCode: number | null, signal: string | null) =>
      ({ type: 'lane-ended', lane, reason, exitCode, signal }) as const;
    const cut = { ...ended(0, 1), status: 'cut-off' } as LaneFact;
    expect(takes({ ...cut, error: 'x' } as LaneFact, cut, cut)).toEqual([false, true, false]);
    expect(takes(end(1, 'killed', 3, 'SIGKILL'), end(1, 'killed', null, null))).toEqual([false, false]);
    expect(takes(end(1, 'killed', null, 'SIGTERM'), end(1, 'exited', 0, null))).toEqual([true, false]);
    expect(takes(end(4, 'killed', null, 'SIGKILL'), end(0, 'exited', 0, null))).toEqual([false, false]);
    expect(takes(forked(1, 0, 9))).toEqual([false]);
    // Where the program is no script, all of that is known to the server.
    const usual = ledgerOf({ mode: 'processes' });
    expect(usual.takes(forked(1, 0, 4))).toEqual([false]);
  });

  it('Ledger: waits are of jobs that have begun, for what can be waited for, and end once', () => {
    const { ledger, takes } = running();
    const wait = (on: string, kind = 'lock', job: number | null = 0): LaneFact =>
      ({ type: 'wait-started', lane: 0, job, for: kind, on }) as LaneFact;
    const over = (on: string): LaneFact => ({ type: 'wait-ended', ...own, for: 'lock', on, by: '0.7' });
    expect(
      takes(wait('A'), wait('A', 'lock', 5), wait('A\n'), wait('\ud800'), over('B'), over('A'), over('A')),
    ).toEqual([...[true, false, false, false, false, true, false]]);
    expect(takes(wait('job 0', 'join', null), wait('job 9', 'join', null), wait('job 0', 'join'))).toEqual([
      ...[true, false, false],
    ]);
    expect(
      takes(wait('1 s', 'sleep'), wait('ever', 'sleep'), wait('x', 'queue'), wait('A', 'semaphore')),
    ).toEqual([...[true, false, false, false]]);
    ledger.start(main, 1);
    const worker = (job: number) => wait('a free lane', 'worker', job);
    expect(takes(worker(0), worker(1), worker(2))).toEqual([false, true, false]);
  });

  it('Ledger: more waits or names than can be followed are an excess', () => {
    const wait = { type: 'wait-started', ...own, for: 'lock', on: 'A' } as const;
    const { ledger, takes } = running();
    takes(...Array.from({ length: 10_000 }, () => wait));
    expect(ledger.excess).toBeNull();
    takes(wait);
    expect(ledger.excess).toBe('There are more than 10,000 waits at once, more than the server can follow.');
    const named = running();
    named.takes(
      ...Array.from(
        { length: 10_001 },
        (_, n): LaneFact => ({ type: 'lock-released', ...own, on: `lock ${n}` }),
      ),
    );
    expect(named.ledger.excess).toMatch(/^There are more than 10,000 locks/);
  });

  it('Ledger: an id is of its lane, and of one event; what ended a wait has been reported', () => {
    const { ledger, takes } = running();
    const sent = (id: string): LaneFact => ({
      type: 'message-sent',
      ...own,
      id,
      channel: 'queue',
      bytes: 1,
      value: 1,
    });
    const received = (id: string): LaneFact => ({ ...sent(id), type: 'message-received' }) as LaneFact;
    expect(takes(sent('0.1'), sent('0.1'), sent('1.2'), sent('x'), received('0.1'), received('0.1'))).toEqual(
      [...[true, false, false, false, true, false]],
    );
    expect(takes(received('8.1'))).toEqual([false]);
    const wait = { ...own, for: 'semaphore', on: 'S' } as const;
    const back = { type: 'permit-released', ...own, on: 'S', id: '0.5' } as const;
    takes({ type: 'wait-started', ...wait, permits: 1 }, { type: 'wait-started', ...wait, permits: 1 }, back);
    expect(ledger.check(main, { type: 'wait-ended', ...wait, by: '0.6' })).toMatchObject({ by: undefined });
    expect(ledger.check(main, { type: 'wait-ended', ...wait, by: '0.5' })).toMatchObject({ by: '0.5' });
  });

  it('Ledger: a line that the program does not have is left out', () => {
    const { ledger } = running();
    const log = { type: 'log', ...own, stream: 'stdout', text: 'x' } as const;
    expect(ledger.check(main, { ...log, line: 20 })).toMatchObject({ line: 20 });
    expect(ledger.check(main, { ...log, line: 21 })).toMatchObject({ text: 'x', line: undefined });
    expect(ledger.check(main, { ...log, job: 5 })).toBeNull();
  });

  it('Ledger: a lane passes on to the check what its own jobs wrote, and what they return before they end', () => {
    const { ledger, takes } = running();
    const line = (job: number | null) => ({ what: 'line', job, text: 'x' }) as const;
    const result = (job: number) => ({ what: 'result', job, json: '1' }) as const;
    const passes = (from: Child, lane: number) =>
      [line(null), line(0), line(5), result(0), result(5)].map((one) => ledger.isEvidence(from, lane, one));
    expect(passes(main, 0)).toEqual([true, true, false, true, false]);
    expect(passes(other, 0)).toEqual([false, false, false, false, false]);
    expect(passes(main, 1)).toEqual([false, false, false, false, false]);
    takes(ended(0));
    expect(passes(main, 0)).toEqual([true, true, false, false, false]);
  });

  it('Ledger: the counter is a 32-bit number', () => {
    const { takes } = running();
    const write = (value: number): LaneFact => ({
      type: 'shared-written',
      ...own,
      key: 'counter',
      value,
      length: null,
    });
    expect(takes(write(2 ** 31 - 1), write(2 ** 31), write(0.5), write(1e300))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
