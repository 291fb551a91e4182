/**
 * The timeline of a run, derived from its events: passes, rows and bars. Pure, and fed one event at a time, so that
 * the server's drawing, the page's live chart and the tests all read the same model.
 */
import type { RunEvent, Status, WaitKind } from './events.ts';
import type { Mode } from './spec.ts';

/** `running` is main's own code outside any job; `idle` a lane that has no job; the wait kinds are waits. */
export type BarState = 'starting' | 'running' | 'computing' | 'idle' | WaitKind;

/** A stretch of one state in one row. Times are ms since the pass began; `endMs` is null while it lasts. */
export type Bar = {
  startMs: number;
  endMs: number | null;
  state: BarState;
  job: number | null;
  /** What a wait waits for: `job 3`, a lock's name. */
  on: string | null;
  /** How the bar's job ended, on its last bar: `failed` gets a cross, `cut-off` a torn edge. */
  end: 'failed' | 'cut-off' | null;
};

/**
 * One row of a drawing: a lane, or, on the event loop, one of the jobs that share the main thread (`slot` from 0;
 * null for the lane itself). Bars never overlap and stand in order of time.
 */
export type Row = {
  lane: number;
  slot: number | null;
  name: string;
  kind: 'main' | 'thread' | 'process';
  pid: number;
  threadId: number;
  daemon: boolean;
  bars: Bar[];
  /** Set when the lane has ended. */
  ended: { reason: string; exitCode: number | null; signal: string | null } | null;
};

export type JobTimes = { job: number; startMs: number; endMs: number | null; status: 'done' | 'failed' | 'cut-off' | null; error: string | null };

export type PassTimeline = {
  pass: number;
  mode: Mode;
  cores: number;
  rows: Row[];
  jobs: Map<number, JobTimes>;
  /** Time lanes spent between lane-started and lane-ready, and what main took to boot before the pass, in ms. */
  startupMs: number;
  /** Latest time any event of the pass has told, in ms. */
  latestMs: number;
  samples: { atMs: number; rssBytes: number; cpuMs: number }[];
  ended: { status: Status; error: string | null; wallMs: number; cpuMs: number | null; peakRssBytes: number | null } | null;
};

/** A line of the console. */
export type Line = { seq: number; pass: number; atMs: number; lane: number; job: number | null; stream: 'stdout' | 'stderr'; text: string };

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
export declare function newTimeline(): RunTimeline;
/** Adds one event to `timeline`, in place. An event already applied (seq not above the last) is ignored. */
export declare function apply(timeline: RunTimeline, event: RunEvent): void;
