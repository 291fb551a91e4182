/** The bars of a row: opens, closes and removes them as the activities of a lane change. */
import type { WaitKind } from '../protocol/wait-kinds.ts';
import { interleaves } from '../spec/modes.ts';
import type { Bar, BarLook, BarState, LaneState, PassTimeline, Row, Track } from './model.ts';
import { noteComputed } from './note-causes.ts';

/**
 * Updates a row to what its newest flow does now, or has done since `atMs`, which is not before its open bar. `end` is set
 * on the bar that this closes. Jobs on the event loop take the thread from main's own code, so main's row is updated too.
 */
export function draw(
  pass: PassTimeline,
  lane: LaneState,
  track: Track,
  end: Bar['end'],
  atMs = lane.nowMs,
): void {
  drawTrack(pass, lane, track, end, atMs);
  if (track.row.slot !== null && lane.tracks[0].flows.length > 0)
    drawTrack(pass, lane, lane.tracks[0], null, lane.nowMs);
}

function drawTrack(pass: PassTimeline, lane: LaneState, track: Track, end: Bar['end'], atMs: number): void {
  const { bars, kind } = track.row;
  const flow = track.flows.at(-1);
  const last = bars.at(-1);
  const open = last?.endMs === null ? last : undefined;
  // Of several waits at once, as in Promise.all, the oldest is shown until it ends.
  const wait = flow?.waits[0];
  const hasTurn = track.row.slot === null || lane.turn === flow;
  const own = flow?.job === null ? restingState(lane, kind) : hasTurn ? 'computing' : 'idle';
  const state = wait?.for ?? (isHeldBack(pass, track) && isBusy(own) ? 'turn' : own);
  // The seconds of a sleep say nothing where no time passes.
  const on = wait?.for === 'sleep' && pass.order === 'schedule' ? null : (wait?.on ?? null);
  if (open && flow && open.state === state && open.job === flow.job && open.on === on) return;
  if (open) {
    closeBar(pass, bars, open, atMs, end);
    if (open.state === 'computing' && pass.order === null) noteComputed(pass, track.row, open, atMs);
  }
  if (!flow) return;
  const before = bars.at(-1);
  if (state === 'idle' && before?.state === 'idle' && before.endMs === atMs && before.end === null) {
    // One job on the event loop has taken the thread from another.
    before.endMs = null;
    return;
  }
  if (pass.order === 'schedule' && isSame(before, { state, job: flow.job, on }, atMs)) {
    // The lane has gone on without a wait.
    if (isOfJob(state) && flow.job !== null) pass.jobStateMs[state] -= atMs - before.startMs;
    before.endMs = null;
    return;
  }
  bars.push({
    startMs: atMs,
    endMs: null,
    state,
    job: flow.job,
    on,
    line: wait?.line ?? null,
    end: null,
  });
  count(pass, state, 1);
}

/**
 * Takes back, for a job that has waited since `sinceMs`, that it was ready, and then had the thread, as far as that is drawn
 * in the last two bars of its row. Returns since when its wait can be drawn.
 */
export function takeBack(pass: PassTimeline, { bars }: Row, sinceMs: number): number {
  const open = bars.at(-1);
  const before = bars.at(-2);
  if (open?.endMs !== null) return sinceMs;
  const isGuess = open.state === 'computing' && before?.state === 'idle' && before.job === open.job;
  if (!isGuess || sinceMs >= open.startMs) return Math.max(sinceMs, open.startMs);
  bars.pop();
  count(pass, open.state, -1);
  before.endMs = null;
  return Math.max(sinceMs, before.startMs);
}

/** Whether the scheduler of a schedule lets another lane take its step. */
function isHeldBack(pass: PassTimeline, { row }: Track): boolean {
  return pass.order === 'schedule' && !interleaves(pass.mode) && pass.turn !== row.lane;
}

const isBusy = (state: BarState) => state === 'running' || state === 'computing';

/** Whether `before` ends now, without a mark, and is what comes next. */
function isSame(
  before: Bar | undefined,
  next: Pick<Bar, 'state' | 'job' | 'on'>,
  nowMs: number,
): before is Bar {
  if (before?.endMs !== nowMs || before.end !== null || !isBusy(next.state)) return false;
  return before.state === next.state && before.job === next.job;
}

/** Counts one more or one fewer bar with a look. */
export function count({ looks }: PassTimeline, look: BarLook, change: 1 | -1): void {
  const total = (looks.get(look) ?? 0) + change;
  if (total > 0) looks.set(look, total);
  else looks.delete(look);
}

/** Sets how the job of a bar ended. */
export function setEnd(pass: PassTimeline, bar: Bar, end: Bar['end']): void {
  if (bar.end !== null) count(pass, bar.end, -1);
  if (end !== null) count(pass, end, 1);
  bar.end = end;
}

/** Whether a state with a job counts towards the job's time. */
function isOfJob(state: BarState): state is 'computing' | WaitKind {
  return !(['starting', 'running', 'idle', 'turn', 'unknown'] as BarState[]).includes(state);
}

/**
 * The state of a lane that has no job and is not waiting. Main is idle while a job on the event loop has its thread.
 */
function restingState(lane: LaneState, kind: Row['kind']): BarState {
  if (!lane.ready) return 'starting';
  return kind === 'main' && !hasBusySlot(lane) ? 'running' : 'idle';
}

/** Whether a job in a slot of the lane is not waiting. */
function hasBusySlot({ tracks }: LaneState): boolean {
  return tracks.some(({ row, flows }) => row.slot !== null && flows.some(({ waits }) => waits.length === 0));
}

/**
 * Closes the last of `bars`. A bar without a length is removed, unless it is the only bar that can show how its job
 * ended.
 */
export function closeBar(pass: PassTimeline, bars: Bar[], bar: Bar, atMs: number, end: Bar['end']): void {
  bar.endMs = atMs;
  setEnd(pass, bar, end);
  const ms = atMs - bar.startMs;
  if (ms > 0) {
    // A lane that could not be opened was never started up.
    if (bar.state === 'starting') pass.startupMs += end === 'failed' ? 0 : ms;
    else if (isOfJob(bar.state) && bar.job !== null) pass.jobStateMs[bar.state] += ms;
    return;
  }
  const before = bars.at(-2);
  const previousCanShow = before?.job === bar.job && before.endMs === bar.startMs;
  if (end === null || previousCanShow || (bar.job === null && end !== 'failed')) {
    bars.pop();
    setEnd(pass, bar, null);
    count(pass, bar.state, -1);
  }
  if (end !== null && previousCanShow && before) setEnd(pass, before, end);
}
