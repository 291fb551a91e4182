/** That the sum is the same in every mode, and how long each took. */
import { isHeldUp } from '../../figures/summary.ts';
import { MODES } from '../../spec/modes.ts';
import type { PassTimeline } from '../../timeline/model.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import {
  asNoun,
  capital,
  counted,
  inMode,
  inSeconds,
  listed,
  secondsOf,
  uncapital,
} from '../../words/english.ts';
import { isSameTime } from '../../words/noise.ts';
import { grouped } from '../../words/units.ts';

/** A mode that took longer than the next by this factor is the slowest by far. */
const FAR = 1.5;

/** Returns the sum of what main got from the queue; null if it got nothing, or anything that is not a number. */
function sumOf({ state }: PassTimeline): number | null {
  const values = [...state.messages.values()].flatMap(({ value, received }) =>
    received?.lane === 0 ? [value] : [],
  );
  const sum = values.reduce<number>(
    (all, value) => all + (typeof value === 'number' ? value : Number.NaN),
    0,
  );
  return values.length > 0 && Number.isFinite(sum) ? sum : null;
}

/** Returns the passes that nothing held up, with their times in ms, slowest first. */
function slowestFirst(passes: readonly PassTimeline[]) {
  return passes
    .flatMap((pass) =>
      pass.ended && !isHeldUp(pass.mode, pass.ended) ? [{ pass, ms: pass.ended.wallMs }] : [],
    )
    .sort((a, b) => b.ms - a.ms);
}

function timesWords([slowest, ...others]: ReturnType<typeof slowestFirst>): string {
  const [second] = others;
  if (!slowest || !second) return '';
  const all = [slowest, ...others];
  const last = others.at(-1) ?? second;
  if (isSameTime(slowest.ms, last.ms))
    return `all took about the same time, ${secondsOf(all.map(({ ms }) => ms))}`;
  if (isSameTime(slowest.ms, second.ms))
    return listed(all.map(({ pass, ms }) => `${asNoun(pass.mode)} took ${inSeconds(ms)}`));
  const rest = others.length === 1 ? asNoun(second.pass.mode) : 'the other modes';
  return `${asNoun(slowest.pass.mode)} took ${inSeconds(slowest.ms)}, ${rest} ${secondsOf(others.map(({ ms }) => ms))}`;
}

function headline(passes: readonly PassTimeline[]): string | null {
  const sums = new Set(passes.map(sumOf));
  const [sum] = sums;
  if (sums.size !== 1 || sum === null || sum === undefined) return null;
  const found = `found ${grouped(sum)} primes`;
  const times = timesWords(slowestFirst(passes));
  const [only] = passes;
  if (passes.length === 1 && only?.ended)
    return `${counted(only.jobs.size, 'job')} ${found} ${inMode(only.mode)}, in ${inSeconds(only.ended.wallMs)}.`;
  return `The jobs ${found} in every mode${times === '' ? '' : `; ${times}`}.`;
}

/** The question is which mode is the slowest by far. */
function answer(passes: readonly PassTimeline[]): Answer | null {
  const sorted = slowestFirst(passes);
  const [slowest, second] = sorted;
  if (!slowest || !second) return null;
  const why = `${capital(listed(sorted.map(({ pass, ms }) => `${asNoun(pass.mode)} took ${inSeconds(ms)}`)))}.`;
  const isFar = slowest.ms >= FAR * second.ms;
  return {
    right: isFar ? [MODES.indexOf(slowest.pass.mode)] : [],
    why: isFar ? why : `None was the slowest by far: ${uncapital(why)}`,
  };
}

export default { headline, answer } satisfies Claim;
