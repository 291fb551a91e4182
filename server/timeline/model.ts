/**
 * The model of a run's timeline: passes, rows and bars, what let each continue (causes), what lanes hold (state), and
 * which updates of shared memory were lost. It is made from events by timeline.ts and the files that it calls.
 */
import type { RunEvent } from '../protocol/events.ts';
import type { Status, WaitKind } from '../protocol/facts.ts';
import type { Mode } from '../spec/modes.ts';

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
export type LaneState = {
  tracks: [Track, ...Track[]];
  jobs: Map<number, Flow>;
  ready: boolean;
  nowMs: number;
  ended: Point | null;
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
  lanes: Map<number, LaneState>;
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

/** A moment in a row: of a job, or (`job` null) of the lane itself. `slot` as in {@link Row}. */
export type Point = { lane: number; slot: number | null; job: number | null; atMs: number };

/**
 * What happened at `from` let `to` begin or go on:
 * - `message`: a put, the get that received it;
 * - `room`: a get, the put that waited for room in the queue;
 * - `join`: the end of a job, the end of a join of it;
 * - `lock`: a release, the acquire that it let through;
 * - `worker`: the end of a job, the start of the one that waited for its lane;
 * - `thread`: the end of a job's computing, the end of a sleep that came late because its thread was busy with that;
 * - `start`: main's call, the start of a lane, or of a job for which no lane was opened.
 * Times are as they were told. A put that waited for room is told when it is through, so a `message` may be told as
 * received a hair before it was sent.
 */
export type Cause = {
  kind: 'message' | 'room' | 'join' | 'lock' | 'worker' | 'thread' | 'start';
  from: Point;
  to: Point;
  /** Of a message its id; else what was waited for, as in `wait-started`, or what was started: `#1`, `job 3`. */
  on: string;
  /** The wait of `to` that ended with it; null where nothing was told to wait. */
  wait: { startMs: number; endMs: number } | null;
};

/** What a thread computed last. `busyMs` is until when it was busy: what took a moment only may have come after. */
export type Computed = { startMs: number; from: Point; busyMs: number };

/** What is needed to find the next cause. */
export type CauseBook = {
  /** Ends of messages whose other end has not been heard of, by id. */
  sent: Map<string, Point>;
  received: Map<string, { to: Point; wait: Cause['wait'] }>;
  /** Last release of each lock. */
  released: Map<string, Point>;
  /** Gets that made room for no put yet, and puts that waited for room which no get is known to have made. */
  gets: { id: string; from: Point; askedMs: number }[];
  /** `takenMs`: when the get that took the message was asked for, as far as it is known. */
  puts: { id: string; to: Point; wait: { startMs: number; endMs: number }; takenMs: number }[];
  /** Ends of jobs that freed a worker for which another job waited, oldest first. */
  freed: Point[];
  /** Jobs that wait for a worker, or have just been given one: since when, and whose end freed it. */
  waiters: Map<number, { startMs: number; from: Point | null }>;
  /** By lane. */
  computed: Map<number, Computed>;
};

export type Causes = {
  /** In order of `to`. */
  all: Cause[];
  /** By row: those that end in it, in order of the end of their waits; and those that come out of it, in no order. */
  into: Map<number, Cause[]>;
  outOf: Map<number, Cause[]>;
  book: CauseBook;
};

/** Memory of one process: `lanes` are those that share it. */
export type Memory = { pid: number; lanes: number[]; list: unknown[]; counter: number };

/** A message, from where it was sent to where it was received; `received` is null while it is on its way. */
export type Sent = { lane: number; job: number | null; atMs: number };
export type MessageTimes = { id: string; value: unknown; bytes: number; sent: Sent; received: Sent | null };

export type PassState = {
  /** By process. */
  memories: Map<number, Memory>;
  /** By lane: that of its process. */
  memoryOf: Map<number, Memory>;
  messages: Map<string, MessageTimes>;
  /** Ids of the messages in the queue, in order. */
  queue: Set<string>;
  /** Looks at the counter and changes to it; which changes are lost, updates.ts finds out. */
  accesses: Access[];
  updates: UpdateBook;
  /** Who holds each lock. */
  locks: Map<string, Sent>;
};

/** A look at the counter, or a change to it. */
export type Access = Sent & {
  seq: number;
  pid: number;
  /** `added`: read and written in one step. */
  kind: 'read' | 'written' | 'added';
  value: number;
  /** Of a change: when the same job had last read; its own time where it never did. */
  readAtMs: number;
  /** Index in the accesses of the change that was read, or that this one was made of. */
  madeOf: number | null;
  /** How it was first overwritten unseen. */
  loss: LostUpdate | null;
};

/** A read of the counter, and the write of what was made of it. */
export type Update = { job: number | null; readAtMs: number; writtenAtMs: number };

/** Two jobs that both read the counter before either wrote: what the first wrote is lost. */
export type LostUpdate = { lost: Update; by: Update };

/** What is needed to take the next access; places are those in the accesses. */
export type UpdateBook = {
  /** By lane and job: its last access, and when it last read. */
  parties: Map<string, { last: number; readAtMs: number | null }>;
  /** By process: the last change, and those that were never lost, in order. */
  memories: Map<number, { last: number | null; safe: number[] }>;
  /** What was lost when there were `count` accesses. */
  known: { count: number; writes: Set<Access>; updates: LostUpdate[] };
};
