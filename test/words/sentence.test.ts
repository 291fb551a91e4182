/** The sentence above a run, from runs made by hand: progress and comparisons; and properties that hold for any log. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mode } from '../../server/spec/modes.ts';
import { setPlace } from '../../server/timeline/timeline.ts';
import { sentence } from '../../server/words/sentence.ts';
import {
  atOnce,
  events,
  inTurn,
  type Job,
  oneByOne,
  type Pass,
  run,
  timelineOf,
  waitStarted,
} from '../timeline/made-events.ts';
import { garbage, madeLog } from '../timeline/made-logs.ts';

const sentenceOf = (...of: Parameters<typeof run>) => sentence(timelineOf(run(...of)));

describe('sentence: before the end', () => {
  it.each([
    [1, '1st'],
    [2, '2nd'],
    [3, '3rd'],
    [4, '4th'],
    [11, '11th'],
    [13, '13th'],
    [22, '22nd'],
    [111, '111th'],
  ])('sentence: place %i in the queue is %s', (position, place) => {
    const timeline = timelineOf(events(null, [[0, { type: 'run-queued', position }]]));
    expect(sentence(timeline)).toBe(`Waiting: ${place} in line.`);
  });

  it('sentence: a waiting run says about how long, between two passes after what has run', () => {
    const waiting = timelineOf([]);
    setPlace(waiting, { pass: 0, position: 3, waitMs: 12_300 });
    expect(sentence(waiting)).toBe('Waiting: 3rd in line, about 12 s.');
    setPlace(waiting, { pass: 0, position: 1, waitMs: 0 });
    expect(sentence(waiting)).toBe('Waiting: 1st in line, about 1 s.');
    const between = timelineOf(run([{ mode: 'threads', jobs: [{ from: 0, to: 10 }], wallMs: 12 }], null));
    setPlace(between, { pass: 1, position: 2, waitMs: null });
    expect(sentence(between)).toBe('Ran in threads: 1 job done. Waiting for the next pass: 2nd in line.');
  });

  it('sentence: a run without events waits to start', () => {
    expect(sentence(timelineOf([]))).toBe('Waiting to start.');
  });

  it('sentence: a run without a pass, and a pass without a job, are starting', () => {
    expect(sentenceOf([], null)).toBe('Starting.');
    expect(sentenceOf([{ mode: 'processes', jobs: [], wallMs: null }], null)).toBe(
      'Running in processes: starting.',
    );
  });

  it('sentence: a running pass says how many jobs are done, not of how many: more may start', () => {
    const jobs: Job[] = [{ from: 0, to: 10 }, { from: 0, to: 20 }, { from: 0 }, { from: 0 }];
    const log = run([{ mode: 'threads', jobs, wallMs: null }], null);
    log.push(...events(0, [[30, waitStarted(0, 4, 'worker', 'a free lane')]], log.length));
    expect(sentence(timelineOf(log))).toBe('Running in threads: 2 jobs done.');
  });

  it('sentence: a job that is reported twice is counted once', () => {
    const log = run([{ mode: 'threads', jobs: [{ from: 0, to: 10 }, { from: 0 }], wallMs: null }], null);
    log.push(...events(0, [[30, waitStarted(0, 1, 'worker', 'a free lane')]], log.length));
    expect(sentence(timelineOf(log))).toBe('Running in threads: 1 job done.');
  });

  it('sentence: one by one the number of jobs is unknown, unless an earlier pass showed it', () => {
    const running: Pass = { mode: 'sequential', jobs: [{ from: 0, to: 10 }, { from: 10 }], wallMs: null };
    expect(sentenceOf([running], null)).toBe('Running one by one: 1 job done.');
    const threads: Pass = { mode: 'threads', jobs: atOnce(5, 100, 'sleep') };
    expect(sentenceOf([threads, running], null)).toBe('Running one by one: 1 of 5 jobs done.');
  });

  it('sentence: between two passes it describes the one that ended', () => {
    expect(sentenceOf([oneByOne('sleep')], null)).toBe('Ran one by one: 5 jobs done.');
  });
});

describe('sentence: comparisons', () => {
  it('sentence: waits that overlapped', () => {
    const threads: Pass = { mode: 'threads', jobs: atOnce(5, 1852, 'sleep') };
    expect(sentenceOf([oneByOne('sleep'), threads])).toBe(
      'Threads were 2.7 times as fast as one by one: the jobs’ waits overlapped.',
    );
  });

  it('sentence: modes that are about equal share the first place', () => {
    const event: Pass = { mode: 'event-loop', jobs: atOnce(5, 1000, 'sleep') };
    const threads: Pass = { mode: 'threads', jobs: atOnce(5, 1000, 'sleep', 5) };
    const processes: Pass = { mode: 'processes', jobs: atOnce(5, 1000, 'sleep', 400), bootMs: 400 };
    expect(sentenceOf([oneByOne('sleep'), event, threads, processes])).toBe(
      'The event loop and threads were 5.0 times as fast as one by one: the jobs’ waits overlapped.',
    );
  });

  it('sentence: the factors of modes about equal are those in the table', () => {
    const event: Pass = { mode: 'event-loop', jobs: atOnce(5, 1660, 'sleep') };
    const threads: Pass = { mode: 'threads', jobs: atOnce(5, 1700, 'sleep') };
    expect(sentenceOf([oneByOne('sleep'), event, threads])).toBe(
      'The event loop and threads were 2.9 to 3.0 times as fast as one by one: the jobs’ waits overlapped.',
    );
    // A mode that was not clearly faster is not called faster, however close it is to one that was.
    const hardly = (mode: Mode, ms: number): Pass => ({ mode, jobs: atOnce(2, ms, 'sleep') });
    expect(sentenceOf([oneByOne('sleep', 2), hardly('event-loop', 1700), hardly('threads', 1790)])).toBe(
      'The event loop was 1.2 times as fast as one by one: the jobs’ waits overlapped.',
    );
  });

  it('sentence: more computing threads than cores', () => {
    const threads: Pass = { mode: 'threads', jobs: atOnce(8, 4210, 'compute'), cores: 2 };
    expect(sentenceOf([oneByOne('compute', 8), threads])).toBe(
      'Eight threads were only 1.9 times as fast as one by one: this machine has 2 cores.',
    );
    // Other runs alone slow nothing down; only if the jobs got less of the cores.
    expect(sentenceOf([oneByOne('compute', 8), { ...threads, otherRuns: 3 }])).toBe(
      'Eight threads were only 1.9 times as fast as one by one: this machine has 2 cores.',
    );
    expect(sentenceOf([oneByOne('compute', 8), { ...threads, otherRuns: 3, cpuMs: 4000 }])).toBe(
      'Eight threads were only 1.9 times as fast as one by one: this machine has 2 cores, of which the jobs got 1.0, with 3 other runs at the same time.',
    );
  });

  it('sentence: cores that were available, but busy with something else', () => {
    const threads: Pass = { mode: 'threads', jobs: atOnce(8, 6000, 'compute'), cores: 2, cpuMs: 6000 };
    expect(sentenceOf([oneByOne('compute', 8), threads])).toBe(
      'Eight threads were only 1.3 times as fast as one by one: this machine has 2 cores, of which the jobs got 1.0.',
    );
  });

  it('sentence: says how many workers there were only if all of them ran at once', () => {
    const jobs = [...atOnce(3, 2000, 'compute'), ...atOnce(3, 2000, 'compute', 2000)];
    expect(sentenceOf([oneByOne('compute', 6), { mode: 'processes', jobs, cores: 2 }])).toBe(
      'Processes were only 1.5 times as fast as one by one: this machine has 2 cores.',
    );
  });

  it('sentence: a speed-up near the number of threads is not called “only”', () => {
    const threads: Pass = { mode: 'threads', jobs: atOnce(3, 1200, 'compute'), cores: 2 };
    expect(sentenceOf([oneByOne('compute', 3), threads])).toBe(
      'Threads were 2.5 times as fast as one by one, which 2 cores cannot do: something else slowed down one by one.',
    );
  });

  it('sentence: cores are not the reason if there were enough', () => {
    const threads: Pass = { mode: 'threads', jobs: atOnce(4, 2000, 'compute'), cores: 4 };
    expect(sentenceOf([oneByOne('compute', 4), threads])).toBe(
      'Threads were 2.0 times as fast as one by one: they computed on 4 cores at once.',
    );
  });

  it('sentence: an event loop that was faster is reported as faster', () => {
    const event: Pass = { mode: 'event-loop', jobs: inTurn(5, 800, 'compute') };
    expect(sentenceOf([oneByOne('compute'), event])).toBe(
      'The event loop was 1.3 times as fast as one by one, which one thread cannot do: something else slowed down one by one.',
    );
  });

  it('sentence: computing threads with a core each', () => {
    const threads: Pass = { mode: 'threads', jobs: atOnce(4, 1000, 'compute'), cores: 8 };
    expect(sentenceOf([oneByOne('compute', 4), threads])).toBe(
      'Threads were 4.0 times as fast as one by one: they computed on 4 cores at once.',
    );
  });

  it('sentence: computing jobs on the event loop gain nothing', () => {
    const event: Pass = { mode: 'event-loop', jobs: inTurn(5, 1000, 'compute') };
    const words = 'On the event loop computing jobs ran one after the other: no time was gained.';
    expect(sentenceOf([oneByOne('compute'), event])).toBe(words);
    expect(sentenceOf([event])).toBe(words);
  });

  it('sentence: computing threads beside the event loop', () => {
    const event: Pass = { mode: 'event-loop', jobs: inTurn(4, 1000, 'compute') };
    const threads: Pass = { mode: 'threads', jobs: atOnce(4, 2000, 'compute'), cores: 2 };
    expect(sentenceOf([oneByOne('compute', 4), event, threads])).toBe(
      'Threads were 2.0 times as fast as one by one; on the event loop computing jobs ran one after the other.',
    );
    expect(sentenceOf([event, threads])).toBe(
      'Threads were 2.0 times as fast as the event loop, where computing jobs ran one after the other.',
    );
  });

  it('sentence: a factor under 1.15 is not faster, whatever the reason', () => {
    const late = (mode: Mode, jobs: Job[], more: Partial<Pass> = {}): Pass => ({ mode, jobs, ...more });
    const two = oneByOne('sleep', 2);
    expect(sentenceOf([two, late('threads', atOnce(2, 1760, 'sleep'))])).toBe(
      'Threads were no faster than one by one.',
    );
    expect(sentenceOf([two, late('threads', atOnce(2, 1730, 'sleep'))])).toContain('1.2 times as fast');
    expect(sentenceOf([two, late('threads', inTurn(2, 1000, 'sleep'))])).toBe(
      'Threads were no faster than one by one: only one job ran at a time.',
    );
    expect(sentenceOf([two, late('threads', atOnce(2, 2000, 'lock'))])).toBe(
      'Threads were no faster than one by one: jobs waited for each other’s lock.',
    );
    expect(
      sentenceOf([two, late('processes', atOnce(2, 1000, 'sleep', 2000), { bootMs: 2000, joins: true })]),
    ).toBe('Processes were slower than one by one: starting them took more time than it saved.');
    expect(sentenceOf([oneByOne('sleep', 1), late('threads', atOnce(1, 1000, 'sleep'))])).toBe(
      'Threads were no faster than one by one: there was only one job.',
    );
    expect(sentenceOf([oneByOne('sleep', 1), late('event-loop', atOnce(1, 800, 'sleep'))])).toBe(
      'The event loop was 1.3 times as fast as one by one, though there was only one job.',
    );
    expect(sentenceOf([two, late('threads', inTurn(2, 800, 'sleep'))])).toBe(
      'Threads were 1.3 times as fast as one by one, though only one job ran at a time.',
    );
    expect(
      sentenceOf([oneByOne('compute', 2), late('threads', atOnce(2, 2000, 'compute'), { cores: 1 })]),
    ).toBe('Threads were no faster than one by one: this machine has 1 core.');
  });

  it('sentence: times that differ by less than 20 ms are the same, however short the passes are', () => {
    const short = (mode: Mode, jobs: Job[], more: Partial<Pass> = {}): Pass => ({ mode, jobs, ...more });
    const [two, event] = [inTurn(2, 6, 'sleep'), short('event-loop', atOnce(2, 6, 'sleep'))];
    const threads = short('threads', atOnce(2, 6, 'sleep', 80), { bootMs: 80, joins: true });
    expect(sentenceOf([short('sequential', two), event])).toBe(
      'The event loop was no faster than one by one.',
    );
    expect(sentenceOf([short('sequential', two), event, threads])).toBe(
      'The event loop took about as long as one by one; threads were slower: starting them took time.',
    );
    expect(sentenceOf([event, short('threads', atOnce(2, 18, 'sleep'))])).toMatch(
      /^The event loop and threads took about the same time, 6 to 18 ms/,
    );
  });

  it('sentence: whether jobs waited or computed is read from their bars', () => {
    const mixed: Job[] = [
      { from: 0, to: 1000, does: 'sleep' },
      { from: 0, to: 1000, does: 'compute' },
    ];
    expect(sentenceOf([oneByOne('sleep', 2), { mode: 'threads', jobs: mixed }])).toBe(
      'Threads were 2.0 times as fast as one by one: jobs waited and computed at the same time.',
    );
  });

  it('sentence: jobs that used next to no processor time are said neither to have computed nor to have waited', () => {
    // A call of the system that is not seen looks the same as computing on a machine that is very busy.
    const threads: Pass = { mode: 'threads', jobs: atOnce(4, 2000, 'compute'), cores: 2, cpuMs: 100 };
    expect(sentenceOf([threads])).toBe('In threads 4 jobs took 2.0 s, and used 0.1 of 2 cores.');
    expect(sentenceOf([oneByOne('compute', 4), threads])).not.toMatch(/waits|at once/);
    expect(sentenceOf([{ ...threads, mode: 'processes' }, threads])).not.toMatch(/waits|at once/);
    expect(sentenceOf([{ ...threads, cpuMs: 20 }])).toBe(
      'In threads 4 jobs took 2.0 s, and hardly used a core.',
    );
  });

  it('sentence: jobs that only wait are never said to lack cores, and starting their lanes is no computing', () => {
    // They wait for a timer of their own, which looks like computing; starting four threads takes processor time.
    const started = { bootMs: 80, joins: true, cores: 2, cpuMs: 160 };
    const threads: Pass = { mode: 'threads', jobs: atOnce(4, 400, 'compute', 80), ...started };
    const processes: Pass = { ...threads, mode: 'processes' };
    const inOrder: Pass = { mode: 'sequential', jobs: inTurn(4, 400, 'compute'), cpuMs: 20 };
    for (const passes of [[threads], [threads, processes], [inOrder, threads], [inOrder, threads, processes]])
      expect(sentenceOf(passes)).not.toMatch(/shared 2 cores|on 2 cores|cannot do|the jobs got/);
    // Nothing was gained, though several waited at once.
    const slow: Pass = { ...threads, jobs: atOnce(4, 1600, 'compute', 20), bootMs: 20 };
    expect(sentenceOf([inOrder, slow])).toBe(
      'Threads were no faster than one by one: the jobs hardly used a core.',
    );
    const asleep: Pass = { ...slow, jobs: atOnce(4, 1600, 'sleep', 20), cpuMs: 0 };
    expect(sentenceOf([{ mode: 'sequential', jobs: inTurn(4, 400, 'sleep') }, asleep])).toBe(
      'Threads were no faster than one by one.',
    );
  });

  it('sentence: jobs that do nothing are not said to have computed', () => {
    expect(sentenceOf([{ mode: 'event-loop', jobs: inTurn(4, 1, 'compute') }])).toBe(
      '4 jobs took 4 ms on the event loop.',
    );
  });

  it('sentence: jobs that got few cores are not said to be faster than one after another', () => {
    const two: Pass = { mode: 'processes', jobs: atOnce(2, 2000, 'compute'), cores: 4, cpuMs: 1600 };
    expect(sentenceOf([two])).toBe(
      'In processes 2 jobs took 2.0 s: this machine has 4 cores, of which the jobs got 0.8.',
    );
  });

  it('sentence: threads that took turns on one core are not said to have computed on two', () => {
    for (const count of [2, 4]) {
      const threads: Pass = { mode: 'threads', jobs: atOnce(count, 2000, 'compute'), cores: 2, cpuMs: 2000 };
      expect(sentenceOf([threads])).toBe(`In threads ${count} jobs took 2.0 s, and used 1.0 of 2 cores.`);
    }
  });

  it('sentence: without one by one the passes are compared with each other', () => {
    const threads: Pass = { mode: 'threads', jobs: atOnce(5, 1000, 'sleep') };
    const processes: Pass = {
      mode: 'processes',
      jobs: atOnce(5, 1000, 'sleep', 500),
      bootMs: 500,
      joins: true,
    };
    expect(sentenceOf([processes, threads])).toBe(
      'Threads were 1.5 times as fast as processes, which took longer to start.',
    );
    expect(sentenceOf([{ mode: 'processes', jobs: atOnce(5, 1500, 'sleep') }, threads])).toBe(
      'Threads were 1.5 times as fast as processes.',
    );
    expect(sentenceOf([{ mode: 'event-loop', jobs: atOnce(5, 1010, 'sleep') }, threads])).toBe(
      'The event loop and threads took about the same time, 1.0 s: the jobs’ waits overlapped.',
    );
  });

  it('sentence: overlapping starts explain no more than the time that they took together', () => {
    // Eight processes start in parallel in 100 ms, and take 400 ms longer than threads.
    const threads: Pass = { mode: 'threads', jobs: atOnce(8, 1000, 'sleep'), joins: true };
    const processes: Pass = {
      mode: 'processes',
      jobs: atOnce(8, 1300, 'sleep', 100),
      bootMs: 100,
      joins: true,
    };
    expect(sentenceOf([threads, processes])).toBe('Threads were 1.4 times as fast as processes.');
    const two = oneByOne('sleep', 2);
    const late: Pass = { mode: 'processes', jobs: atOnce(2, 1900, 'sleep', 100), bootMs: 100, joins: true };
    expect(sentenceOf([two, late])).toBe('Processes were no faster than one by one.');
  });

  it('sentence: longer starts are the reason before too few cores, and other runs alone are none', () => {
    const threads: Pass = { mode: 'threads', jobs: atOnce(5, 1000, 'sleep') };
    const slow = atOnce(5, 1000, 'sleep', 500);
    const busy: Pass = { mode: 'processes', jobs: slow, bootMs: 500, joins: true, cores: 2, otherRuns: 3 };
    expect(sentenceOf([threads, busy])).toBe(
      'Threads were 1.5 times as fast as processes, which took longer to start.',
    );
    const loop: Pass = { mode: 'event-loop', jobs: inTurn(4, 1000, 'compute') };
    const computing: Pass = {
      mode: 'threads',
      jobs: atOnce(4, 2000, 'compute', 3000),
      bootMs: 3000,
      joins: true,
    };
    expect(sentenceOf([loop, { ...computing, cores: 2 }])).toBe(
      'The event loop was 1.3 times as fast as threads, which took longer to start.',
    );
    expect(sentenceOf([oneByOne('compute', 4), { ...computing, cores: 2 }])).toBe(
      'Threads were slower than one by one: starting them took more time than it saved.',
    );
    // Jobs of no length, for which threads are started.
    const short = { ...computing, jobs: atOnce(8, 1, 'compute', 200), bootMs: 200, cores: 2 };
    expect(sentenceOf([{ mode: 'sequential', jobs: inTurn(8, 1, 'compute') }, short])).toBe(
      'Threads were slower than one by one: starting them took more time than it saved.',
    );
  });

  it('sentence: a single pass says what it took', () => {
    expect(sentenceOf([oneByOne('sleep')])).toBe(
      '5 jobs took 5.0 s one by one: each began when the one before had ended.',
    );
    expect(sentenceOf([{ mode: 'threads', jobs: atOnce(1, 43, 'sleep') }])).toBe(
      '1 job took 43 ms in threads.',
    );
    expect(sentenceOf([{ mode: 'threads', jobs: atOnce(5, 2500, 'compute'), cores: 2 }])).toBe(
      'Five threads shared 2 cores: 5 jobs took 2.5 s.',
    );
    expect(sentenceOf([{ mode: 'threads', jobs: [], wallMs: 200 }])).toBe(
      'The program ended after 0.2 s without running a job.',
    );
  });
});

describe('sentence: any log', () => {
  it('sentence: is one plain sentence', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          madeLog.map((log) => log.events),
          garbage,
        ),
        (log) => {
          for (const part of [log, log.slice(0, log.length / 2)]) {
            expect(sentence(timelineOf(part))).toMatch(/^[A-Z0-9]([^!\n]*[^.!\n])?\.$/);
            expect(sentence(timelineOf(part))).not.toMatch(/NaN|undefined|null|Infinity/);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
