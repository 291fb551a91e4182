/** The sentence about the queue and timers, from passes made by hand. */
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../server/protocol/facts.ts';
import type { Mode } from '../../server/spec/modes.ts';
import { sentence } from '../../server/words/sentence.ts';
import {
  events,
  jobEnded,
  jobStarted,
  laneReady,
  laneStarted,
  passEnded,
  passStarted,
  type TimedFact,
  timelineOf,
  waitEnded,
  waitStarted,
} from '../timeline/made-events.ts';

const message = (id: number) => ({ id: `m${id}`, channel: 'queue' as const, bytes: 1, value: id });
const put = (id: number, lane: number): Fact => ({
  type: 'message-sent',
  lane,
  job: lane - 1,
  ...message(id),
});
const got = (id: number): Fact => ({ type: 'message-received', lane: 0, job: null, ...message(id) });

/** Makes a pass of two jobs, on lanes of their own or on the event loop. */
function made(mode: Mode, facts: TimedFact[]): TimedFact[] {
  const own = mode !== 'event-loop';
  const lanes = own ? [0, 1, 2] : [0];
  return [
    [0, passStarted(mode)],
    ...lanes.flatMap((lane): TimedFact[] => [
      [0, laneStarted(lane, mode)],
      [0, laneReady(lane)],
    ]),
    ...[0, 1].map((job): TimedFact => [0, jobStarted(own ? job + 1 : 0, job)]),
    ...facts.toSorted((a, b) => a[0] - b[0]),
  ];
}
const ended = (mode: Mode, atMs = 1000): TimedFact[] => [
  ...[0, 1].map((job): TimedFact => [atMs, jobEnded(mode === 'event-loop' ? 0 : job + 1, job)]),
  // Both jobs compute.
  [atMs, passEnded(atMs, 'completed', null, 2 * atMs)],
];

function sentenceOf(...passes: TimedFact[][]): string {
  const log = events(null, [[0, { type: 'run-started' }]]);
  for (const [i, pass] of passes.entries()) log.push(...events(i, pass, log.length));
  log.push(...events(null, [[0, { type: 'run-ended', status: 'completed', error: null }]], log.length));
  return sentence(timelineOf(log));
}

const ROOM = ['queue', 'room in the queue'] as const;

describe('sentence: the queue', () => {
  /** Job 0 puts two messages without waiting, and a third that waits until main has taken the first. */
  const bounded: TimedFact[] = [
    [10, put(0, 1)],
    [20, put(1, 1)],
    [30, waitStarted(1, 0, ...ROOM)],
    // Reported before the get that made room for it.
    [800, waitEnded(1, 0, ...ROOM)],
    [801, put(2, 1)],
    [803, got(0)],
    [810, got(1)],
    [820, got(2)],
  ];

  it('sentence: which job waited for room, and how many messages the queue holds', () => {
    const threads = [...made('threads', bounded), ...ended('threads')];
    expect(sentenceOf(threads)).toBe('Job 0 spent 0.8 s waiting for room in the queue, which holds 2.');
    const both = [
      ...made('processes', [
        ...bounded,
        [30, waitStarted(2, 1, ...ROOM)],
        [830, waitEnded(2, 1, ...ROOM)],
        [831, put(3, 2)],
      ]),
      ...ended('processes'),
    ];
    expect(sentenceOf(threads, both)).toBe(
      'In threads job 0 spent 0.8 s waiting for room in the queue, which holds 2; in processes 1.6 s.',
    );
    expect(sentenceOf(both)).toBe('Jobs 0 and 1 spent 1.6 s waiting for room in the queue, which holds 2.');
  });

  it('sentence: how many messages main got, from which jobs and in which order', () => {
    const one: TimedFact[] = [
      [10, put(0, 2)],
      [11, got(0)],
      [20, put(1, 1)],
      [21, got(1)],
    ];
    expect(sentenceOf([...made('processes', one), ...ended('processes')])).toBe(
      'Main got 2 messages, one from each job, in the order they were sent; in processes 2 jobs took 1.0 s, 2.0 times as fast as one after another: they computed on 2 cores at once.',
    );
    const turned: TimedFact[] = [
      [10, put(0, 1)],
      [20, put(1, 1)],
      [30, got(1)],
      [40, got(0)],
    ];
    expect(sentenceOf([...made('processes', turned), ...ended('processes')])).toMatch(
      /^Main got 2 messages; in /,
    );
  });
});

describe('sentence: timers', () => {
  /** Job 0 computes from 200 to 900 ms; job 1 sleeps for 0.1 s, and again from 150 ms on, until `endMs`. */
  const sleeping = (lane: number, endMs: number): TimedFact[] => [
    [0, waitStarted(lane, 1, 'sleep', '0.1 s')],
    [150, waitEnded(lane, 1, 'sleep', '0.1 s')],
    [150, waitStarted(lane, 1, 'sleep', '0.15 s')],
    [endMs, waitEnded(lane, 1, 'sleep', '0.15 s')],
    [endMs, waitStarted(lane, 1, 'sleep', '0.1 s')],
    [endMs + 100, waitEnded(lane, 1, 'sleep', '0.1 s')],
  ];
  const computing = (lane: number): TimedFact[] => [
    [0, waitStarted(lane, 0, 'sleep', '0.2 s')],
    [200, waitEnded(lane, 0, 'sleep', '0.2 s')],
  ];
  const loop = [...made('event-loop', [...computing(0), ...sleeping(0, 890)]), ...ended('event-loop')];
  const threads = [...made('threads', [...computing(1), ...sleeping(2, 301)]), ...ended('threads')];

  it('sentence: timers that fired late, by how much and because of which job', () => {
    expect(sentenceOf(loop)).toBe(
      'On the event loop timers fired up to 0.6 s late because job 0 was computing.',
    );
    expect(sentenceOf(loop, threads)).toBe(
      'On the event loop timers fired up to 0.6 s late because job 0 was computing; in threads they fired on time.',
    );
  });

  it('sentence: counts each of many jobs that together made a timer late, however short each was', () => {
    // Jobs 1 to 7 compute for 37 ms each, one after the other, from the moment on at which the timer of job 0 is due.
    const turn = (job: number): TimedFact[] => [
      [1000 + 37 * (job - 1), jobStarted(0, job)],
      [1000 + 37 * job, jobEnded(0, job)],
    ];
    const facts: TimedFact[] = [
      [0, passStarted('event-loop')],
      [0, laneStarted(0, 'event-loop')],
      [0, laneReady(0)],
      [0, jobStarted(0, 0)],
      [0, waitStarted(0, 0, 'sleep', '1 s')],
      ...[1, 2, 3, 4, 5, 6, 7].flatMap(turn),
      [1259, waitEnded(0, 0, 'sleep', '1 s')],
      [1260, jobEnded(0, 0)],
      [1260, passEnded(1260)],
    ];
    expect(sentenceOf(facts)).toBe(
      'On the event loop timers fired up to 0.3 s late because seven jobs were computing.',
    );
  });

  it('sentence: leaves out timers that fired on time, and late ones that no job delayed', () => {
    expect(sentenceOf(threads)).not.toContain('timers');
    const idle = [...made('threads', [...computing(1), ...sleeping(2, 890)]), ...ended('threads')];
    expect(sentenceOf(idle)).not.toContain('timers');
  });
});
