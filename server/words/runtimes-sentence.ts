/** What the same run on several runtimes shows, in words. Pure. */
import type { Family, FamilyRun, ModeFigures } from '../figures/family.ts';
import { specAt } from '../figures/planned.ts';
import { RUNTIME_NAMES } from '../spec/runtimes.ts';
import { asNoun, inMode, inSeconds, listed, secondsOf } from './english.ts';
import { CLEAR, isSameTime } from './noise.ts';

/** Most modes whose times are said runtime by runtime: those in which the runtimes differ most. */
const MOST_APART = 2;

/** Returns the name of the runtime of run `number` of a family. */
export function runtimeName(family: Family, number: number): string {
  return RUNTIME_NAMES[specAt(family, family.spec, number).runtime];
}

/**
 * Says on which runtimes workers gained time, if only on some, and how long each runtime took, first in the modes in which
 * they clearly differ: `threads beat one by one on Node.js and Deno, but not on Python: in threads Node.js took 1.1 s,
 * Deno 1.1 s and Python 2.1 s; one by one all took 2.0 to 2.1 s`.
 */
export function runtimesWords(family: Family, figures: readonly ModeFigures[]): string {
  const gains = gainsWords(family, figures);
  return gains === '' ? timesWords(family, figures) : `${gains}: ${timesWords(family, figures)}`;
}

/** Names the first mode that clearly beat one by one on some of the runtimes, and not on others; empty if none did. */
function gainsWords(family: Family, figures: readonly ModeFigures[]): string {
  const alone = new Map(
    figures
      .find(({ mode }) => mode === 'sequential')
      ?.times.map(({ number, wallMs }) => [number, wallMs] as const),
  );
  for (const { mode, times } of figures) {
    const known = times.filter(({ number }) => mode !== 'sequential' && alone.has(number));
    const factor = ({ number, wallMs }: ModeFigures['times'][number]) => (alone.get(number) ?? 0) / wallMs;
    const [faster, others] = [
      known.filter((time) => factor(time) > CLEAR),
      known.filter((time) => factor(time) <= CLEAR),
    ];
    if (faster.length === 0 || others.length === 0) continue;
    // Those that just reached what counts as a gain, and those that just missed it, are not told apart.
    if (Math.min(...faster.map(factor)) < CLEAR * Math.max(...others.map(factor))) continue;
    const names = (some: typeof known) => some.map(({ number }) => runtimeName(family, number));
    return `${asNoun(mode)} beat one by one on ${listed(names(faster))}, but not on ${listed(names(others), 'or')}`;
  }
  return '';
}

function timesWords(family: Family, figures: readonly ModeFigures[]): string {
  const all = figures.map(({ mode, times }) => {
    const wallMs = times.map((one) => one.wallMs);
    const [least, most] = [Math.min(...wallMs), Math.max(...wallMs)];
    return { mode, times, wallMs, ratio: isSameTime(least, most) ? 1 : most / least };
  });
  const isAlone = all.every(({ times }) => times.length === 1);
  const apart = all
    .filter(({ ratio }) => ratio > 1 || isAlone)
    .sort((a, b) => b.ratio - a.ratio)
    .slice(0, MOST_APART)
    .map(({ mode, times }, at) => {
      const each = times.map(({ number, wallMs }, i) => {
        const took = at === 0 && i === 0 ? ' took' : '';
        return `${runtimeName(family, number)}${took} ${inSeconds(wallMs)}`;
      });
      return `${inMode(mode)} ${listed(each)}`;
    });
  const alike = all
    .filter(({ ratio, times }) => ratio === 1 && times.length > 1)
    .map(({ mode, times, wallMs }) => {
      const isAll = times.length === family.count;
      const names = times.map(({ number }) => runtimeName(family, number));
      const which = !isAll ? listed(names) : times.length === 2 ? 'both' : `all ${times.length}`;
      return `${inMode(mode)} ${which} took ${secondsOf(wallMs)}`;
    });
  return [...apart, ...alike].join('; ');
}

/** Names the runtimes whose runs did not complete: `Deno did not complete`; empty if all did. */
export function missedWords(family: Family, failed: readonly FamilyRun[]): string {
  if (failed.length === 0) return '';
  return `${listed(failed.map(({ number }) => runtimeName(family, number)))} did not complete`;
}
