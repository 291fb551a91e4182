/** Programs made by fast-check, simulated on a clock of their own: their logs, and the causes that are expected. */
import fc from 'fast-check';
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Fact } from '../../server/protocol/facts.ts';
import type { WaitKind } from '../../server/protocol/wait-kinds.ts';
import type { Cause, Point } from '../../server/timeline/model.ts';
import {
  events,
  jobEnded,
  jobStarted,
  laneEnded,
  laneReady,
  laneStarted,
  passEnded,
  passStarted,
  type TimedFact,
  waitEnded,
  waitStarted,
} from './made-events.ts';

type Op = { does: (typeof DOES)[number]; ms: number; name: string };
const DOES = ['pass', 'sleep', 'put', 'get', 'lock', 'permit', 'wait', 'notify'] as const;
export type MadeProgram = {
  mode: 'threads' | 'event-loop';
  /** Most jobs at once. */
  workers: number;
  /** Most messages in the queue. */
  limit: number | null;
  main: Op[];
  jobs: Op[][];
  /** Whether, of two parties released at the same moment, the second is reported first. */
  isLate: boolean;
  /** Whether jobs on the event loop compute while time passes, and so block the thread. */
  isBusy: boolean;
};
/** A cause, without its rows. */
export type Known = Omit<Cause, 'from' | 'to' | 'wait'> & Record<'from' | 'to', Omit<Point, 'slot'>>;
export type Played = { events: RunEvent[]; causes: Known[]; isStuck: boolean };

const op = fc.record<Op>({
  does: fc.constantFrom(...DOES),
  ms: fc.nat(9),
  name: fc.constantFrom('A', 'B'),
});

/** Some of them end in a deadlock, or wait for a message or a notification that never comes. */
export const madeProgram: fc.Arbitrary<MadeProgram> = fc.record({
  mode: fc.constantFrom('threads', 'event-loop'),
  workers: fc.integer({ min: 1, max: 5 }),
  limit: fc.option(fc.integer({ min: 1, max: 3 })),
  main: fc.array(op, { maxLength: 8 }),
  jobs: fc.array(fc.array(op, { maxLength: 10 }), { maxLength: 6 }),
  isLate: fc.boolean(),
  isBusy: fc.boolean(),
});

/** The steps of a job or of main: yields how long it is idle, or a function that takes the callback to continue. */
type Steps = Generator<number | ((resume: () => void) => void), void>;
type Party = { lane: number; job: number | null };
/** `atMs` is set when it is reported. */
type Moment = Party & { atMs: number };

/** Simulates a program to its end. No two events have the same time. */
export function play({ mode, workers, limit, main, jobs, isLate, isBusy }: MadeProgram): Played {
  const facts: TimedFact[] = [];
  const causes: Known[] = [];
  /** In µs. */
  let now = 0;
  const later: { at: number; go: () => void }[] = [];
  let soon: (() => void)[] = [];
  const report = (fact: Fact) => {
    const atMs = ++now / 1000;
    facts.push([atMs, fact]);
    if (fact.type === 'job-started' || fact.type === 'wait-ended') computes(fact.job, atMs);
    if (fact.type === 'job-ended' || fact.type === 'wait-started') rests(fact, atMs);
    return atMs;
  };
  const cause = (kind: Cause['kind'], on: string, from: Party, fromMs: number, to: Party, toMs: number) => {
    const point = ({ lane, job }: Party, atMs: number) => ({ lane, job, atMs });
    causes.push({ kind, on, from: point(from, fromMs), to: point(to, toMs) });
  };
  const waitStart = (party: Party, kind: WaitKind, on: string) =>
    waitStarted(party.lane, party.job, kind, on);
  const waitEnd = (party: Party, kind: WaitKind, on: string) => waitEnded(party.lane, party.job, kind, on);
  const run = (steps: Steps) => {
    const { value, done } = steps.next();
    if (done) return;
    if (typeof value === 'number') later.push({ at: now + value * 1000, go: () => run(steps) });
    else value(() => soon.push(() => run(steps)));
  };

  // The queue and the locks, as in program/hub.ts.
  type Message = { id: string; value: string; from: Moment };
  const queued: Message[] = [];
  type Putting = { message: Message; resume: () => void; got: Moment | null };
  const putting: Putting[] = [];
  const getting: { take: (message: Message) => void }[] = [];
  const locks = new Map<string, { from: Party | null; ms: number; waiting: (() => void)[] }>();
  let sent = 0;
  /** `got`: the get that makes room for puts. */
  const move = (got: Moment | null) => {
    for (;;) {
      const putter = limit === null || queued.length < limit ? putting.shift() : undefined;
      if (putter) {
        putter.got = got;
        queued.push(putter.message);
        putter.resume();
      }
      const message = queued[0];
      const getter = message && getting.shift();
      if (getter) {
        queued.shift();
        getter.take(message);
      } else if (!putter) return;
    }
  };

  // The thread of the event loop: what its jobs computed, in order of time.
  const computed: { party: Party; startMs: number; endMs: number }[] = [];
  const since = new Map<number, number>();
  const computes = (job: number | null, atMs: number) => {
    if (job !== null && isBusy && mode === 'event-loop') since.set(job, atMs);
  };
  const rests = ({ lane, job }: Party, endMs: number) => {
    const startMs = job === null ? undefined : since.get(job);
    if (startMs !== undefined) computed.push({ party: { lane, job }, startMs, endMs });
    since.delete(job ?? -1);
  };
  /** Finds the computation that delayed a sleep due at `sleepDueMs`: goes back over short ones to the long one. */
  const delayedBy = (sleepDueMs: number, endMs: number) => {
    let atMs = endMs;
    for (const last of endMs - sleepDueMs > 2 ? computed.toReversed() : []) {
      if (atMs - last.endMs > 2) return null;
      if (last.endMs - last.startMs >= 2)
        return last.endMs - Math.max(sleepDueMs, last.startMs) >= 2 ? last : null;
      atMs = last.startMs;
    }
    return null;
  };
  function* passes({ job }: Party, ms: number): Steps {
    if (isBusy && mode === 'event-loop' && job !== null) now += ms * 1000;
    else yield ms;
  }

  function* steps(party: Party, ops: Op[]): Steps {
    for (const { does, ms, name } of ops) {
      if (does === 'pass') yield* passes(party, ms);
      else if (does === 'sleep') {
        const on = `${ms / 1000} s`;
        const startMs = report(waitStart(party, 'sleep', on));
        yield ms;
        const endMs = report(waitEnd(party, 'sleep', on));
        const kept = delayedBy(startMs + ms, endMs);
        if (kept) cause('thread', on, kept.party, kept.endMs, party, endMs);
      } else if (does === 'put') yield* put(party);
      else if (does === 'get') yield* get(party);
      else if (does === 'permit') yield* permit(party, name, ms);
      else if (does === 'wait') yield* waitFor(party, name);
      else if (does === 'notify') notify(party, name, ms % 2 === 0);
      else {
        yield* acquire(party, name);
        yield* passes(party, ms);
        release(party, name);
      }
    }
  }

  function* put(party: Party): Steps {
    const message: Message = { id: `${party.lane}.${++sent}`, value: 'x', from: { ...party, atMs: 0 } };
    const { id, value, from } = message;
    const sentFact: Fact = { type: 'message-sent', ...party, id, value, channel: 'queue', bytes: 3 };
    const own: Putting = { message, resume: () => {}, got: null };
    if (limit === null) {
      from.atMs = report(sentFact);
      putting.push(own);
      move(null);
      return;
    }
    const on = 'room in the queue';
    report(waitStart(party, 'queue', on));
    yield (resume) => {
      own.resume = resume;
      putting.push(own);
      move(null);
    };
    const to = { ...party, atMs: report(waitEnd(party, 'queue', on)) };
    from.atMs = report(sentFact);
    if (own.got) causes.push({ kind: 'room', on, from: own.got, to });
  }

  function* get(party: Party): Steps {
    report(waitStart(party, 'queue', 'a message'));
    const got: Moment = { ...party, atMs: 0 };
    let taken: Message | null = null;
    yield (resume) => {
      getting.push({
        take: (message) => {
          taken = message;
          resume();
        },
      });
      move(got);
    };
    got.atMs = report(waitEnd(party, 'queue', 'a message'));
    const { id, value, from } = taken as unknown as Message;
    const atMs = report({ type: 'message-received', ...party, id, value, channel: 'queue', bytes: 3 });
    causes.push({ kind: 'message', on: id, from, to: { ...party, atMs } });
  }

  function* acquire(party: Party, name: string): Steps {
    report(waitStart(party, 'lock', name));
    const lock = locks.get(name);
    if (lock) yield (resume) => lock.waiting.push(resume);
    else locks.set(name, { from: null, ms: 0, waiting: [] });
    const atMs = report(waitEnd(party, 'lock', name));
    if (lock?.from) cause('lock', name, lock.from, lock.ms, party, atMs);
  }

  function release(party: Party, name: string): void {
    const ms = report({ type: 'lock-released', ...party, on: name });
    const lock = locks.get(name);
    const next = lock?.waiting.shift();
    if (!lock || !next) locks.delete(name);
    else {
      Object.assign(lock, { from: party, ms });
      next();
    }
  }

  // The semaphores, each with two permits, and the conditions, each with a lock of its own. `by` is what ended a wait.
  type Given = { from: Moment; id: string };
  const semaphores = new Map<string, { free: number; waiting: ((by: Given) => void)[] }>();
  const conditions = new Map<string, ((by: Given) => void)[]>();

  function* permit(party: Party, name: string, ms: number): Steps {
    report({ ...waitStart(party, 'semaphore', name), permits: 2 } as Fact);
    const semaphore = semaphores.get(name) ?? { free: 2, waiting: [] };
    semaphores.set(name, semaphore);
    if (semaphore.free > 0) {
      semaphore.free--;
      report(waitEnd(party, 'semaphore', name));
    } else yield* endedBy(party, 'semaphore', name, semaphore.waiting);
    yield* passes(party, ms);
    const given = give({ type: 'permit-released', ...party, on: name, id: '' });
    const next = semaphore.waiting.shift();
    if (next) next(given);
    else semaphore.free++;
  }

  function* waitFor(party: Party, name: string): Steps {
    yield* acquire(party, `lock of ${name}`);
    release(party, `lock of ${name}`);
    report(waitStart(party, 'condition', name));
    const waits = conditions.get(name) ?? [];
    conditions.set(name, waits);
    yield* endedBy(party, 'condition', name, waits);
    yield* acquire(party, `lock of ${name}`);
    release(party, `lock of ${name}`);
  }

  function notify(party: Party, name: string, all: boolean): void {
    const given = give({ type: 'condition-notified', ...party, on: name, all, id: '' });
    const waits = conditions.get(name) ?? [];
    for (const wake of waits.splice(0, all ? waits.length : 1)) wake(given);
  }

  function give(fact: Extract<Fact, { type: 'permit-released' | 'condition-notified' }>): Given {
    const { lane, job } = fact;
    const id = `${lane}.${++sent}`;
    return { id, from: { lane, job, atMs: report({ ...fact, id }) } };
  }

  function* endedBy(
    party: Party,
    kind: 'semaphore' | 'condition',
    name: string,
    waits: ((by: Given) => void)[],
  ): Steps {
    let given: Given | undefined;
    yield (resume) =>
      waits.push((by) => {
        given = by;
        resume();
      });
    const { id, from } = given as unknown as Given;
    const atMs = report({ ...waitEnd(party, kind, name), by: id } as Fact);
    cause(kind, name, from, from.atMs, party, atMs);
  }

  // The pool.
  const mainParty: Party = { lane: 0, job: null };
  const idle: number[] = [];
  const waiting: number[] = [];
  const joiners = new Map<number, () => void>();
  const ended = new Map<number, { party: Party; ms: number }>();
  let opened = 0;

  function* runJob(
    lane: number,
    job: number,
    freed: { party: Party; ms: number } | null,
    isNew: boolean,
  ): Steps {
    const party: Party = { lane, job };
    const atMs = report(jobStarted(lane, job));
    if (freed) cause('worker', 'a free lane', freed.party, freed.ms, party, atMs);
    else if (!isNew) cause('start', `job ${job}`, mainParty, atMs, party, atMs);
    yield* steps(party, jobs[job] ?? []);
    const ms = report(jobEnded(lane, job));
    ended.set(job, { party, ms });
    const next = waiting.shift();
    if (next !== undefined) {
      report(waitEnded(0, next, 'worker', 'a free lane'));
      soon.push(() => run(runJob(lane, next, { party, ms }, false)));
    } else idle.push(lane);
    joiners.get(job)?.();
  }

  function* openLane(lane: number, job: number): Steps {
    const atMs = report(laneStarted(lane, mode));
    cause('start', `job ${lane - 1}`, mainParty, atMs, { lane, job: null }, atMs);
    yield 3;
    report(laneReady(lane));
    yield* runJob(lane, job, null, true);
  }

  function* mainSteps(): Steps {
    report(laneStarted(0, mode));
    yield 1;
    report(laneReady(0));
    for (const job of jobs.keys()) {
      yield 1;
      const free = idle.pop();
      if (free !== undefined) run(runJob(free, job, null, false));
      else if (opened < workers) {
        const lane = ++opened;
        run(mode === 'threads' ? openLane(lane, job) : runJob(0, job, null, false));
      } else {
        report(waitStarted(0, job, 'worker', 'a free lane'));
        waiting.push(job);
      }
    }
    yield* steps(mainParty, main);
    for (const job of jobs.keys()) {
      report(waitStart(mainParty, 'join', `job ${job}`));
      if (!ended.has(job)) yield (resume) => joiners.set(job, resume);
      const atMs = report(waitEnd(mainParty, 'join', `job ${job}`));
      const end = ended.get(job);
      if (end) cause('join', `job ${job}`, end.party, end.ms, mainParty, atMs);
    }
    if (mode === 'threads') for (let lane = 1; lane <= opened; lane++) report(laneEnded(lane));
    report(laneEnded(0));
  }

  facts.push([0, passStarted(mode)]);
  run(mainSteps());
  for (;;) {
    while (soon.length > 0) {
      const all = isLate ? soon.reverse() : soon;
      soon = [];
      for (const go of all) go();
    }
    later.sort((a, b) => a.at - b.at);
    const next = later.shift();
    if (!next) break;
    now = Math.max(now, next.at);
    next.go();
  }
  const isStuck = facts.at(-1)?.[1].type !== 'lane-ended';
  facts.push([(now + 1000) / 1000, passEnded((now + 1000) / 1000, isStuck ? 'timed-out' : 'completed')]);
  return { events: events(0, facts), causes, isStuck };
}
