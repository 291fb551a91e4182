/**
 * The steps of a pass in which a scheduler of ours lets one lane at a time take its next step (`pass-started.order`).
 * Its times count steps: an event at `atMs` 3 happened in the third step, which lasts from 2 to 3. Which lane took a
 * step follows from the first event of it; a step that no event reports is that of the lane in the schedule's text.
 */
import type { RunEvent } from '../protocol/events.ts';
import type { Json } from '../protocol/json.ts';
import { MAX_STEPS } from '../protocol/search.ts';
import { wanted } from '../protocol/wanted.ts';
import { interleaves } from '../spec/modes.ts';
import { parseSchedule } from '../spec/schedule.ts';
import { draw } from './bars.ts';
import type { PassTimeline } from './model.ts';
import type { StepKind, StepTaken } from './steps-model.ts';
import { noteTurn } from './turns.ts';

type LaneEvent = Extract<RunEvent, { lane: number }>;

/** Notes the step that an event belongs to, in place, and gives its lane the turn. Call it before bars change. */
export function noteStep(pass: PassTimeline, event: LaneEvent): void {
  const { steps } = pass;
  const step = Math.min(MAX_STEPS, Math.floor(event.atMs));
  if (step < steps.length || step === 0) return;
  const access = accessOf(event);
  if (step === steps.length) {
    const last = steps.at(-1);
    // A get is asked for before its value is known.
    if (access && last?.lane === event.lane && (last.does === 'unseen' || last.does === access.does))
      Object.assign(last, access);
    return;
  }
  const planned = pass.schedule === null ? null : parseSchedule(pass.schedule, MAX_STEPS);
  while (steps.length < step) {
    const at = steps.length;
    const lane = planned?.[at]?.lane ?? event.lane;
    // What another lane does in the same step is what this one lets it go on with.
    const isSeen = at === step - 1 && access !== null && event.lane === lane;
    const taken = isSeen ? access : unseenStep(pass, lane);
    steps.push(taken);
    giveTurn(pass, lane, isSeen ? access.job : undefined, at);
  }
}

function unseenStep(pass: PassTimeline, lane: number): StepTaken {
  const job = [...(pass.lanes.get(lane)?.jobs.keys() ?? [])].at(-1) ?? (lane === 0 ? null : undefined);
  return { lane, job, line: null, does: 'unseen', on: null, value: null };
}

/** Returns what an event says of its step; null if it is not one of those that count. */
function accessOf(event: LaneEvent): (StepTaken & { job: number | null }) | null {
  const made = (does: StepKind, value: Json = null, on: string | null = null) => {
    const { lane, line = null, job = null } = event as LaneEvent & { line?: number; job?: number | null };
    return { lane, job, line, does, on, value };
  };
  switch (event.type) {
    case 'shared-read':
      return made('read', event.value);
    case 'shared-written':
      return made(event.key === 'list' ? 'push' : event.atomic ? 'add' : 'write', event.value);
    case 'message-sent':
      return made('put', event.value);
    case 'message-received':
      return made('get', event.value);
    case 'lock-released':
      return made('release', null, `lock ${event.on}`);
    case 'permit-released':
      return made('release', null, `semaphore ${event.on}`);
    case 'condition-notified':
      return made('notify', null, `condition ${event.on}`);
    case 'step-taken':
      return made(event.does);
    case 'wait-started':
      switch (event.for) {
        case 'queue':
          return made(event.on === 'a message' ? 'get' : 'put');
        case 'lock':
        case 'semaphore':
          return made('acquire', null, `${event.for} ${event.on}`);
        case 'condition':
          return made('wait', null, `condition ${event.on}`);
        default:
          return null;
      }
    case 'wait-ended':
      return made('resume', null, event.for === 'sleep' ? 'its sleep' : `its wait for ${wanted(event)}`);
    default:
      return null;
  }
}

/** Passes the turn to a lane, or on the event loop to a job, as of `atMs`. */
function giveTurn(pass: PassTimeline, lane: number, job: number | null | undefined, atMs: number): void {
  if (interleaves(pass.mode)) {
    if (job !== undefined) noteTurn(pass, { lane, job }, atMs);
    return;
  }
  const before = pass.turn;
  pass.turn = lane;
  let isTaken = false;
  for (const number of new Set([before, lane])) {
    const state = pass.lanes.get(number);
    if (!state || state.tracks[0].row.ended) continue;
    state.nowMs = Math.max(state.nowMs, atMs);
    draw(pass, state, state.tracks[0], null);
    const last = state.tracks[0].row.bars.at(-1);
    if (number !== lane && last?.state === 'turn' && last.endMs === null) isTaken = true;
  }
  if (isTaken) pass.switches++;
}
