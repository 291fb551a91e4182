/** What a family needs to know of one of its runs, read from the run's log. Pure. */
import type { RunEvent } from '../protocol/events.ts';
import type { Status } from '../protocol/facts.ts';
import type { Place } from '../protocol/place.ts';
import type { Mode } from '../spec/modes.ts';
import { applyToSearch, newSearch, type PassSearch, type SearchEvent } from '../timeline/search.ts';
import { isHeldUp } from './summary.ts';

/**
 * A pass: `status`, `wallMs` and `cpuMs`, the processor time of its processes, are null until it has ended. `cores` is
 * the number of cores that it could use. `order` is the order in which its jobs ended; null if it is unknown because
 * the log was cut.
 */
export type PassResult = {
  mode: Mode;
  status: Status | null;
  wallMs: number | null;
  cpuMs: number | null;
  cores: number;
  order: number[] | null;
  /** What a search for orders has found, and why its pass failed; left out of other passes. */
  search?: PassSearch;
  error?: string | null;
  /** Whether it took longer because it was held up from outside; left out if it did not. */
  isHeldUp?: true;
};

/**
 * How a run went. `startedMs` and `endedMs` are times since it was submitted; they and `status` are null until known.
 * `queued` is its position in the queue, from 1, while it waits there to begin or between two passes.
 */
export type RunResult = {
  status: Status | null;
  queued: number | null;
  startedMs: number | null;
  endedMs: number | null;
  passes: PassResult[];
};

type JobEnd = { job: number; atMs: number };

/** Events that a result depends on. Others are not parsed: a family may have half a million of them. */
const RELEVANT =
  /"type":"(run-started|pass-started|job-ended|pass-ended|run-ended|cut|search-progress|outcome|search-ended|outcome-replayed)"/;

/**
 * Reads the result of a run from `lines`, its events as JSON, and `place`, its place in the queue. Jobs are ordered by the time they ended, which may differ
 * from the order in the log if they ran in several processes. A job that was cut off did not end and is left out.
 */
export function resultOf(lines: string[], place: Place | null = null): RunResult {
  const passes = new Map<number, Omit<PassResult, 'order'> & { ends: JobEnd[]; isWhole: boolean }>();
  let isCut = false;
  const queued = place?.position ?? null;
  const run: Omit<RunResult, 'passes'> = { status: null, queued, startedMs: null, endedMs: null };
  for (const line of lines) {
    if (!RELEVANT.test(line)) continue;
    const event: RunEvent = JSON.parse(line);
    if (event.type === 'run-started') run.startedMs = event.atMs;
    if (event.type === 'run-ended')
      Object.assign(run, { status: event.status, queued: null, endedMs: event.atMs });
    if (event.type === 'cut' && event.what !== 'log') isCut = true;
    if (event.pass === null) continue;
    if (event.type === 'pass-started')
      passes.set(event.pass, {
        mode: event.mode,
        status: null,
        wallMs: null,
        cpuMs: null,
        cores: event.cores,
        ...(event.order === 'search' && { search: newSearch() }),
        ends: [],
        isWhole: false,
      });
    const pass = passes.get(event.pass);
    if (pass === undefined) continue;
    if (event.type === 'pass-ended') {
      const { status, wallMs, cpuMs } = event;
      const heldUp = isHeldUp(pass.mode, event) && { isHeldUp: true };
      const why = pass.search && { error: event.error };
      Object.assign(pass, { status, wallMs, cpuMs, isWhole: !isCut, ...heldUp, ...why });
    }
    if (pass.search && isOfSearch(event)) applyToSearch(pass.search, event);
    if (event.type === 'job-ended' && event.status !== 'cut-off')
      pass.ends.push({ job: event.job, atMs: event.atMs });
  }
  const results = [...passes.values()].map(({ status: ending, ends, isWhole, ...pass }) => ({
    ...pass,
    // A pass that was cut off by the end of its run gets the run's status.
    status: ending ?? run.status,
    order: isWhole || !isCut ? ends.sort((a, b) => a.atMs - b.atMs).map(({ job }) => job) : null,
  }));
  return { ...run, passes: results };
}

function isOfSearch(event: RunEvent): event is SearchEvent {
  const { type } = event;
  return (
    type === 'search-progress' || type === 'outcome' || type === 'search-ended' || type === 'outcome-replayed'
  );
}
