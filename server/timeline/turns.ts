/**
 * Which job has the thread on the event loop. Jobs share one thread there, so only one of those without a reported wait
 * is computing: the one that reported the latest event. The others are in an `await` that no event reports.
 */
import { draw } from './bars.ts';
import type { Flow, LaneState, PassTimeline } from './model.ts';

/**
 * Gives the thread to a job that an event has just come from; if that job waits now, or has ended, to the first that
 * does not wait. Redraws the rows of the jobs that the turn passes from and to, but not the job's own.
 */
export function passTurn(pass: PassTimeline, lane: LaneState, flow: Flow): void {
  if (flow.track.row.slot === null) return;
  const before = lane.turn;
  lane.turn = isReady(flow) ? flow : firstReady(lane);
  for (const one of new Set([before, lane.turn])) {
    if (one && one !== flow && isOpen(one)) draw(pass, lane, one.track, null);
  }
}

/** Notes an event of a job that changes no bar by itself: it shows that the job has the thread. */
export function noteTurn(
  pass: PassTimeline,
  { lane: number, job }: { lane: number; job: number | null },
  atMs: number,
): void {
  const lane = pass.lanes.get(number);
  const flow = job === null ? undefined : lane?.jobs.get(job);
  if (!lane || !flow || lane.turn === flow || flow.track.row.slot === null || !isReady(flow)) return;
  lane.nowMs = Math.max(lane.nowMs, atMs);
  passTurn(pass, lane, flow);
  draw(pass, lane, flow.track, null);
}

function firstReady({ tracks }: LaneState): Flow | null {
  for (const { row, flows } of tracks) {
    const found = row.slot === null ? undefined : flows.find(isReady);
    if (found) return found;
  }
  return null;
}

function isReady(flow: Flow): boolean {
  return isOpen(flow) && flow.waits.length === 0;
}

function isOpen(flow: Flow): boolean {
  return flow.track.flows.includes(flow);
}
