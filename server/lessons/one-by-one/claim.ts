/** Jobs that run at once take as long as the longest of them; one by one, as long as all of them together. */
import { shareOf, startingMs } from '../../figures/pass-jobs.ts';
import { isHeldUp } from '../../figures/summary.ts';
import { MODE_TRAITS } from '../../spec/modes.ts';
import type { PassTimeline } from '../../timeline/model.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import { asNoun, capital, inSeconds, listed, secondsOf } from '../../words/english.ts';
import { CLEAR, isSameTime } from '../../words/noise.ts';

/** The choice that comes nearest is right if it is off by less than this factor. */
const NEAR = 1.4;

/** How long a pass and its jobs took, in ms. `ownMs` is without the start of its threads or processes. */
type Timed = {
  pass: PassTimeline;
  wallMs: number;
  ownMs: number;
  longestMs: number;
  shortestMs: number;
  sumMs: number;
};

/** Measures passes of several jobs that nothing held up. */
function timed(passes: readonly PassTimeline[]): Timed[] {
  return passes.flatMap((pass) => {
    const times = [...pass.jobs.values()].map(({ startMs, endMs }) => (endMs ?? startMs) - startMs);
    const { ended, mode } = pass;
    if (ended === null || times.length < 2 || isHeldUp(mode, ended)) return [];
    const sumMs = times.reduce((sum, ms) => sum + ms, 0);
    const ownMs = Math.max(0, ended.wallMs - startingMs(pass));
    const [longestMs, shortestMs] = [Math.max(...times), Math.min(...times)];
    return [{ pass, wallMs: ended.wallMs, ownMs, longestMs, shortestMs, sumMs }];
  });
}

/** Jobs that took less are no measure of anything, in ms. */
const SHORT_MS = 100;

/** Reports whether jobs took no longer at once than alone: where computing jobs share cores, each takes longer. */
function tookNoLonger({ pass, longestMs }: Timed, alone: Timed | undefined): boolean {
  if (alone) return isSameTime(longestMs, alone.longestMs);
  return shareOf(pass, 'computing') < 0.2;
}

function headline(passes: readonly PassTimeline[]): string | null {
  const all = timed(passes);
  const alone = all.find(({ pass }) => !MODE_TRAITS[pass.mode].overlaps);
  const together = all.filter(
    (one) => MODE_TRAITS[one.pass.mode].overlaps && one.longestMs >= SHORT_MS && tookNoLonger(one, alone),
  );
  const asLongest = together.filter(({ wallMs, longestMs }) => isSameTime(wallMs, longestMs));
  const withStart = together.filter((one) => isSameTime(one.ownMs, one.longestMs));
  const group = asLongest.length > 0 ? asLongest : withStart;
  if (group.length === 0) return null;
  const longest = secondsOf(group.map(({ longestMs }) => longestMs));
  const took = `${namesOf(group)} took`;
  const start =
    asLongest.length === 0
      ? `${took} ${timesOf(group)}: the longest job (${longest}) and the start-up`
      : timesOf(group) === longest
        ? `${took} as long as the longest job: ${longest}`
        : `${took} ${timesOf(group)}, about as long as the longest job`;
  const others = all.filter((one) => one !== alone && !group.includes(one));
  const rest = others.length > 0 ? `; ${namesOf(others)} took ${timesOf(others)}` : '';
  const sum =
    alone && isSameTime(alone.wallMs, alone.sumMs) ? `; one by one took the sum: ${timesOf([alone])}` : '';
  return `${capital(start)}${rest}${sum}.`;
}

const namesOf = (group: Timed[]) => listed(group.map(({ pass }) => asNoun(pass.mode)));
const timesOf = (group: Timed[]) => secondsOf(group.map(({ wallMs }) => wallMs));

/** The question is how long threads took. */
function answer(passes: readonly PassTimeline[]): Answer | null {
  const all = timed(passes);
  const threads = all.find(({ pass }) => pass.mode === 'threads');
  const oneByOne = all.find(({ pass }) => pass.mode === 'sequential');
  if (threads === undefined) return null;
  const { wallMs, ownMs, sumMs } = threads;
  // Jobs that compute take longer side by side than alone.
  const { longestMs, shortestMs } = oneByOne ?? threads;
  const baseMs = oneByOne?.wallMs ?? sumMs;
  const together = oneByOne ? 'one by one, the jobs took' : 'the sum of all jobs is';
  const started = isSameTime(wallMs, ownMs) ? '' : `, ${inSeconds(wallMs - ownMs)} of it to start`;
  const why = `Threads took ${secondsOf([wallMs])}${started}; the longest job took ${secondsOf([longestMs])}, and the shortest ${secondsOf([shortestMs])}; ${together} ${secondsOf([baseMs])}.`;
  // Counted with the time it took to start the threads, and without.
  const offBy = [baseMs, baseMs / 2, longestMs, shortestMs].map((ms) =>
    Math.min(...[wallMs, ownMs].map((own) => Math.max(own, ms) / Math.min(own, ms))),
  );
  const least = Math.min(...offBy);
  const right = offBy.flatMap((factor, i) =>
    factor < CLEAR || (factor === least && factor < NEAR) ? [i] : [],
  );
  // That the longest job is half of all of them is a coincidence.
  const isLongest = (offBy[2] ?? NEAR) < NEAR;
  return { right: isLongest ? [...right.filter((i) => i !== 1 && i !== 2), 2].sort() : right, why };
}

export default { headline, answer } satisfies Claim;
