/** How many times as fast the work was as more and more jobs shared it. */

import { coresGot } from '../../figures/pass-jobs.ts';
import { speedUpsOf } from '../../figures/speed-up.ts';
import { isHeldUp } from '../../figures/summary.ts';
import { hasWorkers, MODE_TRAITS } from '../../spec/modes.ts';
import type { PassTimeline } from '../../timeline/model.ts';
import { alike, inModes } from '../../words/by-mode.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import { capital, counted, inMode, spelled } from '../../words/english.ts';
import { CLEAR, TRUSTED } from '../../words/noise.ts';
import { factorText } from '../../words/units.ts';

/** The number of cores, and how many of them the jobs got, if that was far fewer than they could use. */
function coreWords(pass: PassTimeline): string {
  const got = hasWorkers(pass.mode) ? coresGot(pass) : null;
  const has = `this machine has ${counted(pass.cores, 'core')}`;
  return got === null ? has : `${has}, of which the jobs got ${got.toFixed(1)}`;
}

/** The largest group that shared the work, and how many times as fast it was as one job; null if that means nothing. */
function largest(pass: PassTimeline) {
  const { points, cores } = speedUpsOf(pass);
  const last = points.at(-1);
  const most = hasWorkers(pass.mode) ? Math.min(cores, last?.workers ?? 1) : 1;
  if (!last || last.workers < 2 || !pass.ended || isHeldUp(pass.mode, pass.ended)) return null;
  // A factor beyond what the cores allow means that something slowed down the first job.
  if (last.factor > TRUSTED * Math.max(most, CLEAR)) return null;
  return { ...last, cores };
}

function headline(passes: readonly PassTimeline[]): string | null {
  const beside = passes.filter(({ mode }) => MODE_TRAITS[mode].overlaps);
  const groups = alike(beside, (pass) => {
    const one = largest(pass);
    if (one === null) return null;
    const { workers, factor, cores } = one;
    if (factor < (hasWorkers(pass.mode) ? CLEAR : TRUSTED * CLEAR))
      return `${spelled(workers)} jobs were no faster than one${!hasWorkers(pass.mode) || coresGot(pass) === null ? '' : `: ${coreWords(pass)}`}`;
    const why = hasWorkers(pass.mode) && cores < workers ? `: ${coreWords(pass)}` : '';
    return `${spelled(workers)} jobs that shared the work were ${factorText(factor)} times as fast as one${why}`;
  }).sort((a, b) => Number(b.words.includes('times')) - Number(a.words.includes('times')));
  const [first, second] = groups;
  if (!first) return null;
  const parts = [first, ...(second ? [second] : [])].map(
    ({ passes, words }) => `${inModes(passes)} ${words}`,
  );
  return `${capital(parts.join('; '))}.`;
}

/** The question is how many times as fast threads that share the work are. */
function answer(passes: readonly PassTimeline[]): Answer | null {
  const threads = passes.find(({ mode }) => mode === 'threads');
  const one = threads ? largest(threads) : null;
  if (!threads || one === null) return null;
  const { workers, factor } = one;
  const right = factor < CLEAR ? 2 : factor > workers / CLEAR ? 0 : 1;
  const are = factor < CLEAR ? 'no faster than one' : `${factorText(factor)} times as fast as one`;
  const why = `${capital(spelled(workers))} threads were ${are}: ${coreWords(threads)}.`;
  const loop = passes.find(({ mode }) => mode === 'event-loop');
  const ofLoop = loop ? largest(loop) : null;
  const more =
    loop && ofLoop && ofLoop.factor < CLEAR
      ? ` ${capital(inMode(loop.mode))} ${spelled(ofLoop.workers)} jobs were no faster than one.`
      : '';
  return { right: [right], why: `${why}${more}` };
}

export default { headline, answer } satisfies Claim;
