/** That no more jobs run at once than there are workers. */
import { atOnce } from '../../figures/pass-jobs.ts';
import { isHeldUp } from '../../figures/summary.ts';
import { hasWorkers, interleaves } from '../../spec/modes.ts';
import type { PassTimeline } from '../../timeline/model.ts';
import { alike, byGroup } from '../../words/by-mode.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import { inMode, inSeconds, secondsOf, spelled } from '../../words/english.ts';
import { count } from '../../words/units.ts';

/** A time that differs from a choice by less than this factor counts as that choice. */
const ABOUT = 1.4;

/** Returns figures of a pool that has fewer workers than jobs, and that nothing held up; null for any other pass. */
function poolOf(pass: PassTimeline) {
  const lanes = pass.rows.filter(({ kind, slot }) =>
    hasWorkers(pass.mode) ? kind !== 'main' : slot !== null,
  ).length;
  const most = atOnce(pass);
  const jobs = pass.jobs.size;
  const isPool = (hasWorkers(pass.mode) || interleaves(pass.mode)) && lanes < jobs && most <= lanes;
  if (!isPool || !pass.ended || isHeldUp(pass.mode, pass.ended)) return null;
  const times = [...pass.jobs.values()].map(({ startMs, endMs }) => (endMs ?? startMs) - startMs);
  const sumMs = times.reduce((sum, ms) => sum + ms, 0);
  return { lanes, most, jobs, wallMs: pass.ended.wallMs, longestMs: Math.max(...times), sumMs };
}

function headline(passes: readonly PassTimeline[]): string | null {
  const groups = alike(passes, (pass) => {
    const pool = poolOf(pass);
    return pool && `${pool.most} ${pool.jobs}`;
  });
  return byGroup(groups, passes, (group) => {
    const pools = group.passes.flatMap((pass) => poolOf(pass) ?? []);
    const { most = 0, jobs = 0 } = pools[0] ?? {};
    const ran =
      most === 1 ? 'only one job ran at a time' : `never more than ${spelled(most)} jobs ran at once`;
    return `${ran}, and ${count(jobs, 'job')} took ${secondsOf(pools.map(({ wallMs }) => wallMs))}`;
  });
}

/** The question is how long the pool takes. */
function answer(passes: readonly PassTimeline[]): Answer | null {
  const pools = passes.flatMap((pass) => {
    const pool = poolOf(pass);
    return pool ? [{ pass, ...pool }] : [];
  });
  const one = pools.find(({ pass }) => hasWorkers(pass.mode)) ?? pools[0];
  if (!one) return null;
  const { lanes, most, jobs, wallMs, longestMs, sumMs, pass } = one;
  // The nearest; with one worker, two choices are the same.
  const choices = [longestMs, sumMs / lanes, sumMs];
  const distance = (ms: number) => Math.abs(Math.log(wallMs / ms));
  const least = Math.min(...choices.map(distance));
  const right =
    least < Math.log(ABOUT) ? choices.flatMap((ms, i) => (distance(ms) === least ? [i] : [])) : [];
  const shared = most > 1 ? `, or ${inSeconds(sumMs / most)} if ${spelled(most)} run at a time` : '';
  const where = passes.length > 1 ? ` ${inMode(pass.mode)}` : '';
  const depends = right.length > 0 ? '' : ' It depends on how many jobs there are, and how long they take.';
  return {
    right,
    why: `The ${count(jobs, 'job')} add up to ${inSeconds(sumMs)}${shared}; the pool took ${inSeconds(wallMs)}${where}.${depends}`,
  };
}

export default { headline, answer } satisfies Claim;
