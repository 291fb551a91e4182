/**
 * The times of a pass in words: seconds and milliseconds, or, where a scheduler of ours gives the order, steps. An event
 * at 3 is what happened in step 3; a bar from 2 to 5 has steps 3 to 5.
 */
import type { Spec } from '../spec/spec.ts';
import { countsSteps, type PassTimeline } from '../timeline/model.ts';
import { inSeconds } from './english.ts';
import { clock, count, duration, seconds } from './units.ts';

/** What the times of a pass count. */
export type TimeUnit = 'ms' | 'step';

export function unitOf(pass: Pick<PassTimeline, 'order'> | null | undefined): TimeUnit {
  return countsSteps(pass) ? 'step' : 'ms';
}

/** What the times of a run that a spec asks for will count. */
export function plannedUnit({ schedule = '' }: Pick<Spec, 'schedule'>): TimeUnit {
  return schedule === '' ? 'ms' : 'step';
}

/** What the times of passes on one axis count. */
export function commonUnit(passes: readonly (Pick<PassTimeline, 'order'> | null)[]): TimeUnit {
  return unitOf(passes.find((pass) => pass !== null));
}

/** A duration: `1.2 s`; `3 steps`. */
export function lengthWords(ms: number, unit: TimeUnit): string {
  return unit === 'step' ? count(Math.round(ms), 'step') : duration(ms);
}

/** A duration with one decimal, for figures that keep changing: `9.2 s`; `3 steps`. */
export function elapsedWords(ms: number, unit: TimeUnit): string {
  return unit === 'step' ? lengthWords(Math.floor(ms), unit) : seconds(ms);
}

/** A duration for comparing at a glance: `9.2 s`, below a tenth of a second `43 ms`; `3 steps`. */
export function tookWords(ms: number, unit: TimeUnit): string {
  return unit === 'step' ? lengthWords(ms, unit) : inSeconds(ms);
}

/** A moment, as precise as a visible range of `spanMs` allows: `1.204 s`; `step 7`, `the start`. */
export function momentWords(atMs: number, spanMs: number, unit: TimeUnit): string {
  if (unit === 'ms') return clock(atMs, spanMs);
  return atMs < 1 ? 'the start' : `step ${Math.floor(atMs)}`;
}

/** From when to when a bar lasted, and how long: `1.204 s to 2.310 s: 1.1 s`; `step 3`, `steps 3 to 5: 3 steps`. */
export function stretchWords(fromMs: number, toMs: number, fineMs: number, unit: TimeUnit): string {
  if (unit === 'ms') return `${clock(fromMs, fineMs)} to ${clock(toMs, fineMs)}: ${duration(toMs - fromMs)}`;
  const [first, last] = [Math.floor(fromMs) + 1, Math.floor(toMs)];
  return last <= first ? `step ${first}` : `steps ${first} to ${last}: ${count(last - fromMs, 'step')}`;
}
