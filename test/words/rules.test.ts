/** The rules for sentences find what is wrong: false sentences about a run of which everything is known. */
import { expect, it } from 'vitest';
import type { RunEvent } from '../../server/protocol/events.ts';
import { atOnce, inTurn, run } from '../timeline/made-events.ts';
import { violations } from './rules.ts';

/** Two jobs of one second, one by one in 2 s and in threads in 1 s, on two cores. */
const EVENTS: RunEvent[] = run([
  { mode: 'sequential', jobs: inTurn(2, 1000, 'sleep') },
  { mode: 'threads', jobs: atOnce(2, 1000, 'sleep'), cores: 2 },
]);

it.each([
  'Threads were 2.0 times as fast as one by one: the jobs’ waits overlapped.',
  'Jobs 0 and 1 took 1.0 s in threads.',
  'Threads were slower than one by one: this machine has 2 cores.',
  'One by one took 2.0 s, two jobs one after another.',
])('rules: nothing is wrong with “%s”', (said) => {
  expect(violations(said, EVENTS)).toEqual([]);
});

it.each([
  ['Job 2 took 1.0 s.', 'there is no job 2'],
  ['Job 0 waited for lock A.', 'nothing waited for A'],
  ['Processes took 1.0 s.', 'there is no pass in processes'],
  ['Threads took 1.4 s.', 'no time in the log is 1.4 s'],
  ['Threads were 3.1 times as fast as one by one.', 'no two times are in the ratio 3.1'],
  ['17 updates were lost.', 'nothing in the log counts 17'],
  ['Nine threads ran.', 'nothing in the log counts 9'],
  ['Threads were faster: this machine has 1 core.', 'the cores are others'],
  ['One by one the jobs’ waits overlapped.', 'no waits overlapped'],
  ['The server stood still.', 'the server did not stand still'],
  ['One by one starting them took longer.', 'nothing was started'],
  ['1 jobs ended.', 'it says “1 jobs”'],
  ['Threads ended sooner.', 'it says “sooner”'],
  ['threads ended', 'it says “it is no whole sentence”'],
])('rules: “%s”: %s', (said, what) => {
  expect(violations(said, EVENTS)).toContain(what);
});

it('rules: passes that did other work or did not complete are not compared', () => {
  const more = run([
    { mode: 'sequential', jobs: inTurn(2, 1000, 'sleep') },
    { mode: 'threads', jobs: atOnce(3, 1000, 'sleep') },
  ]);
  const said = 'Threads were 2.0 times as fast as one by one.';
  expect(violations(said, more)).toContain(`different jobs are compared: “${said}”`);
  const failed = EVENTS.map((event) =>
    event.type === 'pass-ended' ? { ...event, status: 'failed' as const } : event,
  );
  expect(violations(said, failed)).toContain('threads is compared but did not complete');
});
