/**
 * Generates logs of large runs, as a program in threads could write them: jobs compute, sleep, take turns at locks,
 * pass messages and log lines; some fail, and daemons are cut off. Deterministic.
 */
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Fact } from '../../server/protocol/facts.ts';
import type { Spec } from '../../server/spec/spec.ts';

/**
 * `lanes` includes main; `events` is the approximate number of events; `perSecond` is their rate in the pass.
 * `isApart`: no messages are passed, so that no arrow covers the bars.
 */
export type Size = { lanes: number; events: number; perSecond: number; isApart?: boolean };

/** Returns the spec of such a run. */
export function madeSpec({ lanes }: Pick<Size, 'lanes'>): Spec {
  const limits = { minSeconds: 0.001, maxSeconds: 0.1, work: 'mixed', seed: 1 } as const;
  return {
    lesson: 'pool',
    code: '',
    modes: ['threads'],
    runtime: 'node',
    jobs: JOBS,
    workers: lanes - 1,
    ...limits,
  };
}

/** A lane is a generator: it yields how long a step takes in ms, or null to wait until another lane wakes it. */
type Doing = Generator<number | null, void>;
type Lane = { lane: number; doing: Doing; wakesMs: number; isDaemon: boolean };

/** Probability that a job fails. One more in a hundred fails at once, too short to be seen except for its cross. */
const FAILS = 0.03;
/** Share of lanes that are daemons. */
const DAEMONS = 3;
/** Largest number of jobs that events can name. */
const JOBS = 1000;
const LOCKS = ['A', 'B', 'C', 'D', 'E', 'F'];

/** Returns a whole log, from `run-started` to `run-ended`. */
export function madeRun({ lanes: count, events: wanted, perSecond, isApart = false }: Size): RunEvent[] {
  const events: RunEvent[] = [];
  const random = randomFrom(1);
  const mostSteps = Math.max(70, wanted / 900);
  let nowMs = 0;
  let nextJob = 0;
  let isOver = false;
  const emit = (fact: Fact, pass: number | null = 0) => {
    events.push({ seq: events.length + 1, pass, atMs: nowMs, ...fact });
  };

  const lanes: Lane[] = [];
  const parked = new Map<number, Lane>();
  const wake = (lane: number) => {
    const one = parked.get(lane);
    if (one) one.wakesMs = nowMs;
    parked.delete(lane);
  };
  const locks = new Map<string, { holder: number; waiting: number[] }>();
  const queue: string[] = [];
  const getting: number[] = [];
  let sent = 0;
  const endedJobs = new Set<number>();
  const daemonJobs = new Set<number>();
  let awaited = -1;

  /** Mostly short, sometimes long. */
  const some = (meanMs: number) => -Math.log(1 - random()) * meanMs * (random() < 0.04 ? 9 : 0.7);

  function* sleeping(lane: number, job: number): Doing {
    const ms = some(30);
    const wait = { lane, job, for: 'sleep', on: `${(ms / 1000).toFixed(3)} s` } as const;
    emit({ type: 'wait-started', ...wait });
    yield ms;
    emit({ type: 'wait-ended', ...wait });
  }

  function* locking(lane: number, job: number): Doing {
    const on = LOCKS[Math.floor(random() * LOCKS.length)] ?? 'A';
    const wait = { lane, job, for: 'lock', on } as const;
    emit({ type: 'wait-started', ...wait });
    const lock = locks.get(on);
    if (lock) {
      lock.waiting.push(lane);
      yield null;
    } else locks.set(on, { holder: lane, waiting: [] });
    emit({ type: 'wait-ended', ...wait });
    yield some(8);
    emit({ type: 'lock-released', lane, job, on });
    const next = locks.get(on)?.waiting.shift();
    if (next === undefined) locks.delete(on);
    else wake(next);
  }

  function* passing(lane: number, job: number): Doing {
    const message = (id: string) => ({ id, channel: 'queue', bytes: id.length + 2, value: id }) as const;
    if (random() < 0.5 || isOver) {
      const id = `${sent++}`;
      emit({ type: 'message-sent', lane, job, ...message(id) });
      queue.push(id);
      const next = getting.shift();
      if (next !== undefined) wake(next);
      return;
    }
    const wait = { lane, job, for: 'queue', on: 'the queue' } as const;
    if (queue.length === 0) {
      emit({ type: 'wait-started', ...wait });
      getting.push(lane);
      yield null;
      emit({ type: 'wait-ended', ...wait });
    }
    const id = queue.shift();
    if (id !== undefined) emit({ type: 'message-received', lane, job, ...message(id) });
  }

  function* running(lane: number, job: number, steps: number, isDaemon: boolean): Doing {
    emit({ type: 'job-started', lane, job });
    if (isDaemon) daemonJobs.add(job);
    for (let step = 0; step < steps && (isDaemon || !isOver); step++) {
      yield some(30);
      const choice = random();
      if (choice < 0.62) yield* sleeping(lane, job);
      else if (choice < 0.8) yield* locking(lane, job);
      else if (choice < 0.93 && !isApart) yield* passing(lane, job);
      else {
        const text = `Job ${job} is at step ${step} of ${steps}`;
        emit({ type: 'log', lane, job, stream: random() < 0.1 ? 'stderr' : 'stdout', text });
      }
    }
    yield steps === 0 ? 0.05 : some(10);
    const isFailed = steps === 0 || random() < FAILS;
    const status = isFailed ? 'failed' : 'done';
    emit({
      type: 'job-ended',
      lane,
      job,
      status,
      error: isFailed ? `Error: step of job ${job} failed` : null,
    });
    endedJobs.add(job);
    if (awaited === job) wake(0);
  }

  function* worker(lane: number, isDaemon: boolean): Doing {
    const identity = {
      kind: 'thread',
      name: `job ${lane - 1}`,
      pid: 4000,
      threadId: lane,
      parentPid: 4000,
    } as const;
    emit({ type: 'lane-started', lane, ...identity, daemon: isDaemon });
    yield 10 + some(40);
    emit({ type: 'lane-ready', lane });
    while (!isOver && nextJob < JOBS) {
      const steps = random() < 0.01 ? 0 : Math.ceil(mostSteps * random());
      yield* running(lane, nextJob++, isDaemon ? Number.POSITIVE_INFINITY : steps, isDaemon);
    }
    emit({ type: 'lane-ended', lane, reason: 'returned', exitCode: 0, signal: null });
  }

  function* main(): Doing {
    const identity = {
      kind: 'main',
      name: 'main',
      pid: 4000,
      threadId: 0,
      parentPid: 1,
      daemon: false,
    } as const;
    emit({ type: 'lane-started', lane: 0, ...identity });
    yield 2;
    emit({ type: 'lane-ready', lane: 0 });
    for (let lane = 1; lane < count; lane++) {
      yield 0.3;
      const isDaemon = lane >= count - DAEMONS;
      lanes.push({ lane, doing: worker(lane, isDaemon), wakesMs: nowMs, isDaemon });
    }
    yield 5;
    for (let job = 0; job < nextJob; job++) {
      // Daemons are not joined.
      if (daemonJobs.has(job)) continue;
      const wait = { lane: 0, job: null, for: 'join', on: `job ${job}` } as const;
      emit({ type: 'wait-started', ...wait });
      awaited = job;
      if (!endedJobs.has(job)) yield null;
      emit({ type: 'wait-ended', ...wait });
    }
  }

  emit({ type: 'run-started' }, null);
  emit({ type: 'pass-started', mode: 'threads', cores: 2, otherRuns: 0 });
  lanes.push({ lane: 0, doing: main(), wakesMs: 0, isDaemon: false });
  const soonest = (first: Lane, one: Lane) => (one.wakesMs < first.wakesMs ? one : first);
  // Daemons continue as long as another lane does, and put the messages that others wait for.
  for (let sampleMs = 0; lanes.some(({ isDaemon }) => !isDaemon); ) {
    isOver ||= events.length >= wanted - 5 * count;
    const next = lanes.reduce(soonest);
    nowMs = Math.max(nowMs, next.wakesMs);
    if (nowMs >= sampleMs) {
      emit({ type: 'sample', rssBytes: 2 ** 28 + nowMs * 1000, cpuMs: 1.8 * nowMs });
      sampleMs += 100;
    }
    const { value, done } = next.doing.next();
    next.wakesMs = done || value === null ? Number.POSITIVE_INFINITY : nowMs + value;
    if (done) lanes.splice(lanes.indexOf(next), 1);
    else if (value === null) parked.set(next.lane, next);
  }
  for (let lane = count - DAEMONS; lane < count; lane++) {
    emit({ type: 'lane-ended', lane, reason: 'cut-off', exitCode: null, signal: null });
  }
  emit({ type: 'lane-ended', lane: 0, reason: 'returned', exitCode: 0, signal: null });
  const rate = (1000 * events.length) / perSecond / nowMs;
  for (const event of events) event.atMs = Math.round(event.atMs * rate * 1000) / 1000;
  nowMs *= rate;
  const figures = { wallMs: nowMs, cpuMs: 1.8 * nowMs, peakRssBytes: 2 ** 29 };
  emit({ type: 'pass-ended', status: 'completed', error: null, ...figures });
  emit({ type: 'run-ended', status: 'completed', error: null }, null);
  return events;
}

/** Returns a deterministic source of numbers from 0 to 1 (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
