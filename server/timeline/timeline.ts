/**
 * The timeline of a run, derived from its events: passes, rows and bars. Pure, and fed one event at a time, so that
 * the server's drawing, the page's live chart and the tests all read the same model.
 */
import type { RunEvent } from '../protocol/events.ts';
import type { Fact, Status, WaitKind } from '../protocol/facts.ts';
import type { Mode } from '../spec/spec.ts';
import { type Causes, newCauses, type Place } from './causes.ts';
import { applyToLane, cutOff } from './lanes.ts';
import { noteMessage, noteRelease } from './note-causes.ts';
import { applyToState, newState, type PassState } from './state.ts';

/** `running` is main's own code outside any job; `idle` a lane that has no job; the wait kinds are waits. */
export type BarState = 'starting' | 'running' | 'computing' | 'idle' | WaitKind;

/** All states, in the order in which figures by state are listed. */
export const BAR_STATES: readonly BarState[] = [
  'starting',
  'running',
  'computing',
  'idle',
  'join',
  'sleep',
  'queue',
  'lock',
  'worker',
];

/** What can be seen of a bar: its state, and how its job ended. */
export type BarLook = BarState | 'failed' | 'cut-off';

/** A stretch of one state in one row. Times are ms since the pass began; `endMs` is null while it lasts. */
export type Bar = {
  startMs: number;
  endMs: number | null;
  state: BarState;
  job: number | null;
  /** What a wait waits for: `job 3`, a lock's name. */
  on: string | null;
  /** Line of the program that a wait comes from, where it is known. */
  line: number | null;
  /**
   * How the bar's job ended, on its last bar: `failed` gets a cross, `cut-off` a torn edge. A bar without a job is
   * `cut-off` where its lane was killed, or its pass or run ended, over it, and where a lane exited in a wait.
   */
  end: 'failed' | 'cut-off' | null;
};

/**
 * One row of a drawing: a lane, or, on the event loop, one of the jobs that share the main thread (`slot` from 0;
 * null for the lane itself). Bars never overlap and stand in order of time; a lane's own row has no gaps, and a bar
 * has a length unless it is the only one that can show how its job ended.
 */
export type Row = {
  lane: number;
  slot: number | null;
  name: string;
  kind: 'main' | 'thread' | 'process';
  pid: number;
  parentPid: number;
  threadId: number;
  daemon: boolean;
  bars: Bar[];
  /** Set when the lane has ended; `cut-off` where only the end of its pass or run tells so. */
  ended: { reason: string; exitCode: number | null; signal: string | null } | null;
};

/** One job of a pass, in the lane it ran in. A job number that is started again replaces the one before. */
export type JobTimes = {
  job: number;
  lane: number;
  /** Of its row on the event loop. */
  slot: number | null;
  startMs: number;
  endMs: number | null;
  status: 'done' | 'failed' | 'cut-off' | null;
  error: string | null;
  /** Line of the program where it failed, where it is known. */
  line: number | null;
};

/** A wait that lasts. */
export type OpenWait = { for: WaitKind; on: string; line: number | null; startMs: number };
/**
 * What takes turns in a row: a job, or (`job` null) the lane itself. `waits` are those still open, oldest first;
 * `waited` is the one that ended last, until it is known what it was for.
 */
export type Flow = {
  job: number | null;
  track: Track;
  waits: OpenWait[];
  waited: { for: WaitKind; startMs: number; endMs: number } | null;
};
/** A row and what goes on in it; the newest flow, the last, is the one drawn. */
export type Track = { row: Row; flows: Flow[] };
/** A lane's bookkeeping: its own track first, then its slots; `nowMs` never goes back; `ended` is its last job's end. */
export type Lane = {
  tracks: [Track, ...Track[]];
  jobs: Map<number, Flow>;
  ready: boolean;
  nowMs: number;
  ended: Place | null;
};

export type PassTimeline = {
  pass: number;
  mode: Mode;
  cores: number;
  /** Runs of other people that were active when the pass began. */
  otherRuns: number;
  /** In order of lane number, each lane's slots after it. */
  rows: Row[];
  jobs: Map<number, JobTimes>;
  /** Jobs that wait for a free lane of the pool; not drawn, for they are nowhere yet. */
  waiting: Set<number>;
  /** Time of the jobs' bars that have closed, by state, in ms. */
  jobStateMs: Record<'computing' | WaitKind, number>;
  /** Time lanes spent in `starting`, and what processes kept ready took to boot before the pass, in ms. */
  startupMs: number;
  /** How many bars have each look. */
  looks: Map<BarLook, number>;
  /** What let lanes and jobs begin and go on. */
  causes: Causes;
  /** Latest time any event of the pass has told, in ms. */
  latestMs: number;
  samples: { atMs: number; rssBytes: number; cpuMs: number }[];
  /** What the lanes hold now. */
  state: PassState;
  /** The circle of who waits for whom, where there is one. */
  deadlock: Extract<RunEvent, { type: 'deadlock' }>['circle'] | null;
  /** Stays null in a pass that was cut by the end of its run. */
  ended: {
    status: Status;
    error: string | null;
    wallMs: number;
    cpuMs: number | null;
    peakRssBytes: number | null;
  } | null;
  /** What {@link apply} keeps to go on from; every lane that ever started is in it. */
  lanes: Map<number, Lane>;
};

/** A line of the console. */
export type Line = {
  seq: number;
  pass: number;
  atMs: number;
  lane: number;
  job: number | null;
  stream: 'stdout' | 'stderr';
  text: string;
  /** Line of the program that it comes from, from 1; null where it comes from none. */
  line: number | null;
};

export type RunTimeline = {
  /** Last event applied. */
  seq: number;
  state: 'queued' | 'running' | 'ended';
  /** Place in the queue while queued, from 1. */
  position: number | null;
  status: Status | null;
  error: string | null;
  passes: PassTimeline[];
  lines: Line[];
  /** What was left out, in words' raw material. */
  cuts: { what: 'log' | 'events'; job: number | null; limit: number }[];
};

/** A run of which nothing is known yet: queued, at no known place. */
export function newTimeline(): RunTimeline {
  return {
    seq: 0,
    state: 'queued',
    position: null,
    status: null,
    error: null,
    passes: [],
    lines: [],
    cuts: [],
  };
}

/**
 * Adds one event to `timeline`, in place. An event already applied (seq not above the last) is ignored, and so is
 * what makes no sense where it stands, such as a job in a lane that never started: a log may have been cut.
 */
export function apply(timeline: RunTimeline, event: RunEvent): void {
  if (event.seq <= timeline.seq) return;
  timeline.seq = event.seq;
  const pass = passOf(timeline, event.pass);
  if (pass) pass.latestMs = Math.max(pass.latestMs, event.atMs);
  switch (event.type) {
    case 'run-queued':
      if (timeline.state === 'queued') timeline.position = event.position;
      return;
    case 'run-started':
      if (timeline.state === 'queued') timeline.state = 'running';
      timeline.position = null;
      return;
    case 'run-ended':
      if (timeline.state === 'ended') return;
      for (const one of timeline.passes) cutOff(one);
      timeline.state = 'ended';
      timeline.position = null;
      timeline.status = event.status;
      timeline.error = event.error;
      return;
    case 'pass-started':
      if (event.pass === null || pass || timeline.state === 'ended') return;
      timeline.passes.push(newPass(event.pass, event.atMs, event));
      return;
    case 'cut':
      timeline.cuts.push({ what: event.what, job: event.job, limit: event.limit });
      return;
    case 'log': {
      if (!pass) return;
      const { seq, atMs, lane, job, stream, text, line = null } = event;
      timeline.lines.push({ seq, pass: pass.pass, atMs, lane, job, stream, text, line });
      return;
    }
    case 'sample':
      pass?.samples.push({ atMs: event.atMs, rssBytes: event.rssBytes, cpuMs: event.cpuMs });
      return;
    case 'pass-ended': {
      if (!pass || pass.ended || timeline.state === 'ended') return;
      cutOff(pass);
      const { status, error, wallMs, cpuMs, peakRssBytes } = event;
      pass.ended = { status, error, wallMs, cpuMs, peakRssBytes };
      return;
    }
    case 'deadlock':
      if (pass) pass.deadlock = event.circle;
      return;
    case 'message-sent':
    case 'message-received':
    case 'shared-written':
    case 'shared-read':
    case 'lock-released':
      if (!pass) return;
      applyToState(pass.state, event, event.seq, event.atMs);
      if (event.type === 'lock-released') noteRelease(pass, event, event.atMs);
      else if (event.type === 'message-sent' || event.type === 'message-received')
        noteMessage(pass, event, event.atMs);
      return;
    default:
      if (!pass || pass.ended || timeline.state === 'ended') return;
      if (event.type === 'lane-started' || event.type === 'wait-ended') {
        applyToState(pass.state, event, event.seq, event.atMs);
      }
      applyToLane(pass, event, event.atMs);
  }
}

/** Passes stand at their number unless something is missing, so that this is one look nearly always. */
function passOf(timeline: RunTimeline, number: number | null): PassTimeline | undefined {
  if (number === null) return undefined;
  const there = timeline.passes[number];
  return there?.pass === number ? there : timeline.passes.find((one) => one.pass === number);
}

function newPass(pass: number, atMs: number, fact: Extract<Fact, { type: 'pass-started' }>): PassTimeline {
  return {
    pass,
    mode: fact.mode,
    cores: fact.cores,
    otherRuns: fact.otherRuns,
    rows: [],
    jobs: new Map(),
    waiting: new Set(),
    jobStateMs: { computing: 0, join: 0, sleep: 0, queue: 0, lock: 0, worker: 0 },
    startupMs: 0,
    looks: new Map(),
    causes: newCauses(),
    latestMs: atMs,
    samples: [],
    state: newState(),
    deadlock: null,
    ended: null,
    lanes: new Map(),
  };
}
