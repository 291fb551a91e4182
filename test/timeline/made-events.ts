/** Facts, passes and runs made by hand, for tests of what is derived from a log. */
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Fact, LaneFact, Status } from '../../server/protocol/facts.ts';
import type { Mode } from '../../server/spec/modes.ts';
import type { RunTimeline } from '../../server/timeline/model.ts';
import { apply, newTimeline } from '../../server/timeline/timeline.ts';

/** A fact with its time in the pass. */
export type TimedFact = [atMs: number, fact: Fact];

/** Numbers `facts` as the events of a pass, or (null) of the run. */
export function events(pass: number | null, facts: TimedFact[], afterSeq = 0): RunEvent[] {
  return facts.map(([atMs, fact], i) => ({ ...fact, seq: afterSeq + i + 1, pass, atMs }));
}

export function timelineOf(all: RunEvent[]): RunTimeline {
  const timeline = newTimeline();
  for (const event of all) apply(timeline, event);
  return timeline;
}

export const passStarted = (mode: Mode, cores = 4, otherRuns = 0, machine?: string): Fact => ({
  type: 'pass-started',
  mode,
  cores,
  otherRuns,
  ...(machine && { machine }),
});

export const passEnded = (
  wallMs: number,
  status: Status = 'completed',
  error: string | null = null,
  cpuMs = wallMs,
): Fact => ({
  type: 'pass-ended',
  status,
  error,
  wallMs,
  cpuMs,
  peakRssBytes: 1000,
});

export function laneStarted(
  lane: number,
  mode: Mode,
  more: { daemon?: boolean; bootMs?: number } = {},
): Fact {
  const kind = lane === 0 ? 'main' : mode === 'processes' ? 'process' : 'thread';
  const name = lane === 0 ? 'main' : `job ${lane - 1}`;
  return {
    type: 'lane-started',
    lane,
    kind,
    name,
    pid: 100 + lane,
    threadId: lane,
    parentPid: 1,
    daemon: false,
    ...more,
  };
}

export const laneReady = (lane: number): Fact => ({ type: 'lane-ready', lane });

export const laneEnded = (
  lane: number,
  reason: Extract<Fact, { type: 'lane-ended' }>['reason'] = 'returned',
): Fact => ({
  type: 'lane-ended',
  lane,
  reason,
  exitCode: 0,
  signal: null,
});

export const jobStarted = (lane: number, job: number): Fact => ({ type: 'job-started', lane, job });

export const jobEnded = (
  lane: number,
  job: number,
  status: 'done' | 'failed' | 'cut-off' = 'done',
  error: string | null = null,
): Fact => ({ type: 'job-ended', lane, job, status, error });

/** A wait, and what it is for. */
export type Wait = Omit<Extract<LaneFact, { type: 'wait-started' }>, 'type'>;
export const wait = (lane: number, job: number | null, kind: Wait['for'], on: string): Wait => ({
  lane,
  job,
  for: kind,
  on,
});
export const waitStarted = (...of: Parameters<typeof wait>): Fact => ({
  type: 'wait-started',
  ...wait(...of),
});
export const waitEnded = (...of: Parameters<typeof wait>): Fact => ({ type: 'wait-ended', ...wait(...of) });

/** A job with its times in ms that does one thing; without an end it is still open. */
export type Job = {
  from: number;
  to?: number;
  does?: 'compute' | 'sleep' | 'lock';
  status?: 'done' | 'failed' | 'cut-off';
};
export type Pass = {
  mode: Mode;
  jobs: Job[];
  /** Null while it runs. */
  wallMs?: number | null;
  status?: Status;
  error?: string | null;
  cores?: number;
  /** Processor time; by default, all that the jobs could use. */
  cpuMs?: number;
  otherRuns?: number;
  machine?: string;
  daemon?: boolean;
  /** How long each lane beside main takes to start. */
  bootMs?: number;
  /** Whether main joins the jobs in order, starting with job 0. */
  joins?: boolean;
};

/** A pass in which job n runs in lane n + 1, or in main's lane if the mode has no workers. */
export function pass(p: Pass): TimedFact[] {
  const { mode, wallMs = Math.max(0, ...p.jobs.map((job) => job.to ?? 0)) } = p;
  const { cpuMs = (wallMs ?? 0) * (p.jobs.some(({ does }) => does === 'compute') ? (p.cores ?? 4) : 1) } = p;
  const hasWorkers = mode === 'threads' || mode === 'processes';
  const facts: TimedFact[] = [];
  p.jobs.forEach(({ from, to, does = 'sleep', status = 'done' }, job) => {
    const lane = hasWorkers ? job + 1 : 0;
    if (hasWorkers)
      facts.push(
        [from - (p.bootMs ?? 0), laneStarted(lane, mode, { daemon: p.daemon ?? false })],
        [from, laneReady(lane)],
      );
    facts.push([from, jobStarted(lane, job)]);
    if (does !== 'compute') facts.push([from, waitStarted(lane, job, does, 'it')]);
    if (to === undefined) return;
    if (does !== 'compute') facts.push([to, waitEnded(lane, job, does, 'it')]);
    facts.push([to, jobEnded(lane, job, status, status === 'failed' ? 'Error: no' : null)]);
    if (hasWorkers) facts.push([to, laneEnded(lane)]);
  });
  let joinedMs = 0;
  for (const [job, { to }] of p.joins ? p.jobs.entries() : []) {
    const on = `job ${job}`;
    facts.push([joinedMs, waitStarted(0, null, 'join', on)]);
    if (to === undefined) break;
    joinedMs = Math.max(joinedMs, to);
    facts.push([joinedMs, waitEnded(0, null, 'join', on)]);
  }
  const order = facts.map((fact, i) => ({ fact, i })).sort((a, b) => a.fact[0] - b.fact[0] || a.i - b.i);
  const end: TimedFact[] =
    wallMs === null
      ? []
      : [
          [wallMs, laneEnded(0)],
          [wallMs, { ...passEnded(wallMs, p.status, p.error), cpuMs } as Fact],
        ];
  const begin: TimedFact[] = [
    [0, passStarted(mode, p.cores, p.otherRuns, p.machine)],
    [0, laneStarted(0, mode)],
    [0, laneReady(0)],
  ];
  return [...begin, ...order.map(({ fact }) => fact), ...end];
}

/** A log of `passes` in a run that ended with `status`, or (null) is still running. */
export function run(passes: Pass[], status: Status | null = 'completed', more: Fact[] = []): RunEvent[] {
  const log = events(null, [[0, { type: 'run-started' }]]);
  for (const [i, made] of passes.entries()) log.push(...events(i, pass(made), log.length));
  log.push(
    ...events(
      null,
      more.map((fact): TimedFact => [0, fact]),
      log.length,
    ),
  );
  if (status) log.push(...events(null, [[0, { type: 'run-ended', status, error: null }]], log.length));
  return log;
}

/** `count` jobs of `ms` each, one after the other or all at once. */
export const inTurn = (count: number, ms: number, does: Job['does']): Job[] =>
  Array.from({ length: count }, (_, n) => ({ from: n * ms, to: (n + 1) * ms, does }));
export const atOnce = (count: number, ms: number, does: Job['does'], from = 0): Job[] =>
  Array.from({ length: count }, () => ({ from, to: from + ms, does }));

export const oneByOne = (does: Job['does'], count = 5): Pass => ({
  mode: 'sequential',
  jobs: inTurn(count, 1000, does),
});
