/** Programs made by fast-check, simulated on a clock of their own: their logs, and the causes that are expected. */
import fc from 'fast-check';
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Fact, WaitKind } from '../../server/protocol/facts.ts';
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

type Op = { does: 'pass' | 'sleep' | 'put' | 'get' | 'lock'; ms: number; name: string };
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
  does: fc.constantFrom('pass', 'sleep', 'put', 'get', 'lock'),
  ms: fc.nat(9),
  name: fc.constantFrom('A', 'B'),
});

/** Some of them end in a deadlock, or wait for a message that never comes. */
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
type Steps = Generator<number | ((goOn: () => void) => void), void>;
type Who = { lane: number; job: number | null };
/** `atMs` is set when it is reported. */
type Moment = Who & { atMs: number };

/** Simulates a program to its end. No two events have the same time. */
export function play({ mode, workers, limit, main, jobs, isLate, isBusy }: MadeProgram): Played {
  const told: TimedFact[] = [];
  const causes: Known[] = [];
  /** In µs. */
  let now = 0;
  const later: { at: number; go: () => void }[] = [];
  let soon: (() => void)[] = [];
  const say = (fact: Fact) => {
    const atMs = ++now / 1000;
    told.push([atMs, fact]);
    if (fact.type === 'job-started' || fact.type === 'wait-ended') computes(fact.job, atMs);
    if (fact.type === 'job-ended' || fact.type === 'wait-started') rests(fact, atMs);
    return atMs;
  };
  const cause = (kind: Cause['kind'], on: string, from: Who, fromMs: number, to: Who, toMs: number) => {
    const place = ({ lane, job }: Who, atMs: number) => ({ lane, job, atMs });
    causes.push({ kind, on, from: place(from, fromMs), to: place(to, toMs) });
  };
  const waits = (who: Who, kind: WaitKind, on: string) => waitStarted(who.lane, who.job, kind, on);
  const ends = (who: Who, kind: WaitKind, on: string) => waitEnded(who.lane, who.job, kind, on);
  const run = (steps: Steps) => {
    const { value, done } = steps.next();
    if (done) return;
    if (typeof value === 'number') later.push({ at: now + value * 1000, go: () => run(steps) });
    else value(() => soon.push(() => run(steps)));
  };

  // The queue and the locks, as in program/hub.ts.
  type Message = { id: string; value: string; from: Moment };
  const queued: Message[] = [];
  type Putting = { message: Message; goOn: () => void; got: Moment | null };
  const putting: Putting[] = [];
  const getting: { take: (message: Message) => void }[] = [];
  const locks = new Map<string, { from: Who | null; ms: number; waiting: (() => void)[] }>();
  let sent = 0;
  /** `got`: the get that makes room for puts. */
  const move = (got: Moment | null) => {
    for (;;) {
      const putter = limit === null || queued.length < limit ? putting.shift() : undefined;
      if (putter) {
        putter.got = got;
        queued.push(putter.message);
        putter.goOn();
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
  const computed: { who: Who; startMs: number; endMs: number }[] = [];
  const since = new Map<number, number>();
  const computes = (job: number | null, atMs: number) => {
    if (job !== null && isBusy && mode === 'event-loop') since.set(job, atMs);
  };
  const rests = ({ lane, job }: Who, endMs: number) => {
    const startMs = job === null ? undefined : since.get(job);
    if (startMs !== undefined) computed.push({ who: { lane, job }, startMs, endMs });
    since.delete(job ?? -1);
  };
  /** Finds the computation that delayed a sleep due at `dueMs`: goes back over short ones to the long one. */
  const keptBy = (upMs: number, endMs: number) => {
    let atMs = endMs;
    for (const one of endMs - upMs > 2 ? computed.toReversed() : []) {
      if (atMs - one.endMs > 2) return null;
      if (one.endMs - one.startMs >= 2) return one.endMs - Math.max(upMs, one.startMs) >= 2 ? one : null;
      atMs = one.startMs;
    }
    return null;
  };
  function* passes({ job }: Who, ms: number): Steps {
    if (isBusy && mode === 'event-loop' && job !== null) now += ms * 1000;
    else yield ms;
  }

  function* steps(who: Who, ops: Op[]): Steps {
    for (const { does, ms, name } of ops) {
      if (does === 'pass') yield* passes(who, ms);
      else if (does === 'sleep') {
        const on = `${ms / 1000} s`;
        const startMs = say(waits(who, 'sleep', on));
        yield ms;
        const endMs = say(ends(who, 'sleep', on));
        const kept = keptBy(startMs + ms, endMs);
        if (kept) cause('thread', on, kept.who, kept.endMs, who, endMs);
      } else if (does === 'put') yield* put(who);
      else if (does === 'get') yield* get(who);
      else {
        yield* acquire(who, name);
        yield* passes(who, ms);
        release(who, name);
      }
    }
  }

  function* put(who: Who): Steps {
    const message: Message = { id: `${who.lane}.${++sent}`, value: 'x', from: { ...who, atMs: 0 } };
    const { id, value, from } = message;
    const isSent: Fact = { type: 'message-sent', ...who, id, value, channel: 'queue', bytes: 3 };
    const mine: Putting = { message, goOn: () => {}, got: null };
    if (limit === null) {
      from.atMs = say(isSent);
      putting.push(mine);
      move(null);
      return;
    }
    const on = 'room in the queue';
    say(waits(who, 'queue', on));
    yield (goOn) => {
      mine.goOn = goOn;
      putting.push(mine);
      move(null);
    };
    const to = { ...who, atMs: say(ends(who, 'queue', on)) };
    from.atMs = say(isSent);
    if (mine.got) causes.push({ kind: 'room', on, from: mine.got, to });
  }

  function* get(who: Who): Steps {
    say(waits(who, 'queue', 'a message'));
    const got: Moment = { ...who, atMs: 0 };
    let taken: Message | null = null;
    yield (goOn) => {
      getting.push({
        take: (message) => {
          taken = message;
          goOn();
        },
      });
      move(got);
    };
    got.atMs = say(ends(who, 'queue', 'a message'));
    const { id, value, from } = taken as unknown as Message;
    const atMs = say({ type: 'message-received', ...who, id, value, channel: 'queue', bytes: 3 });
    causes.push({ kind: 'message', on: id, from, to: { ...who, atMs } });
  }

  function* acquire(who: Who, name: string): Steps {
    say(waits(who, 'lock', name));
    const lock = locks.get(name);
    if (lock) yield (goOn) => lock.waiting.push(goOn);
    else locks.set(name, { from: null, ms: 0, waiting: [] });
    const atMs = say(ends(who, 'lock', name));
    if (lock?.from) cause('lock', name, lock.from, lock.ms, who, atMs);
  }

  function release(who: Who, name: string): void {
    const ms = say({ type: 'lock-released', ...who, on: name });
    const lock = locks.get(name);
    const next = lock?.waiting.shift();
    if (!lock || !next) locks.delete(name);
    else {
      Object.assign(lock, { from: who, ms });
      next();
    }
  }

  // The pool.
  const mainWho: Who = { lane: 0, job: null };
  const idle: number[] = [];
  const waiting: number[] = [];
  const joiners = new Map<number, () => void>();
  const ended = new Map<number, { who: Who; ms: number }>();
  let opened = 0;

  function* runJob(lane: number, job: number, freed: { who: Who; ms: number } | null, isNew: boolean): Steps {
    const who: Who = { lane, job };
    const atMs = say(jobStarted(lane, job));
    if (freed) cause('worker', 'a free lane', freed.who, freed.ms, who, atMs);
    else if (!isNew) cause('start', `job ${job}`, mainWho, atMs, who, atMs);
    yield* steps(who, jobs[job] ?? []);
    const ms = say(jobEnded(lane, job));
    ended.set(job, { who, ms });
    const next = waiting.shift();
    if (next !== undefined) {
      say(waitEnded(0, next, 'worker', 'a free lane'));
      soon.push(() => run(runJob(lane, next, { who, ms }, false)));
    } else idle.push(lane);
    joiners.get(job)?.();
  }

  function* openLane(lane: number, job: number): Steps {
    const atMs = say(laneStarted(lane, mode));
    cause('start', `#${lane}`, mainWho, atMs, { lane, job: null }, atMs);
    yield 3;
    say(laneReady(lane));
    yield* runJob(lane, job, null, true);
  }

  function* mainSteps(): Steps {
    say(laneStarted(0, mode));
    yield 1;
    say(laneReady(0));
    for (const job of jobs.keys()) {
      yield 1;
      const free = idle.pop();
      if (free !== undefined) run(runJob(free, job, null, false));
      else if (opened < workers) {
        const lane = ++opened;
        run(mode === 'threads' ? openLane(lane, job) : runJob(0, job, null, false));
      } else {
        say(waitStarted(0, job, 'worker', 'a free lane'));
        waiting.push(job);
      }
    }
    yield* steps(mainWho, main);
    for (const job of jobs.keys()) {
      say(waits(mainWho, 'join', `job ${job}`));
      if (!ended.has(job)) yield (goOn) => joiners.set(job, goOn);
      const atMs = say(ends(mainWho, 'join', `job ${job}`));
      const end = ended.get(job);
      if (end) cause('join', `job ${job}`, end.who, end.ms, mainWho, atMs);
    }
    if (mode === 'threads') for (let lane = 1; lane <= opened; lane++) say(laneEnded(lane));
    say(laneEnded(0));
  }

  told.push([0, passStarted(mode)]);
  run(mainSteps());
  for (;;) {
    while (soon.length > 0) {
      const all = isLate ? soon.reverse() : soon;
      soon = [];
      for (const go of all) go();
    }
    later.sort((one, other) => one.at - other.at);
    const next = later.shift();
    if (!next) break;
    now = Math.max(now, next.at);
    next.go();
  }
  const isStuck = told.at(-1)?.[1].type !== 'lane-ended';
  told.push([(now + 1000) / 1000, passEnded((now + 1000) / 1000, isStuck ? 'timed-out' : 'completed')]);
  return { events: events(0, told), causes, isStuck };
}
