/** That no update was lost, and what taking turns cost in time. */
import { counterPhases } from '../../figures/counter-phases.ts';
import { shareOf } from '../../figures/pass-jobs.ts';
import { isHeldUp } from '../../figures/summary.ts';
import { MODE_TRAITS } from '../../spec/modes.ts';
import type { PassTimeline } from '../../timeline/model.ts';
import { alike, inModes, inRanges } from '../../words/by-mode.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import { capital, counted, inMode, inSeconds, secondsOf } from '../../words/english.ts';
import { CLEAR } from '../../words/noise.ts';
import { factorText } from '../../words/units.ts';

/** Jobs that waited less than this in total, in ms, did not take turns. */
const WAITED_MS = 50;
/** Above this share of computing, jobs that run at once take longer than each would alone. */
const COMPUTED = 0.2;

/** What the lock cost in a pass. `workedMs`: the longest time that a job worked, without its wait for the lock. `sumMs`: that of all jobs. */
function costOf(pass: PassTimeline) {
  const waits = new Map<number, number>();
  for (const { bars } of pass.rows)
    for (const { state, job, startMs, endMs } of bars)
      if (state === 'lock' && job !== null && endMs !== null)
        waits.set(job, (waits.get(job) ?? 0) + endMs - startMs);
  const jobs = [...pass.jobs.values()];
  const worked = jobs.map(({ job, startMs, endMs }) => (endMs ?? startMs) - startMs - (waits.get(job) ?? 0));
  const waitedMs = [...waits.values()].reduce((sum, ms) => sum + ms, 0);
  const ended = pass.ended && !isHeldUp(pass.mode, pass.ended) ? pass.ended : null;
  return {
    waitedMs,
    wallMs: ended?.wallMs ?? null,
    workedMs: Math.max(0, ...worked),
    sumMs: worked.reduce((sum, ms) => sum + ms, 0),
    leastMs: Math.min(...worked),
    isWaiting: shareOf(pass, 'computing') < COMPUTED,
  };
}

/** What happened to the counter, and whether the jobs took turns; null if updates were lost or there were none. */
function kindOf(pass: PassTimeline): 'turns' | 'no turns' | 'apart' | null {
  const phases = counterPhases(pass.state).filter(({ updates }) => updates > 0);
  if (phases.length === 0 || phases.some(({ lost }) => lost > 0)) return null;
  if (phases.every(({ isShared }) => !isShared)) return 'apart';
  return MODE_TRAITS[pass.mode].overlaps && costOf(pass).waitedMs >= WAITED_MS ? 'turns' : 'no turns';
}

function headline(passes: readonly PassTimeline[]): string | null {
  const groups = alike(passes, kindOf);
  const turns = groups.find(({ words }) => words === 'turns');
  if (turns === undefined || groups.reduce((sum, one) => sum + one.passes.length, 0) < passes.length)
    return null;
  const priced = inRanges(turns.passes, (pass) => costOf(pass).waitedMs);
  const isOne = groups.length === 1 && priced.length === 1;
  const parts = priced.map((some) => `${isOne ? '' : `${inModes(some)} `}${priceWords(some.map(costOf))}`);
  for (const { passes: others, words } of groups) {
    if (words === 'no turns') parts.push(`${inModes(others)} no job had to wait for the lock`);
    if (words === 'apart') {
      const values = new Set(others.map(({ state }) => state.memoryOf.get(0)?.counter ?? 0));
      const value = values.size === 1 ? `, and main’s is ${[...values][0]}` : '';
      parts.push(`${inModes(others)} each process changed its own counter${value}`);
    }
  }
  return `${capital(parts.join('; '))}.`;
}

/** Says what the lock cost. */
function priceWords(costs: ReturnType<typeof costOf>[]): string {
  const walls = costs.flatMap(({ wallMs }) => wallMs ?? []);
  const price = `no update was lost, but the jobs waited ${secondsOf(costs.map(({ waitedMs }) => waitedMs))} in total for the lock`;
  const took =
    walls.length < costs.length || costs.some(({ isWaiting }) => !isWaiting)
      ? ''
      : `, and it all took ${secondsOf(walls)}, although no job worked longer than ${inSeconds(Math.max(...costs.map(({ workedMs }) => workedMs)))}`;
  return `${price}${took}`;
}

/** The question is what the lock costs. */
function answer(passes: readonly PassTimeline[]): Answer | null {
  const turns = passes.filter((pass) => kindOf(pass) === 'turns' || kindOf(pass) === 'apart');
  const pass = turns.find(({ mode }) => mode === 'threads') ?? turns[0];
  if (pass === undefined || pass.jobs.size < 2) return null;
  const { wallMs, workedMs, sumMs, leastMs, isWaiting } = costOf(pass);
  if (wallMs === null || !isWaiting || workedMs <= 0) return null;
  const factor = wallMs / workedMs;
  // Starting workers takes time, too.
  const right = factor < CLEAR ? [0] : wallMs * CLEAR > sumMs ? [2] : factor < 2 ? [1] : [];
  const where = passes.length > 1 ? `${inMode(pass.mode)} ` : '';
  const each = secondsOf([leastMs, workedMs]);
  return {
    right,
    why: `${capital(`${where}it took ${inSeconds(wallMs)}`)}, ${factorText(factor)} times as long as the longest job’s own work: ${counted(pass.jobs.size, 'job')} of ${each} took turns.`,
  };
}

export default { headline, answer } satisfies Claim;
