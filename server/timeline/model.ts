/**
 * The model of a run's timeline: passes, rows and bars, and what released each wait (causes). What lanes hold is in
 * state-model.ts. Built from events by timeline.ts and the files it calls.
 */
import type { RunEvent } from '../protocol/events.ts';
import type { CutKind, Pauses, Status } from '../protocol/facts.ts';
import type { Place } from '../protocol/place.ts';
import type { WaitKind } from '../protocol/wait-kinds.ts';
import type { MemoryPool } from '../spec/lanes.ts';
import type { Mode } from '../spec/modes.ts';
import type { PassSearch } from './search.ts';
import type { PassState } from './state-model.ts';
import type { StepTaken } from './steps-model.ts';

/**
 * `running` is main's own code outside any job; `idle` is a lane without a job, or a job that waits for its turn on the
 * thread; `turn` is a lane that waits until the scheduler of a schedule lets it take its next step; `unknown` is what follows after the log was cut; the other kinds are waits.
 */
export type BarState = 'starting' | 'running' | 'computing' | 'idle' | 'turn' | 'unknown' | WaitKind;

/** All states, in the order in which figures by state are listed. */
export const BAR_STATES: readonly BarState[] = [
  'starting',
  'running',
  'computing',
  'idle',
  'turn',
  'join',
  'sleep',
  'queue',
  'lock',
  'semaphore',
  'condition',
  'worker',
  'unknown',
];

/** What a drawing shows of a bar: its state, and how its job ended. */
export type BarLook = BarState | 'failed' | 'cut-off';

/**
 * A span of time that a row spent in one state. Times are in ms since the pass began; `endMs` is null while the bar is
 * open.
 */
export type Bar = {
  startMs: number;
  endMs: number | null;
  state: BarState;
  job: number | null;
  /** What a wait is for: `job 3`, or a lock's name. */
  on: string | null;
  /** The line of the program that waits; null if unknown. */
  line: number | null;
  /**
   * How the bar's job ended, on its last bar: `failed` is drawn with a cross, `cut-off` with a torn edge. A bar without
   * a job is `cut-off` if its lane was killed, its pass or run ended, or its lane exited during a wait; it is `failed`
   * if its lane could not be opened.
   */
  end: 'failed' | 'cut-off' | null;
};

/**
 * A row of a drawing: a lane, or, on the event loop, a place for jobs that share the main thread (`slot` from 0; null
 * for the lane itself). Bars are in order of time and never overlap. A lane's own row has no gaps. A bar has a length
 * unless it is the only one that can show how its job ended.
 */
export type Row = {
  lane: number;
  slot: number | null;
  name: string;
  kind: 'main' | 'thread' | 'process';
  /** 0 if its process could not be started. */
  pid: number;
  parentPid: number;
  /** The lane that started it, or that started its process: main, or a lane of a script. Omitted if the server did. */
  parent?: number;
  threadId: number;
  daemon: boolean;
  bars: Bar[];
  /** Where the program was seen in this row, in order of time. */
  seen: Seen[];
  /** Set once the lane has ended; `cut-off` if only the end of its pass or run is known. */
  ended: { reason: string; exitCode: number | null; signal: string | null } | null;
};

/** A moment at which a fact named the line of the program that a job, or main (`job` null), was at. */
export type Seen = { atMs: number; job: number | null; line: number };

/** A job of a pass, in the lane that ran it. A job number that is started again replaces the earlier one. */
export type JobTimes = {
  job: number;
  lane: number;
  /** The slot of its row on the event loop. */
  slot: number | null;
  startMs: number;
  endMs: number | null;
  /** Null while it runs, and if its end is unknown because the log was cut. */
  status: 'done' | 'failed' | 'cut-off' | null;
  error: string | null;
  /** The line of the program where it failed; null if unknown. */
  line: number | null;
  /** Its oldest wait, if it is done although none of its waits has ended: it did not await them. Otherwise null. */
  unawaited: OpenWait | null;
};

/** A wait that has not ended. */
export type OpenWait = { for: WaitKind; on: string; line: number | null; startMs: number };
/**
 * An activity in a row: a job, or (`job` null) the lane itself. `waits` are its open waits, oldest first; `waited` is
 * the wait that ended last, until its cause is known; `hasWaited` whether one has ended. `line` is where it was last
 * seen; null if that is unknown, or was a wait that has ended.
 */
export type Flow = {
  job: number | null;
  track: Track;
  waits: OpenWait[];
  waited: { for: WaitKind; startMs: number; endMs: number } | null;
  hasWaited: boolean;
  line: number | null;
};
/** A row and its activities. The newest flow, which is the last, is drawn. */
export type Track = { row: Row; flows: Flow[] };
/**
 * A lane's bookkeeping: its own track first, then its slots. `nowMs` never decreases. `ended` is the end of its last
 * job.
 */
export type LaneState = {
  /** Whether a job was given to it that it could not run. */
  failed: boolean;
  tracks: [Track, ...Track[]];
  jobs: Map<number, Flow>;
  ready: boolean;
  nowMs: number;
  /** On the event loop: the job that has the thread; null if none does. */
  turn: Flow | null;
  ended: Point | null;
};

export type PassTimeline = {
  pass: number;
  mode: Mode;
  cores: number;
  /** Other people's runs that were active when the pass began. */
  otherRuns: number;
  /** Which of several servers it was on; null if there is only one. */
  machine: string | null;
  /**
   * What a scheduler of ours executed: one order, so that all times count steps instead of ms (steps.ts), or a search
   * for orders; null if the operating system scheduled.
   */
  order: 'schedule' | 'search' | null;
  /** The text of its order; null if it has none. */
  schedule: string | null;
  /** The steps so far, where times count steps. */
  steps: StepTaken[];
  /** How often the scheduler took the turn from a lane that could have gone on. */
  switches: number;
  /** Whether the pass ended because the order that the spec gives is none of its program. */
  isMisfit: boolean;
  /** The lane that has the turn, where times count steps. */
  turn: number;
  /** The pool that the jobs shared because memory was short; null if it was not. */
  pool: MemoryPool | null;
  /** In order of lane number; each lane is followed by its slots. */
  rows: Row[];
  jobs: Map<number, JobTimes>;
  /** Jobs that wait for a free lane of the pool. They have no row, so they are not drawn. */
  waiting: Set<number>;
  /** Jobs that main has started as far as their lanes: some may never begin. */
  asked: Set<number>;
  /** Why jobs never began; null if their pass was stopped first. */
  lost: Map<number, string | null>;
  /** Total length of the jobs' closed bars, by state, in ms. */
  jobStateMs: Record<'computing' | WaitKind, number>;
  /** Time that lanes spent in `starting`, plus the boot time of processes that were booted before the pass, in ms. */
  startupMs: number;
  /** Number of bars with each look. */
  looks: Map<BarLook, number>;
  /** What started lanes and jobs and released waits. */
  causes: Causes;
  /** From when on the pass is unknown because its log was cut; null if it is whole. */
  cutMs: number | null;
  /** Latest time of any event of the pass, in ms. */
  latestMs: number;
  samples: { atMs: number; rssBytes: number; cpuMs: number }[];
  /** What the lanes hold now. */
  state: PassState;
  /** What a search for orders has found; null in other passes. */
  search: PassSearch | null;
  /** The cycle of lanes that wait for each other; null if there is none. */
  deadlock: Extract<RunEvent, { type: 'deadlock' }>['circle'] | null;
  /** Null while the pass runs, and if the end of its run cut it off. */
  ended: {
    status: Status;
    error: string | null;
    wallMs: number;
    cpuMs: number | null;
    peakRssBytes: number | null;
    /** What held up the pass from outside; left out if nothing did. */
    paused?: Pauses;
  } | null;
  /** What {@link apply} needs to apply the next event. Holds every lane that ever started. */
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
  /** The line of the program that wrote it, from 1; null if none did. */
  line: number | null;
};

export type RunTimeline = {
  /** Sequence number of the last event applied. */
  seq: number;
  state: 'queued' | 'running' | 'ended';
  /** Its place in the queue while it waits to begin, or between two passes; null if it does not, or if unknown. */
  place: Place | null;
  status: Status | null;
  error: string | null;
  passes: PassTimeline[];
  lines: Line[];
  /** What was left out of the log, and at which limit. */
  cuts: { what: CutKind; job: number | null; limit: number }[];
};

/** A moment in a row, of a job or (`job` null) of the lane itself. `slot` is as in {@link Row}. */
export type Point = { lane: number; slot: number | null; job: number | null; atMs: number };

/**
 * An event at `from` that started or released `to`:
 * - `message`: a put; the get that received it
 * - `room`: a get; the put that waited for room in the queue
 * - `join`: the end of a job; the end of a join of that job
 * - `lock`: a release; the acquire that got the lock
 * - `semaphore`: a release of a permit; the acquire that got it
 * - `condition`: a notification; the end of the wait for the condition
 * - `worker`: the end of a job; the start of the job that waited for its lane
 * - `thread`: the end of a job's computing; the end of a sleep that was late because the thread was busy
 * - `start`: a call by main; the start of a lane, or of a job that needed no new lane
 * Times are as reported. A put that waited for room is reported after it went through, so a `message` may be reported
 * as received slightly before it was sent.
 */
export type Cause = {
  kind: 'message' | 'room' | 'join' | 'lock' | 'semaphore' | 'condition' | 'worker' | 'thread' | 'start';
  from: Point;
  to: Point;
  /**
   * The id of a message; otherwise what was waited for, as in `wait-started`, or what was started: `worker 1`, `job 3`.
   */
  on: string;
  /** The wait of `to` that ended; null if no wait was reported. */
  wait: { startMs: number; endMs: number } | null;
};

/** What a thread computed last. `busyUntilMs` is when the thread became free: short computations may have followed. */
export type Computed = { startMs: number; from: Point; busyUntilMs: number };

/** The bookkeeping needed to find the next cause. */
type CauseBook = {
  /** Messages of which only one end has been reported, by id. */
  sent: Map<string, Point>;
  received: Map<string, { to: Point; wait: Cause['wait'] }>;
  /** The last release of each lock. */
  released: Map<string, Point>;
  /** Releases of permits and notifications, by id. */
  given: Map<string, Point>;
  /** Gets not yet matched to a put that waited for room, and waiting puts not yet matched to a get. */
  gets: { id: string; from: Point; askedMs: number }[];
  /** `takenMs`: when the get that received this message was requested; infinite if unknown. */
  puts: { id: string; to: Point; wait: { startMs: number; endMs: number }; takenMs: number }[];
  /** Ends of jobs that freed a worker while other jobs waited for one, oldest first. */
  freed: Point[];
  /**
   * Jobs that wait for a worker or were just given one, with the start of the wait and the end that freed the worker.
   */
  waiters: Map<number, { startMs: number; from: Point | null }>;
  /** By lane. */
  computed: Map<number, Computed>;
};

export type Causes = {
  /** In order of `to`. */
  all: Cause[];
  /** By row: causes that end in it, in order of the end of their waits, and causes that come out of it, unordered. */
  into: Map<number, Cause[]>;
  outOf: Map<number, Cause[]>;
  book: CauseBook;
};

/** Whether the times of a pass count steps instead of ms. */
export function countsSteps(pass: Pick<PassTimeline, 'order'> | null | undefined): boolean {
  return pass?.order === 'schedule';
}
