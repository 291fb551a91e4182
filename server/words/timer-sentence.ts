/** Says that timers were late because another job computed on their thread meanwhile. Pure. */
import { MODE_TRAITS } from '../spec/modes.ts';
import { dueMs } from '../timeline/causes.ts';
import type { Bar, PassTimeline } from '../timeline/model.ts';
import { capital, inMode, inSeconds, listed, namedJobs } from './english.ts';

/** A wait that lasted longer than asked by this share, and by this many ms, was late. */
const LATE = 0.2;
const LATE_MS = 50;
/** A job that computed for more of its time than this is not one that only waits. */
const COMPUTES = 0.1;

type Late = { job: number; byMs: number; dueMs: number; endMs: number; lane: number };

/**
 * `On the event loop timers came up to 1.7 seconds late, because job 0 computed meanwhile; in threads they came on
 * time.` Only of jobs that did not compute themselves; null where their timers came on time, and with one by one, where
 * how long it all took says more.
 */
export function lateTimersSentence(passes: PassTimeline[]): string | null {
  if (passes.some(({ mode }) => !MODE_TRAITS[mode].overlaps)) return null;
  const found = passes.map((pass) => {
    const late = lateTimers(pass).map((one) => ({ ...one, blockers: blockersOf(pass, one) }));
    return { pass, late: late.filter(({ blockers }) => blockers.length > 0) };
  });
  const worst = found.find(({ late }) => late.length > 0);
  if (!worst) return null;
  const byMs = Math.max(...worst.late.map((one) => one.byMs));
  const blockers = [...new Set(worst.late.flatMap((one) => one.blockers))];
  const told = `${inMode(worst.pass.mode)} timers came up to ${inSeconds(byMs)} late, because ${namedJobs(blockers)} computed meanwhile`;
  const onTime = found
    .filter(({ pass }) => lateTimers(pass).length === 0)
    .map(({ pass }) => inMode(pass.mode));
  return `${capital(told)}${onTime.length > 0 ? `; ${listed(onTime)} they came on time` : ''}.`;
}

/** The waits on time of jobs that only wait which lasted longer than asked. */
function lateTimers({ rows }: PassTimeline): Late[] {
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

/** The other jobs that computed on the same thread for most of the time from where a timer was due to where it came. */
function blockersOf({ rows }: PassTimeline, late: Late): number[] {
  const bars = rows.flatMap((row) => (row.lane === late.lane ? row.bars : []));
  const others = bars.flatMap(({ state, job, startMs, endMs }) => {
    if (state !== 'computing' || job === null || job === late.job) return [];
    return [{ job, ms: Math.min(endMs ?? late.endMs, late.endMs) - Math.max(startMs, late.dueMs) }];
  });
  const blocking = others.filter(({ ms }) => ms > 0);
  const all = blocking.reduce((sum, { ms }) => sum + ms, 0);
  return all > late.byMs / 2 ? blocking.filter(({ ms }) => ms > late.byMs / 4).map(({ job }) => job) : [];
}

function lengthOf(bars: Bar[], state?: Bar['state']): number {
  return bars.reduce((sum, bar) => {
    const isCounted = state === undefined || bar.state === state;
    return sum + (isCounted ? (bar.endMs ?? bar.startMs) - bar.startMs : 0);
  }, 0);
}
