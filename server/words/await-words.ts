/** What is said of an await that is missing, and of one that never ends. */
import type { WaitKind } from '../protocol/wait-kinds.ts';
import type { BarState, PassTimeline } from '../timeline/model.ts';
import { capital, namedJobs } from './english.ts';
import { duration } from './units.ts';

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

/** The least time that is drawn as work, in ms, and the most of it that the processor worked, for a remark on it. */
const DRAWN_MS = 1000;
const WORKED = 0.1;

/**
 * Returns that most of what is drawn as work in a pass was none, because the processor hardly worked meanwhile: jobs, or
 * main, waited for what no event tells of. Otherwise null, also if something held up the pass from outside.
 */
export function unseenWaits(pass: PassTimeline): string | null {
  const { ended, cutMs } = pass;
  if (!ended || ended.cpuMs === null || ended.paused || cutMs !== null || idleWords(pass) !== null)
    return null;
  const { cpuMs } = ended;
  const computedMs = drawnMs(pass, 'computing');
  const ownMs = drawnMs(pass, 'running');
  const drawn = [
    { ms: computedMs, as: 'computing', who: 'jobs' },
    { ms: ownMs, as: 'main’s own code', who: 'main' },
  ].find(({ ms }) => ms >= DRAWN_MS && cpuMs <= WORKED * ms);
  if (!drawn) return null;
  const { ms, as, who } = drawn;
  return `${duration(ms)} are drawn as ${as}, but the processor worked for ${duration(cpuMs)}: ${who} waited for what cannot be seen here, such as a promise of the program’s own, a call that blocks, or a core that others kept busy.`;
}

/** How long at least one row was in a state, in ms. */
function drawnMs({ rows }: PassTimeline, state: BarState): number {
  const bars = rows.flatMap((row) => row.bars.filter((bar) => bar.state === state && bar.endMs !== null));
  bars.sort((a, b) => a.startMs - b.startMs);
  let total = 0;
  let untilMs = 0;
  for (const { startMs, endMs } of bars) {
    if (endMs === null || endMs <= untilMs) continue;
    total += endMs - Math.max(startMs, untilMs);
    untilMs = endMs;
  }
  return total;
}
