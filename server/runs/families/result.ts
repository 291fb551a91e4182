/** What a family needs to know of one of its runs, read from the run's log. Pure. */
import type { RunEvent, Status } from '../events.ts';
import type { Mode } from '../spec.ts';

/** One pass: `status` and `wallMs` are null until it has ended. `order`: the jobs in the order in which they ended. */
export type PassResult = { mode: Mode; status: Status | null; wallMs: number | null; order: number[] };

export type RunResult = { status: Status | null; passes: PassResult[] };

/** Events that tell something of a result. Others are not parsed: a family may have half a million of them. */
const TELLS = /"type":"(pass-started|job-ended|pass-ended|run-ended)"/;

/**
 * Reads the result of a run from `lines`, its events as JSON. Jobs are in the order of their times, which where they
 * come from several processes may not be that of their numbers; one that was cut off did not end, and is left out.
 */
export function resultOf(lines: string[]): RunResult {
  const passes = new Map<number, PassResult & { ends: { job: number; atMs: number }[] }>();
  let status: Status | null = null;
  for (const line of lines) {
    if (!TELLS.test(line)) continue;
    const event: RunEvent = JSON.parse(line);
    if (event.type === 'run-ended') status = event.status;
    if (event.pass === null) continue;
    if (event.type === 'pass-started')
      passes.set(event.pass, { mode: event.mode, status: null, wallMs: null, order: [], ends: [] });
    const pass = passes.get(event.pass);
    if (pass === undefined) continue;
    if (event.type === 'pass-ended') Object.assign(pass, { status: event.status, wallMs: event.wallMs });
    if (event.type === 'job-ended' && event.status !== 'cut-off')
      pass.ends.push({ job: event.job, atMs: event.atMs });
  }
  const results = [...passes.values()].map(({ mode, status: ending, wallMs, ends }) => ({
    mode,
    // A pass that the end of its run cut off has the run's.
    status: ending ?? status,
    wallMs,
    order: ends.sort((a, b) => a.atMs - b.atMs).map(({ job }) => job),
  }));
  return { status, passes: results };
}
