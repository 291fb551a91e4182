/**
 * The lanes of a timeline: turns what happens in a lane into the activities of its rows. Their bars are handled by
 * bars.ts, passes and runs by timeline.ts.
 */
import type { Fact, LaneFact } from '../protocol/facts.ts';
import { interleaves } from '../spec/modes.ts';
import { closeBar, draw, setEnd, takeBack } from './bars.ts';
import { see } from './lines.ts';
import type { Flow, JobTimes, LaneState, PassTimeline, Row, Track } from './model.ts';
import { noteJob, noteLane, noteWait, noteWorkerWait } from './note-causes.ts';
import { passTurn } from './turns.ts';

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
      const agoMs = fact.type === 'wait-started' ? (fact.agoMs ?? 0) : 0;
      const isLate = flow !== undefined && agoMs > 0;
      const atMs = isLate ? takeBack(pass, flow.track.row, lane.nowMs - agoMs) : lane.nowMs;
      if (fact.type === 'wait-started') startWait(pass, lane, flow, fact, atMs);
      else endWait(pass, lane, flow, fact);
      if (!flow) return;
      passTurn(pass, lane, flow);
      draw(pass, lane, flow.track, null, atMs);
      return;
    }
  }
}

function startWait(
  pass: PassTimeline,
  lane: LaneState,
  flow: Flow | undefined,
  fact: Extract<Fact, { type: 'wait-started' }>,
  atMs: number,
): void {
  if (flow) {
    flow.waits.push({ for: fact.for, on: fact.on, line: fact.line ?? null, startMs: atMs });
    see(flow, fact.line ?? null, atMs);
  } else if (fact.for === 'worker' && fact.job !== null) {
    pass.waiting.add(fact.job);
    for (const { row } of lane.tracks) if (row.slot !== null) row.name = slotName(row.slot);
    pass.asked.add(fact.job);
    noteWorkerWait(pass, fact.job, atMs);
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
    flow.line = flow.waits.at(-1)?.line ?? null;
    flow.waited = { for: fact.for, startMs, endMs: nowMs };
    flow.hasWaited = true;
    if (!fact.gaveUp) noteWait(pass, flow, fact.on, fact.by);
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
    ...parentOf(pass, fact),
    threadId,
    daemon,
  });
  laneTrack.flows.push({
    job: null,
    track: laneTrack,
    waits: [],
    waited: null,
    hasWaited: false,
    line: null,
  });
  const lane: LaneState = {
    failed: false,
    tracks: [laneTrack],
    jobs: new Map(),
    ready: false,
    nowMs: atMs,
    turn: null,
    ended: null,
  };
  pass.lanes.set(fact.lane, lane);
  noteLane(pass, laneTrack.row, atMs);
  pass.startupMs += fact.bootMs ?? 0;
  draw(pass, lane, laneTrack, null);
}

/** Returns the lane that has started a lane, or the first one of its process, if that is the program's own. */
function parentOf(pass: PassTimeline, fact: Extract<Fact, { type: 'lane-started' }>): { parent?: number } {
  if (fact.startedBy !== undefined && pass.lanes.has(fact.startedBy)) return { parent: fact.startedBy };
  const pid = fact.kind === 'process' ? fact.parentPid : fact.pid;
  for (const [lane, { tracks }] of pass.lanes) {
    const { row } = tracks[0];
    const isOwn = fact.kind === 'process' || row.kind === 'process';
    if (row.pid === pid && row.kind !== 'thread' && isOwn) return { parent: lane };
  }
  return {};
}

/** Adds a row to a pass, in order. Searches from the end, where it nearly always belongs. */
export function addTrack(pass: PassTimeline, head: Omit<Row, 'bars' | 'seen' | 'ended'>): Track {
  const row: Row = { ...head, bars: [], seen: [], ended: null };
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
  const stillOpen = { endMs: null, status: null, error: null, line: null, unawaited: null };
  pass.jobs.set(job, { job, lane: number, slot, startMs: lane.nowMs, ...stillOpen });
  noteJob(pass, lane, { lane: number, slot, job, atMs: lane.nowMs });
  if (slot !== null) track.row.name = isShared(pass, track.row) ? slotName(slot) : `job ${job}`;
  const flow: Flow = { job, track, waits: [], waited: null, hasWaited: false, line: null };
  track.flows.push(flow);
  lane.jobs.set(job, flow);
  passTurn(pass, lane, flow);
  draw(pass, lane, track, null);
}

/** Jobs on the event loop overlap in one thread: each is drawn in the lowest free row. */
function freeSlot(pass: PassTimeline, lane: LaneState): Track {
  const free = lane.tracks.find((track) => track.flows.length === 0);
  if (free) return free;
  const slot = lane.tracks.length - 1;
  const { bars: _bars, seen: _seen, ended: _ended, ...head } = lane.tracks[0].row;
  const track = addTrack(pass, { ...head, slot, name: slotName(slot) });
  lane.tracks.push(track);
  return track;
}

/** Reports whether a slot has had another job, or will: on the event loop jobs wait only for the slots of a pool. */
function isShared(pass: PassTimeline, { bars }: Row): boolean {
  return bars.length > 0 || pass.asked.size > 0;
}

/** A slot that only ever has one job is named for it, as a lane is: see `nameOfLane` in spec/lanes.ts. */
function slotName(slot: number): string {
  return `slot ${slot + 1}`;
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

/** How soon a job has ended that does not await what it has begun to wait for, in ms. */
const SOON_MS = 100;

function endJob(pass: PassTimeline, lane: LaneState, flow: Flow, job: number, outcome: Outcome): void {
  lane.jobs.delete(job);
  const times = pass.jobs.get(job);
  const number = lane.tracks[0].row.lane;
  const [wait] = flow.waits;
  // One that lasted was a part of what the job awaited, as in a race with a timeout.
  const isUnawaited = outcome.status === 'done' && !flow.hasWaited && wait !== undefined;
  const unawaited = isUnawaited && lane.nowMs - wait.startMs < SOON_MS ? wait : null;
  if (times?.lane === number) Object.assign(times, { endMs: lane.nowMs, ...outcome, unawaited });
  const { flows, row } = flow.track;
  lane.ended = { lane: number, slot: row.slot, job, atMs: lane.nowMs };
  if (pass.waiting.size > 0) pass.causes.book.freed.push(lane.ended);
  flows.splice(flows.indexOf(flow), 1);
  passTurn(pass, lane, flow);
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
