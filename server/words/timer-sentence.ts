/** Says that timers fired late because another job was computing on their thread. Pure. */
import { MODE_TRAITS } from '../spec/modes.ts';
import { dueMs } from '../timeline/causes.ts';
import type { Bar, PassTimeline } from '../timeline/model.ts';
import { capital, inMode, inSeconds, listed, namedJobs, spelled } from './english.ts';

/** A wait that lasted longer than asked by this share, and by this many ms, was late. */
const LATE = 0.2;
const LATE_MS = 50;
/** A job that computed for more of its time than this is not one that only waits. */
const COMPUTES = 0.1;
/** A job that computed for less of the delay than this, as to log a line, is no reason for it. */
const BLOCKS = 0.02;

type Late = { job: number; byMs: number; dueMs: number; endMs: number; lane: number };

/**
 * `On the event loop timers fired up to 1.7 s late because job 0 was computing; in threads they fired on time.`
 * Only about jobs that did not compute themselves. Returns null if their timers fired on time, or if a mode is one by
 * one: then how long it took says more.
 */
export function lateTimersSentence(passes: readonly PassTimeline[]): string | null {
  if (passes.some(({ mode }) => !MODE_TRAITS[mode].overlaps)) return null;
  const found = passes.map((pass) => {
    const late = lateTimers(pass).map((one) => ({ ...one, blockers: blockersOf(pass, one) }));
    return { pass, late: late.filter(({ blockers }) => blockers.length > 0) };
  });
  const worst = found.find(({ late }) => late.length > 0);
  if (!worst) return null;
  const byMs = Math.max(...worst.late.map((one) => one.byMs));
  const blockers = [...new Set(worst.late.flatMap((one) => one.blockers))];
  const who = blockers.length > 3 ? `${spelled(blockers.length)} jobs` : namedJobs(blockers);
  const were = blockers.length === 1 ? 'was' : 'were';
  const late = `${inMode(worst.pass.mode)} timers fired up to ${inSeconds(byMs)} late because ${who} ${were} computing`;
  const onTime = found
    .filter(({ pass }) => lateTimers(pass).length === 0)
    .map(({ pass }) => inMode(pass.mode));
  return `${capital(late)}${onTime.length > 0 ? `; ${listed(onTime)} they fired on time` : ''}.`;
}

/** The waits on time of jobs that only wait which lasted longer than asked. */
export function lateTimers({ rows }: PassTimeline): Late[] {
  const bars = rows.flatMap((row) => row.bars.map((bar) => ({ ...bar, lane: row.lane })));
  const ofJobs = Map.groupBy(bars, ({ job }) => job);
  return [...ofJobs].flatMap(([job, own]) => {
    if (job === null || lengthOf(own, 'computing') > COMPUTES * lengthOf(own)) return [];
    return own.flatMap(({ state, on, startMs, endMs, lane }) => {
      const askedMs = dueMs(0, on ?? '');
      const byMs = (endMs ?? startMs) - startMs - askedMs;
      const isLate = state === 'sleep' && byMs > LATE_MS && byMs > LATE * askedMs;
      return isLate && endMs !== null ? [{ job, byMs, dueMs: startMs + askedMs, endMs, lane }] : [];
    });
  });
}

/**
 * Returns all other jobs that computed on the same thread between the moment a timer was due and the moment it fired;
 * none if they took less than half of that time, for then they are not the reason.
 */
function blockersOf({ rows }: PassTimeline, late: Late): number[] {
  const bars = rows.flatMap((row) => (row.lane === late.lane ? row.bars : []));
  const blocking = bars.flatMap(({ state, job, startMs, endMs }) => {
    if (state !== 'computing' || job === null || job === late.job) return [];
    const ms = Math.min(endMs ?? late.endMs, late.endMs) - Math.max(startMs, late.dueMs);
    return ms >= BLOCKS * late.byMs ? [{ job, ms }] : [];
  });
  const all = blocking.reduce((sum, { ms }) => sum + ms, 0);
  return all > late.byMs / 2 ? blocking.map(({ job }) => job) : [];
}

function lengthOf(bars: Bar[], state?: Bar['state']): number {
  return bars.reduce((sum, bar) => {
    const isCounted = state === undefined || bar.state === state;
    return sum + (isCounted ? (bar.endMs ?? bar.startMs) - bar.startMs : 0);
  }, 0);
}
