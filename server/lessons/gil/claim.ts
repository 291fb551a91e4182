/** Which modes computed faster than one by one, and on how many cores. */
import { isHeldUp } from '../../figures/summary.ts';
import { MODE_TRAITS, type Mode } from '../../spec/modes.ts';
import type { PassTimeline } from '../../timeline/model.ts';
import { alike, inModes } from '../../words/by-mode.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import { capital, inSeconds, secondsOf, timesOf } from '../../words/english.ts';
import { CLEAR, isSameTime, TRUSTED } from '../../words/noise.ts';
import { count } from '../../words/units.ts';

/**
 * A pass that nothing held up, and how many times as fast as one by one it was. `unexplained`: faster, but on no more cores:
 * then the machine itself was slower before, or busy.
 */
type Timed = {
  pass: PassTimeline;
  wallMs: number;
  factor: number;
  speed: 'faster' | 'same' | 'slower' | 'unexplained';
};

type Ended = NonNullable<PassTimeline['ended']>;

/** Up to how many times the cores of one by one a pass used no more of them: starting takes some, too. */
const NO_MORE = 1.2;
/** The same where all of them are less than one core: then others had the rest, now more of it and now less. */
const LITTLE_MORE = 1.5;

/**
 * Returns how long one by one took, in ms, and the other passes; null if nothing can be compared, as after something
 * else slowed down one by one: then others are faster than the cores allow.
 */
function timed(passes: readonly PassTimeline[]): { aloneMs: number; others: Timed[] } | null {
  const whole = passes.filter(({ ended, mode, jobs }) => ended && jobs.size > 1 && !isHeldUp(mode, ended));
  const alone = whole.find(({ mode }) => !MODE_TRAITS[mode].overlaps)?.ended;
  if (!alone) return null;
  const { wallMs: aloneMs } = alone;
  const others = whole.flatMap((pass): Timed[] => {
    const wallMs = pass.ended?.wallMs ?? 0;
    if (!MODE_TRAITS[pass.mode].overlaps || wallMs === 0) return [];
    return [{ pass, wallMs, factor: aloneMs / wallMs, speed: speedOf(pass, alone) }];
  });
  const isDisturbed = others.some(({ pass, factor }) => factor > TRUSTED * Math.max(pass.cores, CLEAR));
  return others.length === 0 || isDisturbed ? null : { aloneMs, others };
}

function speedOf({ ended }: PassTimeline, alone: Ended): Timed['speed'] {
  const { wallMs, cpuMs } = ended ?? alone;
  if (isSameTime(alone.wallMs, wallMs)) return 'same';
  if (wallMs > alone.wallMs) return 'slower';
  if (cpuMs === null || alone.cpuMs === null) return 'faster';
  const [used, usedAlone] = [cpuMs / wallMs, alone.cpuMs / alone.wallMs];
  const gain = used / usedAlone;
  return gain < NO_MORE || (used < 1 && gain < LITTLE_MORE) ? 'unexplained' : 'faster';
}

const WORDS = { same: 'as long as one by one', slower: 'longer than one by one' } as const;

/** How many cores the processes of a pass used on average: `, using 1.0 of 2 cores`; empty if that is unknown. */
function coresWords(one: Timed): string {
  return one.pass.ended?.cpuMs == null ? '' : `, using ${usedOf(one)}`;
}

function usedOf({ pass, wallMs }: Timed): string {
  return `${((pass.ended?.cpuMs ?? 0) / wallMs).toFixed(1)} of ${count(pass.cores, 'core')}`;
}

function headline(passes: readonly PassTimeline[]): string | null {
  const found = timed(passes);
  if (found === null) return null;
  const { aloneMs, others } = found;
  const of = (pass: PassTimeline) => others.find((one) => one.pass === pass);
  const groups = alike(
    others.map(({ pass }) => pass),
    (pass) => of(pass)?.speed ?? null,
  );
  const parts = groups.map(({ passes: some, words }, i) => {
    const all = some.flatMap((pass) => of(pass) ?? []);
    const where = `${inModes(some)} ${i === 0 ? 'the jobs' : 'they'}`;
    const ms = all.map(({ wallMs }) => wallMs);
    if (words === 'faster')
      return `${where} were ${timesOf(all.map(({ factor }) => factor))} as fast as one by one: ${secondsOf(ms)}`;
    const [only] = all;
    if (words === 'unexplained' && only) return `${where} used ${usedOf(only)}, and took ${secondsOf(ms)}`;
    const cores = all.length === 1 && only && only.pass.cores > 1 ? coresWords(only) : '';
    return `${where} took ${words === 'same' ? WORDS.same : WORDS.slower}: ${secondsOf(ms)}${cores}`;
  });
  const isTold = groups.some(({ words }) => words === 'same' || words === 'unexplained');
  return `${capital(parts.join('; '))}${isTold ? '' : `, instead of ${inSeconds(aloneMs)}`}.`;
}

/** The question is whether threads, processes, both or neither are faster than one by one. */
function answer(passes: readonly PassTimeline[]): Answer | null {
  const found = timed(passes);
  if (found === null) return null;
  const of = (mode: Mode) => found.others.find(({ pass }) => pass.mode === mode);
  const [threads, processes] = [of('threads'), of('processes')];
  if (!threads || !processes) return null;
  const isFaster = ({ factor, speed }: Timed) => factor >= CLEAR && speed !== 'unexplained';
  const right = isFaster(threads) ? (isFaster(processes) ? 0 : 1) : isFaster(processes) ? 2 : 3;
  const why = `One by one took ${inSeconds(found.aloneMs)}; ${took(threads)}, and ${took(processes)}.`;
  return { right: [right], why };
}

/** `threads took 3.2 s, using 1.0 of 2 cores`. */
function took(one: Timed): string {
  return `${MODE_TRAITS[one.pass.mode].name} took ${inSeconds(one.wallMs)}${coresWords(one)}`;
}

export default { headline, answer } satisfies Claim;
