/** What a run threw, and at which line of its program, from the console. Pure. */
import type { Line } from '../../server/timeline/model.ts';
import { capital, namedJobs } from '../../server/words/english.ts';

/** The words with which the program's own runtime reports an error: see server/program/uncaught.ts. */
const THROWN = /^(?:Job (\d+) failed|Main failed|Check failed|Uncaught(?: in [^:\n]+)?): (.*)/;
/** Most errors that are shown: each line of a program may fail in many ways. */
const MOST = 20;

/**
 * Returns the errors that name a line, at column 1, as their columns are not known. Jobs that failed there in the same
 * way are named together.
 */
export function thrownAt(lines: readonly Line[]): { line: number; column: number; text: string }[] {
  const found = new Map<string, { line: number; jobs: Set<number>; error: string; text: string }>();
  for (const { stream, text, line } of lines) {
    const [all, job, error = ''] = (stream === 'stderr' && THROWN.exec(text)) || [];
    if (all === undefined || line === null) continue;
    const key = `${line} ${job === undefined ? all : error}`;
    if (!found.has(key) && found.size >= MOST) continue;
    const one = found.get(key) ?? { line, jobs: new Set(), error, text: all };
    if (job !== undefined) one.jobs.add(Number(job));
    found.set(key, one);
  }
  return [...found.values()].map(({ line, jobs, error, text }) => ({
    line,
    column: 1,
    text: jobs.size === 0 ? text : `${capital(namedJobs([...jobs]))} failed: ${error}`,
  }));
}
