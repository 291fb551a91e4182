/** Runs the program's `main`, or the standard one, and waits for what it has started. */
import { apiFor, type LaneContext } from './api.ts';
import { currentJob, writeLog } from './console.ts';
import { emit } from './emit.ts';
import { reportLeftovers } from './leftovers.ts';
import { MAX_FRAMES } from './line.ts';
import { type Handle, settled } from './pool.ts';
import { describe, outside, shown } from './shown.ts';
import type { Starter } from './starter.ts';
import type { Timers } from './timers.ts';
import type { MainApi, Started } from './types.ts';
import { waiting } from './waiting.ts';

/**
 * Runs main on its lane; `starter` starts jobs as the mode does. Resolves when everything that keeps the program alive
 * has ended, and then what `atEnd` does. Rejects with what `main` threw.
 */
export async function runMain(
  context: LaneContext,
  starter: Starter,
  timers: Timers,
  atEnd?: () => Promise<void>,
): Promise<void> {
  const { settings, lines, program } = context;
  const log = (text: string, line: number | undefined, stream: 'stdout' | 'stderr' = 'stderr') =>
    writeLog(0, null, stream, text, line);
  const handles = new WeakMap<Started, Handle>();
  const started = new Set<number>();
  const joined = new Set<Handle>();
  /** Jobs that keep the program alive, with the lines that started them. */
  const kept = new Map<Handle, number | undefined>();
  let hasReturned = false;

  /** Returns where the program's main called `called`: undefined for the standard one, of which it has no lines. */
  function lineOf(called: (...args: never[]) => unknown): number | undefined {
    return program.main === undefined ? undefined : lines.ofCall(called, MAX_FRAMES);
  }

  /** Waits on main's lane until a job has ended. */
  async function waitFor({ job, ended }: Handle, line: number | undefined): Promise<void> {
    await waiting({ lane: 0, job: null, for: 'join', on: `job ${job}` }, line, () => ended);
  }

  const api: MainApi = {
    ...apiFor(null, context),
    jobs: settings.jobs,
    async start(n, options = {}) {
      const called = `start(${shown(n)})`;
      // `map(start)` passes an index as second argument.
      if (options === null || (typeof options !== 'object' && typeof options !== 'number'))
        throw new TypeError(`${called}: needs { daemon: true } or no options, not ${shown(options)}.`);
      const { daemon = false } = options;
      if (!Number.isInteger(n) || n < 0 || n > 1000)
        throw new RangeError(`${called}: needs the number of a job, from 0 to 1000.`);
      if (typeof daemon !== 'boolean')
        throw new TypeError(`${called}: daemon must be true or false, not ${shown(daemon)}.`);
      // In sequential mode it would wait for the very job that calls it; in threads and processes only main has
      // `start`.
      if (typeof currentJob.getStore() === 'number') throw new Error(`${called}: only main can start jobs.`);
      if (started.has(n)) throw new Error(`${called}: job ${n} was already started.`);
      if (hasReturned) throw new Error(`${called}: main has ended.`);
      started.add(n);
      emit({ type: 'start-job', job: n });
      const line = lineOf(api.start);
      const handle = await starter.start(n, daemon);
      handles.set(handle, handle);
      if (!daemon) kept.set(handle, line);
      if (hasReturned) waitForKept();
      return handle;
    },
    async join(target) {
      const called = `join(${shown(target)})`;
      if (typeof currentJob.getStore() === 'number') throw new Error(`${called}: only main can join jobs.`);
      const handle = handles.get(target);
      if (!handle) throw new TypeError(`${called}: needs the result of \`await start(…)\`.`);
      const line = lineOf(api.join);
      if (joined.has(handle)) log(`join: job ${handle.job} was already joined.`, line);
      joined.add(handle);
      await waitFor(handle, line);
    },
  };
  try {
    await currentJob.run(null, () => (program.main ?? standardMain)(api));
  } catch (error) {
    const line = lines.of(error);
    log(`Main failed: ${describe(error)}${outside(error, line)}`, line);
    throw error;
  }
  hasReturned = true;
  waitForKept();
  await starter.drain();
  await atEnd?.();
  reportLeftovers(context, timers);

  /** After main has ended, reports waits for the jobs that it has not joined. The starter does the actual waiting. */
  function waitForKept(): void {
    const left = [...kept].filter(([handle]) => handle.running && !joined.has(handle));
    kept.clear();
    if (left.length === 0) return;
    const jobs = `${left.length === 1 ? 'job' : 'jobs'} ${left.map(([{ job }]) => job).join(', ')}`;
    // The line is that of the first start, because a missing join has none. It may be intended, so it goes to stdout.
    log(`Main has ended; the program waits for ${jobs}.`, left[0]?.[1], 'stdout');
    // A lane that could not be opened has been reported already.
    for (const [handle] of left) void settled(waitFor(handle, undefined));
  }
}

/** The main of a program that has none: starts all jobs, then joins them in order. */
async function standardMain({ jobs, start, join }: MainApi): Promise<void> {
  const started = new Set<Started>();
  for (let n = 0; n < jobs; n++) started.add(await start(n));
  for (const handle of started) await join(handle);
}
