/** Event logs made by fast-check: valid ones with what is expected of them, and garbage. */
import fc from 'fast-check';
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Fact, Status } from '../../server/protocol/facts.ts';
import { WAIT_KINDS } from '../../server/protocol/wait-kinds.ts';
import { MODES, type Mode } from '../../server/spec/modes.ts';
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
  type Wait,
  wait,
  waitEnded,
  waitStarted,
} from './made-events.ts';

/** What a valid log must yield, known from its construction. */
type MadeLog = {
  mode: Mode;
  events: RunEvent[];
  /** By lane: when it started and ended. */
  lanes: Map<number, { startMs: number; endMs: number }>;
  /** By job: when it started and ended. */
  jobs: Map<number, { startMs: number; endMs: number }>;
  startupMs: number;
};

type Step = { lane: number; does: number; which: number; ms: number };
type Actor = {
  lane: number;
  state: 'new' | 'starting' | 'ready';
  nowMs: number;
  startMs: number;
  jobs: number[];
  waits: Wait[];
};

/** Logs of one pass of up to 100 steps, as a program could write them. Every lane has its own clock. */
export const madeLog: fc.Arbitrary<MadeLog> = fc
  .record({
    mode: fc.constantFrom(...MODES),
    steps: fc.array(
      fc.record<Step>({ lane: fc.nat(3), does: fc.nat(6), which: fc.nat(10), ms: fc.nat(20) }),
      { maxLength: 100 },
    ),
    ending: fc.constantFrom<Ending>('in order', 'server says so', 'by pass-ended', 'by run-ended'),
  })
  .map(({ mode, steps, ending }) => makeLog(mode, steps, ending));

type Ending = 'in order' | 'server says so' | 'by pass-ended' | 'by run-ended';

function makeLog(mode: Mode, steps: Step[], ending: Ending): MadeLog {
  const facts: TimedFact[] = [[0, passStarted(mode)]];
  const made: Omit<MadeLog, 'events'> = { mode, lanes: new Map(), jobs: new Map(), startupMs: 0 };
  const count = mode === 'threads' || mode === 'processes' ? 4 : 1;
  const actors = Array.from(
    { length: count },
    (_, lane): Actor => ({ lane, state: 'new', nowMs: 0, startMs: 0, jobs: [], waits: [] }),
  );
  let nextJob = 0;
  for (const { lane, does, which, ms } of steps) {
    const actor = actors[lane % count]!;
    actor.nowMs += ms;
    const report = (fact: Fact) => facts.push([actor.nowMs, fact]);
    if (actor.state === 'new') {
      actor.state = 'starting';
      actor.startMs = actor.nowMs;
      const bootMs = actor.lane === 0 ? which : undefined;
      made.startupMs += bootMs ?? 0;
      report(laneStarted(actor.lane, mode, bootMs === undefined ? {} : { bootMs }));
    } else if (actor.state === 'starting') {
      actor.state = 'ready';
      made.startupMs += actor.nowMs - actor.startMs;
      report(laneReady(actor.lane));
    } else if (does < 2 && mayStart(actor, mode)) {
      made.jobs.set(nextJob, { startMs: actor.nowMs, endMs: actor.nowMs });
      actor.jobs.push(nextJob);
      report(jobStarted(actor.lane, nextJob++));
    } else if (does < 3 && actor.jobs.length > 0) {
      const job = actor.jobs.splice(which % actor.jobs.length, 1)[0]!;
      actor.waits = actor.waits.filter((open) => open.job !== job);
      made.jobs.get(job)!.endMs = actor.nowMs;
      report(jobEnded(actor.lane, job, which === 0 ? 'failed' : 'done', which === 0 ? 'Error: no' : null));
    } else if (does < 5) {
      const flow = [null, ...actor.jobs][which % (actor.jobs.length + 1)] ?? null;
      const started = wait(actor.lane, flow, WAIT_KINDS[which % WAIT_KINDS.length]!, `thing ${which}`);
      actor.waits.push(started);
      report({ type: 'wait-started', ...started });
    } else if (actor.waits.length > 0) {
      const ended = actor.waits.splice(which % actor.waits.length, 1)[0]!;
      report({ type: 'wait-ended', ...ended });
    }
  }
  finish(facts, made, actors, ending);
  const all = events(0, facts);
  const interrupted: TimedFact[] = [[9999, { type: 'run-ended', status: 'interrupted', error: null }]];
  if (ending === 'by run-ended') all.push(...events(null, interrupted, all.length));
  return { ...made, events: all };
}

function mayStart(actor: Actor, mode: Mode): boolean {
  if (mode === 'event-loop') return true;
  return actor.jobs.length === 0 && (mode === 'sequential' || actor.lane > 0);
}

function finish(facts: TimedFact[], made: Omit<MadeLog, 'events'>, actors: Actor[], ending: Ending): void {
  const latestMs = Math.max(...facts.map(([atMs]) => atMs));
  const passMs = latestMs + (ending === 'by pass-ended' ? 5 : 0);
  for (const { lane, state, startMs, nowMs, jobs } of actors) {
    if (state === 'new') continue;
    const isReported = ending === 'in order' || ending === 'server says so';
    // A lane's last step may write no fact, so its end may be at any time from its last fact on.
    const endMs = isReported ? nowMs : passMs;
    if (state === 'starting') made.startupMs += endMs - startMs;
    made.lanes.set(lane, { startMs, endMs });
    for (const job of jobs) made.jobs.get(job)!.endMs = endMs;
    if (!isReported) continue;
    facts.push([endMs, { type: 'log', lane, job: null, stream: 'stdout', text: 'last' }]);
    const cut = ending === 'server says so';
    if (cut) facts.push([endMs, { type: 'wait-started', ...wait(lane, null, 'join', 'last') }]);
    const atMs = cut ? Math.max(0, endMs - 0.5) : endMs;
    for (const job of jobs) facts.push([atMs, jobEnded(lane, job, cut ? 'cut-off' : 'done')]);
    facts.push([atMs, laneEnded(lane, cut ? 'killed' : 'returned')]);
  }
  if (ending !== 'by run-ended') facts.push([passMs, passEnded(passMs)]);
}

const small = fc.nat(3);
const jobOrMain = fc.option(small);
const atMs = fc.integer({ min: 0, max: 50 });
const kinds = fc.constantFrom(...WAIT_KINDS);
const on = fc.constantFrom('a', 'b');
const statuses = fc.constantFrom<Status>('completed', 'failed', 'cancelled', 'timed-out', 'interrupted');

/** Any fact, from few lanes and jobs, so that they collide. */
const anyFact: fc.Arbitrary<Fact> = fc.oneof(
  fc
    .tuple(small, fc.constantFrom(...MODES), fc.boolean())
    .map(([lane, mode, daemon]) => laneStarted(lane, mode, { daemon })),
  small.map(laneReady),
  fc
    .tuple(small, fc.constantFrom('returned', 'exited', 'killed', 'cut-off'))
    .map(([lane, reason]) => laneEnded(lane, reason)),
  fc.tuple(small, small).map(([lane, job]) => jobStarted(lane, job)),
  fc
    .tuple(small, small, fc.constantFrom<('done' | 'failed' | 'cut-off')[]>('done', 'failed', 'cut-off'))
    .map(([lane, job, status]) => jobEnded(lane, job, status, status === 'failed' ? 'Error: no' : null)),
  fc.tuple(small, jobOrMain, kinds, on).map((of) => waitStarted(...of)),
  fc.tuple(small, jobOrMain, kinds, on).map((of) => waitEnded(...of)),
  fc
    .tuple(small, jobOrMain, kinds, on, on)
    .map(
      ([lane, job, kind, thing, by]): Fact => ({ ...wait(lane, job, kind, thing), type: 'wait-ended', by }),
    ),
  fc
    .tuple(small, jobOrMain, on, on)
    .map(([lane, job, thing, id]): Fact => ({ type: 'permit-released', lane, job, on: thing, id })),
  fc
    .tuple(small, jobOrMain, on, on, fc.boolean())
    .map(
      ([lane, job, thing, id, all]): Fact => ({ type: 'condition-notified', lane, job, on: thing, id, all }),
    ),
  fc
    .tuple(small, jobOrMain)
    .map(([lane, job]): Fact => ({ type: 'log', lane, job, stream: 'stderr', text: 'x' })),
  small.map((position): Fact => ({ type: 'run-queued', position: position + 1 })),
  fc.constant<Fact>({ type: 'run-started' }),
  fc.tuple(statuses, fc.option(on)).map(([status, error]): Fact => ({ type: 'run-ended', status, error })),
  fc
    .tuple(fc.constantFrom(...MODES), fc.integer({ min: 1, max: 4 }))
    .map(([mode, cores]) => passStarted(mode, cores)),
  fc.tuple(atMs, statuses, fc.option(on)).map(([wallMs, status, error]) => passEnded(wallMs, status, error)),
  fc.constant<Fact>({ type: 'sample', rssBytes: 1, cpuMs: 1 }),
  fc
    .tuple(fc.constantFrom<('log' | 'events')[]>('log', 'events'), jobOrMain)
    .map(([what, job]): Fact => ({ type: 'cut', what, job, limit: 10 })),
);

/** Up to 150 events, each valid, in an order that makes no sense. */
export const garbage: fc.Arbitrary<RunEvent[]> = fc
  .array(fc.tuple(anyFact, fc.option(fc.nat(2)), atMs, fc.integer({ min: 0, max: 3 })), { maxLength: 150 })
  .map((drawn) => {
    let seq = 0;
    return drawn.map(([fact, pass, at, ahead]): RunEvent => {
      seq += ahead;
      return { ...fact, seq, pass, atMs: at };
    });
  });
