/**
 * The timeline of a run, derived from its events: passes, rows and bars. Pure, and fed one event at a time, so that the
 * server's drawing, the page's live chart and the tests all read the same model.
 */
import type { RunEvent } from '../protocol/events.ts';
import type { Fact } from '../protocol/facts.ts';
import type { Place } from '../protocol/place.ts';
import { isMisfit } from '../spec/schedule.ts';
import { newCauses } from './causes.ts';
import { applyToLane, cutOff, loseJob } from './lanes.ts';
import { noteLine } from './lines.ts';
import { countsSteps, type PassTimeline, type RunTimeline } from './model.ts';
import { noteMessage, noteRelease } from './note-causes.ts';
import { applyToSearch, newSearch } from './search.ts';
import { applyToState, newState } from './state.ts';
import { noteStep } from './steps.ts';
import { noteTurn } from './turns.ts';
import { becomeUnknown } from './unknown.ts';

/** Returns the timeline of a run before any event: queued, at an unknown position. */
export function newTimeline(): RunTimeline {
  return {
    seq: 0,
    state: 'queued',
    place: null,
    status: null,
    error: null,
    passes: [],
    lines: [],
    cuts: [],
  };
}

/** Sets the place in the queue, which is no event. Has no effect on one that the events so far are beyond. */
export function setPlace(timeline: RunTimeline, place: Place | null): void {
  const isPast = place !== null && (timeline.state === 'ended' || passOf(timeline, place.pass) !== null);
  if (!isPast) timeline.place = place;
}

/** Clears the place of the pass that begins. The place of a later one may have been received before these events. */
function begin(timeline: RunTimeline, pass: number): void {
  if (timeline.place !== null && timeline.place.pass <= pass) timeline.place = null;
}

/**
 * Applies one event to `timeline`, in place. Ignores events already applied (`seq` not above the last) and events that
 * make no sense here, such as a job in a lane that never started: a log may have been cut.
 */
export function apply(timeline: RunTimeline, event: RunEvent): void {
  if (event.seq <= timeline.seq) return;
  timeline.seq = event.seq;
  const pass = event.pass === null ? null : passOf(timeline, event.pass);
  if (pass) pass.latestMs = Math.max(pass.latestMs, event.atMs);
  // An older log may hold a part of what happened after the cut, which would be misread as all of it.
  if (pass && pass.cutMs !== null && event.type !== 'pass-ended' && event.type !== 'deadlock') return;
  if (pass && countsSteps(pass) && 'lane' in event) noteStep(pass, event);
  switch (event.type) {
    case 'run-queued':
      if (timeline.state === 'queued') timeline.place = { pass: 0, position: event.position, waitMs: null };
      return;
    case 'run-started':
      if (timeline.state === 'queued') timeline.state = 'running';
      begin(timeline, 0);
      return;
    case 'run-ended':
      if (timeline.state === 'ended') return;
      for (const open of timeline.passes) cutOff(open);
      timeline.state = 'ended';
      timeline.place = null;
      timeline.status = event.status;
      timeline.error = event.error;
      return;
    case 'pass-started':
      if (event.pass === null || pass || timeline.state === 'ended') return;
      begin(timeline, event.pass);
      timeline.passes.push(newPass(event.pass, event.atMs, event));
      if (timeline.cuts.some(({ what }) => what !== 'log')) becomeUnknown(timeline.passes.at(-1));
      return;
    case 'cut':
      timeline.cuts.push({ what: event.what, job: event.job, limit: event.limit });
      if (event.what !== 'log') becomeUnknown(timeline.passes.at(-1));
      return;
    case 'log': {
      if (!pass) return;
      const { seq, atMs, lane, job, stream, text, line = null } = event;
      timeline.lines.push({ seq, pass: pass.pass, atMs, lane, job, stream, text, line });
      noteLine(pass, event, atMs);
      return;
    }
    case 'sample':
      pass?.samples.push({ atMs: event.atMs, rssBytes: event.rssBytes, cpuMs: event.cpuMs });
      return;
    case 'pass-ended': {
      if (!pass || pass.ended || timeline.state === 'ended') return;
      dropLate(pass, event.atMs);
      cutOff(pass);
      const { status, error, wallMs, cpuMs, peakRssBytes, paused } = event;
      pass.isMisfit = countsSteps(pass) && isMisfit(error);
      pass.ended = { status, error, wallMs, cpuMs, peakRssBytes, ...(paused && { paused }) };
      return;
    }
    case 'job-never-began':
      if (pass && !pass.ended) loseJob(pass, event);
      return;
    case 'deadlock':
      if (pass) pass.deadlock = event.circle;
      return;
    case 'message-sent':
    case 'message-received':
    case 'shared-written':
    case 'shared-read':
    case 'lock-released':
    case 'permit-released':
    case 'condition-notified':
      if (!pass) return;
      applyToState(pass.state, event, event.seq, event.atMs);
      noteLine(pass, event, event.atMs);
      noteTurn(pass, event, event.atMs);
      if (event.type === 'message-sent' || event.type === 'message-received')
        noteMessage(pass, event, event.atMs);
      else if (event.type !== 'shared-written' && event.type !== 'shared-read')
        noteRelease(pass, event, event.atMs);
      return;
    case 'search-progress':
    case 'outcome':
    case 'search-ended':
    case 'outcome-replayed':
      if (pass?.search) applyToSearch(pass.search, event);
      return;
    case 'compute-started':
    case 'step-taken':
      if (!pass) return;
      noteLine(pass, event, event.atMs);
      noteTurn(pass, event, event.atMs);
      return;
    default:
      if (!pass || pass.ended || timeline.state === 'ended') return;
      if (event.type === 'lane-started' || event.type === 'wait-started' || event.type === 'wait-ended') {
        applyToState(pass.state, event, event.seq, event.atMs);
      }
      applyToLane(pass, event, event.atMs);
  }
}

/** Forgets samples from after the end of a pass: a busy server measures what has ended already. */
function dropLate(pass: PassTimeline, endMs: number): void {
  const last = pass.samples.at(-1);
  if (last === undefined || last.atMs <= endMs) return;
  if (pass.latestMs === last.atMs) pass.latestMs = endMs;
  pass.samples = pass.samples.filter(({ atMs }) => atMs <= endMs);
}

/** Returns the timeline of `lines`, the events of a log as JSON. */
export function timelineOfLines(lines: readonly string[]): RunTimeline {
  const timeline = newTimeline();
  for (const line of lines) {
    const event: RunEvent = JSON.parse(line);
    apply(timeline, event);
  }
  return timeline;
}

/** Returns the pass with the given number; null before it begins. */
export function passOf({ passes }: Pick<RunTimeline, 'passes'>, number: number): PassTimeline | null {
  // Each pass is at the index of its number unless events are missing, so this nearly always finds it at once.
  const pass = passes[number];
  return pass?.pass === number ? pass : (passes.find(({ pass }) => pass === number) ?? null);
}

function newPass(pass: number, atMs: number, fact: Extract<Fact, { type: 'pass-started' }>): PassTimeline {
  return {
    pass,
    mode: fact.mode,
    cores: fact.cores,
    otherRuns: fact.otherRuns,
    machine: fact.machine ?? null,
    order: fact.order ?? null,
    schedule: fact.schedule ?? null,
    steps: [],
    switches: 0,
    isMisfit: false,
    turn: 0,
    pool: fact.pool ?? null,
    rows: [],
    jobs: new Map(),
    waiting: new Set(),
    asked: new Set(),
    lost: new Map(),
    jobStateMs: { computing: 0, join: 0, sleep: 0, queue: 0, lock: 0, semaphore: 0, condition: 0, worker: 0 },
    startupMs: 0,
    looks: new Map(),
    causes: newCauses(),
    cutMs: null,
    latestMs: atMs,
    samples: [],
    state: newState(),
    search: fact.order === 'search' ? newSearch() : null,
    deadlock: null,
    ended: null,
    lanes: new Map(),
  };
}
