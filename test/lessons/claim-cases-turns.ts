/** What the pages of runs of the lessons on semaphores, readers and writers, conditions and fairness say. */

import { recordedRuns } from '../recorded/read.ts';
import type { ClaimCase } from './claim-cases.ts';
import { only, recorded } from './recorded.ts';

/** Returns the events of a recorded run with settings of its own. */
function played(name: string) {
  return recordedRuns().find((one) => one.name === name)?.events ?? [];
}

export const TURNS: ClaimCase[] = [
  [
    'semaphore, in all modes',
    'semaphore',
    recorded('semaphore'),
    'One by one only one job was inside at a time; on the event loop, in threads and in processes 6 jobs were inside at once after looking at a number; with 3 permits, never more than 3.',
    [0, 1],
  ],
  [
    'readers-writers, in all modes',
    'readers-writers',
    recorded('readers-writers'),
    'On the event loop, in threads and in processes 6 jobs took 4.0 to 4.1 s with a lock, and 1.9 to 2.0 s when readers were let in together; one by one only one job was inside at a time.',
    [0, 1],
  ],
  [
    'readers-writers, one by one',
    'readers-writers',
    only(recorded('readers-writers'), 'sequential'),
    'Only one job was inside at a time.',
    [0],
  ],
  [
    'readers-writers, an odd number of jobs',
    'readers-writers',
    played('readers-writers-odd'),
    '7 jobs took 4.6 to 4.8 s with a lock, and 6 took 2.0 to 2.1 s when readers were let in together.',
    [1],
  ],
  [
    'readers-writers, two workers: two readers at a time',
    'readers-writers',
    played('readers-writers-pool-of-two'),
    '6 jobs took 4.0 s with a lock, and 2.6 to 2.7 s when readers were let in together.',
    [1],
  ],
  [
    'wait-notify, in all modes',
    'wait-notify',
    recorded('wait-notify'),
    'On the event loop, in threads and in processes job 1 computed for 1.3 to 1.4 s until it saw the result; job 2 waited 1.5 to 1.6 s for it and computed for 3 to 29 ms. Job 3 missed the notification and waited 1.0 s, until main notified again.',
    [1],
  ],
  [
    'starvation, in all modes',
    'starvation',
    recorded('starvation'),
    'On the event loop and in threads jobs 1 and 2 waited up to 1.6 s for their first turn, while job 0 had 11 turns; with a line, jobs 4 and 5 waited up to 0.2 s, while job 3 had at most 1 turn. One by one and in processes jobs 1 and 2 had their first turn at once; with a line, jobs 4 and 5 waited up to 0.1 s.',
    [1],
  ],
  [
    'semaphore, one by one',
    'semaphore',
    only(recorded('semaphore'), 'sequential'),
    'Only one job was inside at a time.',
    [0],
  ],
  [
    'semaphore, in processes',
    'semaphore',
    only(recorded('semaphore'), 'processes'),
    '6 jobs were inside at once after looking at a number; with 3 permits, never more than 3.',
    [1],
  ],
  [
    'wait-notify, one by one: nothing waits for the result',
    'wait-notify',
    only(recorded('wait-notify'), 'sequential'),
    'Job 3 missed the notification and waited 1.0 s, until main notified again.',
    [1],
  ],
  [
    'starvation, in threads: job 1 came before job 0',
    'starvation',
    only(recorded('starvation'), 'threads'),
    'Jobs 1 and 2 waited up to 1.2 s for their first turn, while job 0 had 11 turns; with a line, jobs 4 and 5 waited up to 0.2 s, while job 3 had 1 turn.',
    null,
  ],
  [
    'starvation, in processes: nothing is shared without a line',
    'starvation',
    only(recorded('starvation'), 'processes'),
    'Jobs 1 and 2 had their first turn at once, because each had its own flag; with a line, jobs 4 and 5 waited up to 0.1 s.',
    null,
  ],
];
