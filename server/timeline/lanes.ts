/**
 * The lanes of a timeline: turns what happens in a lane into the bars of its rows. Passes and runs are handled by
 * timeline.ts.
 */
import type { Fact, LaneFact, WaitKind } from '../protocol/facts.ts';
import { interleaves } from '../spec/modes.ts';
import type { Bar, BarLook, BarState, Flow, JobTimes, LaneState, PassTimeline, Row, Track } from './model.ts';
import { noteComputed, noteJob, noteLane, noteWait, noteWorkerWait } from './note-causes.ts';

/** The facts that change the bars of a lane. */
type LaneChange = Extract<LaneFact, { type: `lane-${string}` | `job-${string}` | `wait-${string}` }>;

/** Applies a fact of a lane to its rows and jobs. `pass` must not have ended. */
export function applyToLane(pass: PassTimeline, fact: LaneChange, atMs: number): void {
  const lane = pass.lanes.get(fact.lane);
  if (!lane) {
    if (fact.type === 'lane-started') startLane(pass, fact, atMs);
    return;
  }
  const laneTrack = lane.tracks[0];
  if (laneTrack.row.ended) {
    if (fact.type === 'job-ended') amendJob(pass, lane, fact);
    return;
  }
  // A fact that the server reports for a lane that died may carry a time just before the lane's own last fact.
  lane.nowMs = Math.max(lane.nowMs, atMs);
  switch (fact.type) {
    case 'lane-started':
      return;
    case 'lane-ready':
      lane.ready = true;
      draw(pass, lane, laneTrack, null);
      return;
    case 'lane-ended':
      endLane(pass, lane, { reason: fact.reason, exitCode: fact.exitCode, signal: fact.signal });
      return;
    case 'job-started':
      startJob(pass, lane, fact.job);
      return;
    case 'job-ended': {
      const flow = lane.jobs.get(fact.job);
      if (flow) endJob(pass, lane, flow, fact.job, outcomeOf(fact));
      return;
    }
    case 'wait-started':
    case 'wait-ended': {
      const flow = fact.job === null ? laneTrack.flows[0] : lane.jobs.get(fact.job);
      if (fact.type === 'wait-started') startWait(pass, lane, flow, fact);
      else endWait(pass, lane, flow, fact);
      if (flow) draw(pass, lane, flow.track, null);
      return;
    }
  }
}

function startWait(
  pass: PassTimeline,
  { nowMs }: LaneState,
  flow: Flow | undefined,
  fact: Extract<Fact, { type: 'wait-started' }>,
): void {
  if (flow) {
    flow.waits.push({ for: fact.for, on: fact.on, line: fact.line ?? null, startMs: nowMs });
  } else if (fact.for === 'worker' && fact.job !== null) {
    pass.waiting.add(fact.job);
    pass.asked.add(fact.job);
    noteWorkerWait(pass, fact.job, nowMs);
  }
}

function endWait(
  pass: PassTimeline,
  { nowMs }: LaneState,
  flow: Flow | undefined,
  fact: Extract<Fact, { type: 'wait-ended' }>,
): void {
  if (fact.for === 'worker' && fact.job !== null && pass.waiting.delete(fact.job)) {
    noteWorkerWait(pass, fact.job, null);
  }
  const open = flow?.waits.findIndex((wait) => wait.for === fact.for && wait.on === fact.on) ?? -1;
  if (!flow || open < 0) return;
  for (const { startMs } of flow.waits.splice(open, 1)) {
    flow.waited = { for: fact.for, startMs, endMs: nowMs };
    noteWait(pass, flow, fact.on);
  }
}

function startLane(pass: PassTimeline, fact: Extract<Fact, { type: 'lane-started' }>, atMs: number): void {
  const { kind, name, job, pid, parentPid, threadId, daemon } = fact;
  if (job !== undefined) pass.asked.add(job);
  const laneTrack = addTrack(pass, {
    lane: fact.lane,
    slot: null,
    name,
    kind,
    pid,
    parentPid,
    threadId,
    daemon,
  });
  laneTrack.flows.push({ job: null, track: laneTrack, waits: [], waited: null });
  const lane: LaneState = {
    failed: false,
    tracks: [laneTrack],
    jobs: new Map(),
    ready: false,
    nowMs: atMs,
    ended: null,
  };
  pass.lanes.set(fact.lane, lane);
  noteLane(pass, laneTrack.row, atMs);
  pass.startupMs += fact.bootMs ?? 0;
  draw(pass, lane, laneTrack, null);
}

/** Inserts a new row in order. Searches from the end, where it nearly always belongs. */
function addTrack(pass: PassTimeline, head: Omit<Row, 'bars' | 'ended'>): Track {
  const row: Row = { ...head, bars: [], ended: null };
  pass.rows.splice(pass.rows.findLastIndex((other) => comesBefore(other, row)) + 1, 0, row);
  return { row, flows: [] };
}

function comesBefore(a: Row, b: Row): boolean {
  return a.lane < b.lane || (a.lane === b.lane && (a.slot ?? -1) < (b.slot ?? -1));
}

function startJob(pass: PassTimeline, lane: LaneState, job: number): void {
  if (lane.jobs.has(job)) return;
  const number = lane.tracks[0].row.lane;
  pass.waiting.delete(job);
  const track = interleaves(pass.mode) ? freeSlot(pass, lane) : lane.tracks[0];
  const { slot } = track.row;
  const stillOpen = { endMs: null, status: null, error: null, line: null };
  pass.jobs.set(job, { job, lane: number, slot, startMs: lane.nowMs, ...stillOpen });
  noteJob(pass, lane, { lane: number, slot, job, atMs: lane.nowMs });
  const flow: Flow = { job, track, waits: [], waited: null };
  track.flows.push(flow);
  lane.jobs.set(job, flow);
  draw(pass, lane, track, null);
}

/** Jobs on the event loop overlap in one thread: each is drawn in the lowest free row. */
function freeSlot(pass: PassTimeline, lane: LaneState): Track {
  const free = lane.tracks.find((track) => track.flows.length === 0);
  if (free) return free;
  const slot = lane.tracks.length - 1;
  const { bars: _bars, ended: _ended, ...head } = lane.tracks[0].row;
  const track = addTrack(pass, { ...head, slot, name: `slot ${slot + 1}` });
  lane.tracks.push(track);
  return track;
}

/** Records that a job which was given to a lane never begins. If there is a reason, the lane is at fault. */
export function loseJob(
  pass: PassTimeline,
  { lane: number, job, error }: Extract<Fact, { type: 'job-never-began' }>,
): void {
  const lane = pass.lanes.get(number);
  pass.waiting.delete(job);
  pass.asked.add(job);
  pass.lost.set(job, error);
  if (lane && error !== null) lane.failed = true;
}

/** How a job ended. */
type Outcome = { status: NonNullable<JobTimes['status']>; error: string | null; line: number | null };

function outcomeOf({ status, error, line }: Extract<Fact, { type: 'job-ended' }>): Outcome {
  return { status, error, line: line ?? null };
}

function endJob(pass: PassTimeline, lane: LaneState, flow: Flow, job: number, outcome: Outcome): void {
  lane.jobs.delete(job);
  const times = pass.jobs.get(job);
  const number = lane.tracks[0].row.lane;
  if (times?.lane === number) Object.assign(times, { endMs: lane.nowMs, ...outcome });
  const { flows, row } = flow.track;
  lane.ended = { lane: number, slot: row.slot, job, atMs: lane.nowMs };
  if (pass.waiting.size > 0) pass.causes.book.freed.push(lane.ended);
  flows.splice(flows.indexOf(flow), 1);
  draw(pass, lane, flow.track, outcome.status === 'done' ? null : outcome.status);
}

/** A job still open when its lane ended was marked as cut off; now the server reports how it really ended. */
function amendJob(pass: PassTimeline, lane: LaneState, fact: Extract<Fact, { type: 'job-ended' }>): void {
  const times = pass.jobs.get(fact.job);
  if (times?.lane !== fact.lane || times.status !== 'cut-off') return;
  Object.assign(times, outcomeOf(fact));
  for (const { row } of lane.tracks) {
    const last = row.bars.at(-1);
    if (last?.job === fact.job) setEnd(pass, last, fact.status === 'done' ? null : fact.status);
  }
}

/**
 * Ends a lane. What it was doing is marked as cut off if the lane was ended from outside, or if its thread or process
 * exited during a wait. A lane that returned or threw ended by itself: the end of a wait
 * that still seems open may have been cut from the log.
 */
function endLane(pass: PassTimeline, lane: LaneState, ended: NonNullable<Row['ended']>): void {
  for (const [job, flow] of lane.jobs)
    endJob(pass, lane, flow, job, { status: 'cut-off', error: null, line: null });
  const isStopped = ended.reason === 'killed' || ended.reason === 'cut-off';
  for (const track of lane.tracks) {
    const isIdle = track.row.bars.at(-1)?.state === 'idle';
    const isCut =
      isStopped || (ended.reason === 'exited' && track.flows.some(({ waits }) => waits.length > 0));
    track.flows.length = 0;
    const isFailed = lane.failed && !lane.ready;
    draw(pass, lane, track, isFailed ? 'failed' : isCut && !isIdle ? 'cut-off' : null);
    track.row.ended = ended;
  }
}

/**
 * Makes all that follows in a pass unknown, because its log is cut at its latest time. Whatever is open ends there
 * without a result. Does nothing if the pass has ended.
 */
export function becomeUnknown(pass: PassTimeline | undefined): void {
  if (!pass || pass.ended || pass.cutMs !== null) return;
  pass.cutMs = pass.latestMs;
  if (pass.rows.length === 0) addTrack(pass, UNKNOWN_MAIN);
  for (const row of pass.rows) {
    const last = row.bars.at(-1);
    if (row.ended || (last && last.endMs !== null)) continue;
    if (last) closeBar(pass, row.bars, last, Math.max(last.startMs, pass.cutMs), null);
    row.bars.push({ ...UNKNOWN_BAR, startMs: last?.endMs ?? pass.cutMs });
    count(pass, 'unknown', 1);
  }
}

const UNKNOWN_BAR: Bar = {
  startMs: 0,
  endMs: null,
  state: 'unknown',
  job: null,
  on: null,
  line: null,
  end: null,
};

/** The only row of a pass of which nothing is known. */
const UNKNOWN_MAIN = {
  lane: 0,
  slot: null,
  name: 'main',
  kind: 'main',
  pid: 0,
  parentPid: 0,
  threadId: 0,
  daemon: false,
} as const;

/** Closes whatever is still open in a pass that has ended, as cut off, at the latest time of the pass. */
export function cutOff(pass: PassTimeline): void {
  if (pass.cutMs !== null) {
    for (const { bars } of pass.rows) {
      const last = bars.at(-1);
      if (last?.endMs === null) closeBar(pass, bars, last, Math.max(last.startMs, pass.latestMs), null);
    }
    return;
  }
  for (const lane of pass.lanes.values()) {
    if (lane.tracks[0].row.ended) continue;
    lane.nowMs = Math.max(lane.nowMs, pass.latestMs);
    endLane(pass, lane, { reason: 'cut-off', exitCode: null, signal: null });
  }
}

/**
 * Updates a row to what its newest flow does now. `end` is set on the bar that this closes. Jobs on the event loop take
 * the thread from main's own code, so main's row is updated too.
 */
function draw(pass: PassTimeline, lane: LaneState, track: Track, end: Bar['end']): void {
  drawTrack(pass, lane, track, end);
  if (track.row.slot !== null && lane.tracks[0].flows.length > 0) drawTrack(pass, lane, lane.tracks[0], null);
}

function drawTrack(pass: PassTimeline, lane: LaneState, track: Track, end: Bar['end']): void {
  const { bars, kind } = track.row;
  const flow = track.flows.at(-1);
  const last = bars.at(-1);
  const open = last?.endMs === null ? last : undefined;
  // Of several waits at once, as in Promise.all, the oldest is shown until it ends.
  const wait = flow?.waits[0];
  const state = wait?.for ?? (flow?.job !== null ? 'computing' : restingState(lane, kind));
  const on = wait?.on ?? null;
  if (open && flow && open.state === state && open.job === flow.job && open.on === on) return;
  if (open) {
    closeBar(pass, bars, open, lane.nowMs, end);
    if (open.state === 'computing') noteComputed(pass, track.row, open, lane.nowMs);
  }
  if (!flow) return;
  const before = bars.at(-1);
  if (state === 'idle' && before?.state === 'idle' && before.endMs === lane.nowMs && before.end === null) {
    // One job on the event loop has taken the thread from another.
    before.endMs = null;
    return;
  }
  bars.push({
    startMs: lane.nowMs,
    endMs: null,
    state,
    job: flow.job,
    on,
    line: wait?.line ?? null,
    end: null,
  });
  count(pass, state, 1);
}

function count({ looks }: PassTimeline, look: BarLook, change: 1 | -1): void {
  const total = (looks.get(look) ?? 0) + change;
  if (total > 0) looks.set(look, total);
  else looks.delete(look);
}

function setEnd(pass: PassTimeline, bar: Bar, end: Bar['end']): void {
  if (bar.end !== null) count(pass, bar.end, -1);
  if (end !== null) count(pass, end, 1);
  bar.end = end;
}

/** Whether a state with a job counts towards the job's time. */
function isOfJob(state: BarState): state is 'computing' | WaitKind {
  return state !== 'starting' && state !== 'running' && state !== 'idle' && state !== 'unknown';
}

/** The state of a lane that has no job and is not waiting. Main is idle while a job on the event loop has its thread. */
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
function closeBar(pass: PassTimeline, bars: Bar[], bar: Bar, atMs: number, end: Bar['end']): void {
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
