/**
 * The lanes of a timeline: which bar each row shows, from what happens in its lane. Does not know of passes and runs;
 * that is timeline.ts.
 */
import type { Fact, LaneFact } from './events.ts';
import type { Bar, BarState, Flow, Lane, PassTimeline, Row, Track } from './timeline.ts';

/** What changes the bars of a lane. */
type LaneChange = Extract<LaneFact, { type: `lane-${string}` | `job-${string}` | `wait-${string}` }>;

/** Adds what happened in a lane to its rows and jobs. `pass` must not be over. */
export function applyToLane(pass: PassTimeline, fact: LaneChange, atMs: number): void {
  const lane = pass.lanes.get(fact.lane);
  if (!lane) {
    if (fact.type === 'lane-started') startLane(pass, fact, atMs);
    return;
  }
  const own = lane.tracks[0];
  if (own.row.ended) {
    if (fact.type === 'job-ended') amendJob(pass, lane, fact);
    return;
  }
  // What the server says for a lane that died may bear a time just before the lane's own last word.
  lane.nowMs = Math.max(lane.nowMs, atMs);
  switch (fact.type) {
    case 'lane-started':
      return;
    case 'lane-ready':
      lane.ready = true;
      draw(pass, lane, own, null);
      return;
    case 'lane-ended':
      endLane(pass, lane, { reason: fact.reason, exitCode: fact.exitCode, signal: fact.signal }, null);
      return;
    case 'job-started':
      startJob(pass, lane, fact.job);
      return;
    case 'job-ended': {
      const flow = lane.jobs.get(fact.job);
      if (flow) endJob(pass, lane, flow, fact.job, fact.status, fact.error);
      return;
    }
    case 'wait-started':
    case 'wait-ended': {
      const flow = fact.job === null ? own.flows[0] : lane.jobs.get(fact.job);
      if (fact.type === 'wait-started') {
        if (flow) flow.waits.push({ for: fact.for, on: fact.on });
        else if (fact.for === 'worker' && fact.job !== null) pass.waiting.add(fact.job);
      } else {
        if (fact.for === 'worker' && fact.job !== null) pass.waiting.delete(fact.job);
        const open = flow?.waits.findIndex((wait) => wait.for === fact.for && wait.on === fact.on) ?? -1;
        if (open >= 0) flow?.waits.splice(open, 1);
      }
      if (flow) draw(pass, lane, flow.track, null);
      return;
    }
  }
}

function startLane(pass: PassTimeline, fact: Extract<Fact, { type: 'lane-started' }>, atMs: number): void {
  const { kind, name, pid, threadId, daemon } = fact;
  const own = addTrack(pass, { lane: fact.lane, slot: null, name, kind, pid, threadId, daemon });
  own.flows.push({ job: null, track: own, waits: [] });
  const lane: Lane = { tracks: [own], jobs: new Map(), ready: false, nowMs: atMs };
  pass.lanes.set(fact.lane, lane);
  pass.startupMs += fact.bootMs ?? 0;
  draw(pass, lane, own, null);
}

/** A new row at its place, looked for from the end, where it nearly always is. */
function addTrack(pass: PassTimeline, head: Omit<Row, 'bars' | 'ended'>): Track {
  const row: Row = { ...head, bars: [], ended: null };
  pass.rows.splice(pass.rows.findLastIndex((other) => comesBefore(other, row)) + 1, 0, row);
  return { row, flows: [] };
}

function comesBefore(one: Row, other: Row): boolean {
  return one.lane < other.lane || (one.lane === other.lane && (one.slot ?? -1) < (other.slot ?? -1));
}

function startJob(pass: PassTimeline, lane: Lane, job: number): void {
  if (lane.jobs.has(job)) return;
  const number = lane.tracks[0].row.lane;
  pass.waiting.delete(job);
  pass.jobs.set(job, { job, lane: number, startMs: lane.nowMs, endMs: null, status: null, error: null });
  const track = pass.mode === 'event-loop' ? freeSlot(pass, lane) : lane.tracks[0];
  const flow: Flow = { job, track, waits: [] };
  track.flows.push(flow);
  lane.jobs.set(job, flow);
  draw(pass, lane, track, null);
}

/** Jobs on the event loop overlap in one thread: each is drawn in the lowest row that is free. */
function freeSlot(pass: PassTimeline, lane: Lane): Track {
  const free = lane.tracks.find((track) => track.flows.length === 0);
  if (free) return free;
  const slot = lane.tracks.length - 1;
  const { bars: _bars, ended: _ended, ...head } = lane.tracks[0].row;
  const track = addTrack(pass, { ...head, slot, name: `slot ${slot + 1}` });
  lane.tracks.push(track);
  return track;
}

function endJob(
  pass: PassTimeline,
  lane: Lane,
  flow: Flow,
  job: number,
  status: 'done' | 'failed' | 'cut-off',
  error: string | null,
): void {
  lane.jobs.delete(job);
  const times = pass.jobs.get(job);
  if (times?.lane === lane.tracks[0].row.lane) {
    Object.assign(times, { endMs: lane.nowMs, status, error });
  }
  const { flows } = flow.track;
  flows.splice(flows.indexOf(flow), 1);
  draw(pass, lane, flow.track, status === 'done' ? null : status);
}

/** A job still open when its lane ended was taken for cut off; here comes the server's word on how it ended. */
function amendJob(pass: PassTimeline, lane: Lane, fact: Extract<Fact, { type: 'job-ended' }>): void {
  const times = pass.jobs.get(fact.job);
  if (times?.lane !== fact.lane || times.status !== 'cut-off') return;
  Object.assign(times, { status: fact.status, error: fact.error });
  for (const { row } of lane.tracks) {
    const last = row.bars.at(-1);
    if (last?.job === fact.job) last.end = fact.status === 'done' ? null : fact.status;
  }
}

function endLane(pass: PassTimeline, lane: Lane, ended: Row['ended'], end: Bar['end']): void {
  for (const [job, flow] of lane.jobs) endJob(pass, lane, flow, job, 'cut-off', null);
  for (const track of lane.tracks) {
    const idle = track.row.bars.at(-1)?.state === 'idle';
    track.flows.length = 0;
    draw(pass, lane, track, idle ? null : end);
    track.row.ended = ended;
  }
}

/** Closes, as cut off and at its latest time, what is still open in a pass that is over. */
export function cutOff(pass: PassTimeline): void {
  for (const lane of pass.lanes.values()) {
    if (lane.tracks[0].row.ended) continue;
    lane.nowMs = Math.max(lane.nowMs, pass.latestMs);
    endLane(pass, lane, { reason: 'cut-off', exitCode: null, signal: null }, 'cut-off');
  }
}

/** Brings a row up to what its newest flow does now; `end` goes on the bar that this closes. */
function draw(pass: PassTimeline, lane: Lane, track: Track, end: Bar['end']): void {
  const { bars, kind } = track.row;
  const flow = track.flows.at(-1);
  const last = bars.at(-1);
  const open = last?.endMs === null ? last : undefined;
  // Of several waits at once, as in Promise.all, the oldest is shown until it ends.
  const wait = flow?.waits[0];
  const state = wait?.for ?? (flow?.job !== null ? 'computing' : restingState(lane, kind));
  const on = wait?.on ?? null;
  if (open && flow && open.state === state && open.job === flow.job && open.on === on) return;
  if (open) closeBar(pass, bars, open, lane.nowMs, end);
  if (flow) bars.push({ startMs: lane.nowMs, endMs: null, state, job: flow.job, on, end: null });
}

/** What a lane does when it has no job and waits for nothing. */
function restingState(lane: Lane, kind: Row['kind']): BarState {
  if (!lane.ready) return 'starting';
  return kind === 'main' ? 'running' : 'idle';
}

/** Closes the last of `bars`. One without a length goes, unless only it can show how its job ended. */
function closeBar(pass: PassTimeline, bars: Bar[], bar: Bar, atMs: number, end: Bar['end']): void {
  bar.endMs = atMs;
  bar.end = end;
  const ms = atMs - bar.startMs;
  if (ms > 0) {
    if (bar.state === 'starting') pass.startupMs += ms;
    else if (bar.job !== null && bar.state !== 'running' && bar.state !== 'idle')
      pass.jobStateMs[bar.state] += ms;
    return;
  }
  const before = bars.at(-2);
  const shows = before?.job === bar.job && before.endMs === bar.startMs;
  if (end === null || shows || bar.job === null) bars.pop();
  if (end !== null && shows && before) before.end = end;
}
