/**
 * The runs that are kept as files beside this one, by name: what was run, where, and what happened to it meanwhile.
 * `record.ts` plays them and writes their logs; `read.ts` reads those.
 */
import { MODES, type Mode } from '../../server/spec/modes.ts';
import type { Spec } from '../../server/spec/spec.ts';

/** What disturbs a run: other runs of the same server, computing processes beside it, or a program that stands still. */
export type Disturbance = 'other runs' | 'busy cores' | 'stopped program';

export type Recorded = {
  spec: Partial<Spec> & Pick<Spec, 'lesson'>;
  /** Where the program comes from; a lesson by default. */
  from?: 'fixtures';
  /** Settings of the server. */
  env?: Record<string, string>;
  /** Cancels the run, or closes the server, after so many jobs have ended. */
  cancelAfter?: number;
  closeAfter?: number;
  disturbed?: Disturbance;
};

const ALL: Mode[] = [...MODES];
const QUICK = { minSeconds: 0.02, maxSeconds: 0.1 };
const SECOND = { minSeconds: 0.2, maxSeconds: 0.6 };

/** A run of the lesson without a point of its own: jobs that each work once. */
const plain = (spec: Partial<Spec> = {}, more: Omit<Recorded, 'spec'> = {}): Recorded => ({
  spec: { lesson: 'one-by-one', modes: ALL, jobs: 4, ...SECOND, ...spec },
  ...more,
});

const lesson = (slug: string, spec: Partial<Spec> = {}, more: Omit<Recorded, 'spec'> = {}): Recorded => ({
  spec: { lesson: slug, ...spec },
  ...more,
});

const fixture = (name: string, spec: Partial<Spec> = {}, env?: Record<string, string>): Recorded => ({
  spec: { lesson: name, modes: ALL, jobs: 4, ...QUICK, ...spec },
  from: 'fixtures',
  ...(env && { env }),
});

export const RECORDED: Record<string, Recorded> = {
  // Waiting.
  'wait-all-modes': plain(),
  'wait-all-modes-deno': plain({ runtime: 'deno' }),
  'wait-one-job': plain({ jobs: 1 }),
  'wait-two-jobs': plain({ jobs: 2 }),
  'wait-twenty-jobs': plain({ jobs: 20 }),
  'wait-zero-seconds': plain({ minSeconds: 0, maxSeconds: 0 }),
  'wait-equal-seconds': plain({ minSeconds: 0.3, maxSeconds: 0.3 }),
  'wait-one-long': plain({ jobs: 6, minSeconds: 0.05, maxSeconds: 2, seed: 5 }),
  'wait-sequential-alone': plain({ modes: ['sequential'] }),
  'wait-event-loop-alone': plain({ modes: ['event-loop'] }),
  'wait-threads-alone': plain({ modes: ['threads'] }),
  'wait-processes-alone': plain({ modes: ['processes'] }),
  'wait-without-sequential': plain({ modes: ['event-loop', 'threads', 'processes'] }),
  'wait-threads-and-processes': plain({ modes: ['threads', 'processes'] }),
  'wait-pool-of-two': plain({ jobs: 6, workers: 2 }),
  'wait-pool-of-one': plain({ workers: 1 }),
  'wait-pool-of-more': plain({ workers: 9 }),
  'wait-pool-from-memory': plain({ jobs: 8 }, { env: { MEMORY_MIB: '256' } }),
  'wait-most-processes': plain({ jobs: 6, modes: ['processes'] }, { env: { MAX_PROCESSES: '2' } }),
  // Computing.
  'compute-all-modes': plain({ work: 'compute' }),
  'compute-all-modes-deno': plain({ work: 'compute', runtime: 'deno' }),
  'compute-one-job': plain({ work: 'compute', jobs: 1 }),
  'compute-two-jobs': plain({ work: 'compute', jobs: 2, minSeconds: 0.5, maxSeconds: 0.5 }),
  'compute-event-loop': plain({ work: 'compute', modes: ['sequential', 'event-loop'] }),
  'compute-threads': plain({ work: 'compute', modes: ['threads'] }),
  'compute-pool-of-two': plain({ work: 'compute', jobs: 6, workers: 2 }),
  'compute-ten-jobs': plain({ work: 'compute', jobs: 10, minSeconds: 0.1, maxSeconds: 0.3 }),
  'compute-little': plain({ work: 'compute', minSeconds: 0.001, maxSeconds: 0.001 }),
  'mixed-all-modes': plain({ work: 'mixed' }),
  'mixed-deno': plain({ work: 'mixed', runtime: 'deno' }),
  // Disturbed.
  'wait-beside-others': plain({}, { env: { CORES: '4' }, disturbed: 'other runs' }),
  'compute-beside-others': plain({ work: 'compute' }, { env: { CORES: '4' }, disturbed: 'other runs' }),
  'compute-busy-cores': plain({ work: 'compute' }, { disturbed: 'busy cores' }),
  'wait-busy-cores': plain({}, { disturbed: 'busy cores' }),
  'wait-stopped-program': plain(
    { modes: ['threads'], minSeconds: 0.5, maxSeconds: 1 },
    { disturbed: 'stopped program' },
  ),
  // Stopped.
  'cancelled-one-by-one': plain({}, { cancelAfter: 2 }),
  'cancelled-at-once': plain({}, { cancelAfter: 0 }),
  'cancelled-in-threads': plain({ modes: ['threads', 'processes'] }, { cancelAfter: 2 }),
  'cancelled-in-second-pass': plain({}, { cancelAfter: 5 }),
  'interrupted-by-server': plain({}, { closeAfter: 3 }),
  'timed-out': plain({ minSeconds: 0.8, maxSeconds: 0.8 }, { env: { PASS_SECONDS: '1' } }),
  'timed-out-run': plain({ minSeconds: 0.5, maxSeconds: 0.5 }, { env: { RUN_SECONDS: '3' } }),
  'never-resolves': fixture('never-resolves', { modes: ['event-loop', 'threads'] }, { PASS_SECONDS: '1' }),
  spins: fixture('spins', { modes: ['threads'], jobs: 2 }, { PASS_SECONDS: '1' }),
  // Cut.
  'cut-in-threads': lesson(
    'queue',
    { modes: ['threads', 'processes'], jobs: 20, ...QUICK },
    { env: { MAX_EVENTS: '100' } },
  ),
  'cut-in-second-pass': plain({ jobs: 12 }, { env: { MAX_EVENTS: '150' } }),
  'cut-log': fixture('floods', { modes: ['threads'], jobs: 2 }, { LOG_BYTES: '2000' }),
  // Failed.
  throws: fixture('throws'),
  'throws-pool': fixture('throws', { workers: 2 }),
  'throws-one-job': fixture('throws', { jobs: 1 }),
  'throws-deno': fixture('throws', { runtime: 'deno' }),
  'throws-deep': fixture('throws-deep'),
  'throws-later': fixture('throws-later'),
  rejects: fixture('rejects'),
  exits: fixture('exits'),
  'exits-deno': fixture('exits', { runtime: 'deno' }),
  'main-throws': fixture('main-throws'),
  'main-throws-later': fixture('main-throws-later'),
  'main-exits': fixture('main-exits'),
  'fails-to-load': fixture('fails-to-load'),
  deadlocks: fixture('deadlocks'),
  'gets-nothing': fixture('gets-nothing'),
  // Odd programs.
  'joins-none': fixture('joins-none'),
  'starts-twice': fixture('starts-twice'),
  daemons: fixture('daemons', { jobs: 2 }),
  'daemon-in-pool': fixture('daemon-in-pool', { jobs: 3, workers: 2, modes: ALL.slice(1) }),
  'leaves-timers': fixture('leaves-timers'),
  shares: fixture('shares'),
  'takes-turns': fixture('takes-turns'),
  bounded: fixture('bounded'),
  // Lessons in other settings than their own.
  'lock-all-modes': lesson('lock', { modes: ALL }),
  'lock-one-job': lesson('lock', { jobs: 1 }),
  'lock-processes': lesson('lock', { modes: ['processes'] }),
  'lock-deno': lesson('lock', { modes: ALL, runtime: 'deno' }),
  'lost-update-all-modes': lesson('lost-update', { modes: ALL }),
  'lost-update-sequential': lesson('lost-update', { modes: ['sequential'] }),
  'lost-update-pool-of-one': lesson('lost-update', { workers: 1 }),
  'lost-update-two-jobs': lesson('lost-update', { jobs: 2 }),
  'join-all-modes': lesson('join', { modes: ALL, minSeconds: 0.2, maxSeconds: 1 }),
  'join-one-job': lesson('join', { jobs: 1, minSeconds: 0.2, maxSeconds: 0.4 }),
  'join-zero-seconds': lesson('join', { minSeconds: 0, maxSeconds: 0 }),
  'queue-all-modes': lesson('queue', { modes: ALL }),
  'queue-one-job': lesson('queue', { jobs: 1 }),
  'producer-consumer-all-modes': lesson('producer-consumer', { modes: ALL }),
  'producer-consumer-one-job': lesson('producer-consumer', { jobs: 1 }),
  'pool-of-two': lesson('pool', { workers: 2 }),
  'pool-without': lesson('pool', { workers: null }),
  'processes-deno': lesson('processes', { runtime: 'deno' }),
  'computing-short': lesson('computing', { minSeconds: 0.3, maxSeconds: 0.3 }),
  'computing-sequential': lesson('computing', {
    modes: ['sequential', 'event-loop'],
    jobs: 7,
    minSeconds: 0.3,
    maxSeconds: 0.3,
  }),
  'event-loop-blocked-waits': lesson('event-loop-blocked', { work: 'wait' }),
  'event-loop-blocked-all-modes': lesson('event-loop-blocked', {
    modes: ALL,
    minSeconds: 0.8,
    maxSeconds: 0.8,
  }),
  'deadlock-all-modes': lesson('deadlock', { modes: ALL, minSeconds: 0.2, maxSeconds: 0.4 }),
  'deadlock-two-jobs': lesson('deadlock', { jobs: 2, minSeconds: 0.2, maxSeconds: 0.4 }),
  'crash-all-modes': lesson('crash', { modes: ALL }),
  'crash-deno': lesson('crash', { runtime: 'deno' }),
  'crash-one-job': lesson('crash', { jobs: 1 }),
  'daemon-all-modes': lesson('daemon', { modes: ALL }),
  'daemon-pool-of-one': lesson('daemon', { workers: 1 }),
  'daemon-join-all-modes': lesson('daemon-join', { modes: ALL }),
  'shared-memory-all-modes': lesson('shared-memory', { modes: ALL, minSeconds: 0.2, maxSeconds: 1 }),
  'readers-writers-odd': lesson('readers-writers', { jobs: 13 }),
  'readers-writers-pool-of-two': lesson('readers-writers', { workers: 2 }),
  'semaphore-one-job': lesson('semaphore', { jobs: 1 }),
  'semaphore-pool-of-two': lesson('semaphore', { workers: 2 }),
  'semaphore-deno': lesson('semaphore', { modes: ALL, runtime: 'deno' }),
  'wait-notify-one-job': lesson('wait-notify', { jobs: 1 }),
  'wait-notify-pool-of-one': lesson('wait-notify', { workers: 1 }, { env: { PASS_SECONDS: '8' } }),
  'wait-notify-deno': lesson('wait-notify', { runtime: 'deno' }),
  'starvation-one-job': lesson('starvation', { jobs: 1 }),
  'starvation-all-modes': lesson('starvation', { modes: ALL }),
  'sometimes-one-job': lesson('sometimes', { jobs: 1 }),
  'sometimes-all-modes': lesson('sometimes', { modes: ALL }),
  'which-lock-all-modes': lesson('which-lock', { modes: ALL }),
  'which-lock-one-job': lesson('which-lock', { jobs: 1 }),
  'await-in-loop-all-modes': lesson('await-in-loop', { modes: ALL }),
  'await-in-loop-one-job': lesson('await-in-loop', { jobs: 1 }),
  'copied-memory-all-modes': lesson('copied-memory', { modes: ALL, minSeconds: 0.2, maxSeconds: 1 }),
};
