/** What is said of an await that is missing, and of one that never ends. */
import type { WaitKind } from '../protocol/wait-kinds.ts';
import type { BarState, PassTimeline } from '../timeline/model.ts';
import { capital, namedJobs } from './english.ts';

/** What a job that does not await it did not wait for. */
const UNAWAITED: Partial<Record<WaitKind, string>> = {
  sleep: 'its sleep to end',
  lock: 'its lock',
  semaphore: 'its permit',
  condition: 'the condition',
  queue: 'the queue',
};

/**
 * Returns that no job waited for what it began to wait for, and the line where an await may be missing; null if one
 * did, or if they did not wait for the same. `passes` have completed.
 */
export function unawaitedSentence(passes: readonly PassTimeline[]): string | null {
  const jobs = passes.flatMap((pass) => [...pass.jobs.values()]);
  const waits = jobs.flatMap(({ unawaited }) => unawaited ?? []);
  const kinds = new Set(waits.map((wait) => wait.for));
  const [kind] = kinds;
  const what = kind === undefined || kinds.size > 1 ? undefined : UNAWAITED[kind];
  if (what === undefined || waits.length < jobs.length) return null;
  const numbers = [...new Set(jobs.map(({ job }) => job))];
  const [line = null, ...others] = new Set(waits.map((wait) => wait.line));
  const where = line === null || others.length > 0 ? '' : ` in line ${line}`;
  const told =
    numbers.length > 1
      ? `No job waited for ${what}.`
      : `${capital(namedJobs(numbers))} did not wait for ${what}.`;
  return `${told} Is an await missing${where}?`;
}

/** What a lane or a job does that has not reported a wait. */
const OWN: ReadonlySet<BarState> = new Set(['starting', 'running', 'computing', 'idle']);
/** A part of the time of a pass that is too short for anything but the program's start. */
const IDLE = 0.02;

/**
 * Returns that a pass which ran out of time was idle, although nothing that did not end had reported a wait, other than
 * for such a job: the program awaits what no event tells of. Otherwise null.
 */
export function idleWords({ rows, ended }: PassTimeline): string | null {
  if (ended === null || ended.cpuMs === null || ended.cpuMs > IDLE * ended.wallMs) return null;
  const open = rows.flatMap(({ bars }) => bars.at(-1) ?? []).filter(({ end }) => end === 'cut-off');
  const unseen = open.filter(({ state }) => state !== 'join');
  if (unseen.length === 0 || unseen.some(({ state }) => !OWN.has(state))) return null;
  return 'Almost nothing was computed: the program waited for something that never came.';
}
