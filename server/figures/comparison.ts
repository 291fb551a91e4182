/** Compares two runs: their settings, and the figures of each mode that both have. Pure. */
import type { Mode } from '../spec/modes.ts';
import type { RunTimeline } from '../timeline/model.ts';
import { type Asked, type DifferentSetting, differentSettings } from './different-settings.ts';
import { isHeldUp, type PassSummary, summarize } from './summary.ts';

/** One of the two runs. */
export type Side = Asked & { id: string; timeline: RunTimeline };

/**
 * Which run is better in a figure; `unknown` if the two cannot be compared, and `unlike` if the runs did different
 * work: less time for less work is not better.
 */
export type Verdict = 'a' | 'b' | 'same' | 'unlike' | 'unknown';

/** A figure in both runs; null if a run does not have it (yet). */
export type FigurePair = { name: FigureName; a: number | null; b: number | null; verdict: Verdict };

/** What else is needed to judge and describe the figures of a mode. */
type PairTerms = {
  isSameWork: boolean;
  /** Number of jobs in each run's spec. */
  jobs: { a: number; b: number };
  /** Whether each run has ended: jobs that have not begun by then never will. */
  isOver: { a: boolean; b: boolean };
};

/** A mode that both runs have. A summary is null until its pass begins. */
export type ModePair = {
  mode: Mode;
  a: PassSummary | null;
  b: PassSummary | null;
  terms: PairTerms;
  figures: FigurePair[];
};

export type Comparison = {
  a: Side;
  b: Side;
  settings: DifferentSetting[];
  /** Whether all settings that change the work are the same. */
  isSameWork: boolean;
  modes: ModePair[];
  /** Modes that only one of the runs has. */
  onlyA: Mode[];
  onlyB: Mode[];
};

/** Figures that differ by less than this share of the smaller one count as equal: no two runs are the same. */
export const EQUAL = 0.05;
/** Times that differ by less than this, in ms, count as equal too: a scheduler may delay a thread by that much. */
const EQUAL_MS = 1;

type Figure = {
  of(summary: PassSummary): number | null;
  best: 'least' | 'most';
  unit: 'ms' | 'bytes' | 'times' | 'jobs';
};

/** The figures compared, in the order of the table. */
export const FIGURES = {
  wall: { of: (s) => s.wallMs, best: 'least', unit: 'ms' },
  sum: { of: (s) => s.jobMs, best: 'least', unit: 'ms' },
  speedUp: { of: (s) => s.speedUp?.factor ?? null, best: 'most', unit: 'times' },
  startUp: { of: (s) => (s.lanes === 0 ? null : s.startupMs / s.lanes), best: 'least', unit: 'ms' },
  processor: { of: (s) => s.cpuMs, best: 'least', unit: 'ms' },
  memory: { of: (s) => s.peakRssBytes, best: 'least', unit: 'bytes' },
  done: { of: (s) => s.done, best: 'most', unit: 'jobs' },
  failed: { of: (s) => s.failed, best: 'least', unit: 'jobs' },
  cutOff: { of: (s) => s.cutOff, best: 'least', unit: 'jobs' },
  neverBegan: { of: (s) => s.neverBegan, best: 'least', unit: 'jobs' },
} as const satisfies Record<string, Figure>;
export type FigureName = keyof typeof FIGURES;

/** Compares `b` with `a`, using what is known of both so far. */
export function compareRuns(a: Side, b: Side): Comparison {
  const summaries = { a: summarize(a.timeline), b: summarize(b.timeline) };
  const find = (side: 'a' | 'b', mode: Mode) =>
    summaries[side].find((summary) => summary.mode === mode) ?? null;
  const shared = a.spec.modes.filter((mode) => b.spec.modes.includes(mode));
  const settings = differentSettings(a, b);
  const terms: PairTerms = {
    isSameWork: !settings.some(({ makesWork }) => makesWork),
    jobs: { a: a.spec.jobs, b: b.spec.jobs },
    isOver: { a: a.timeline.state === 'ended', b: b.timeline.state === 'ended' },
  };
  return {
    a,
    b,
    settings,
    isSameWork: terms.isSameWork,
    modes: shared.map((mode) => modePair(mode, find('a', mode), find('b', mode), terms)),
    onlyA: a.spec.modes.filter((mode) => !shared.includes(mode)),
    onlyB: b.spec.modes.filter((mode) => !shared.includes(mode)),
  };
}

/** Compares the figures of a mode in both runs. */
export function modePair(
  mode: Mode,
  a: PassSummary | null,
  b: PassSummary | null,
  terms: PairTerms,
): ModePair {
  const names = Object.keys(FIGURES) as FigureName[];
  return { mode, a, b, terms, figures: names.map((name) => figurePair(name, a, b, terms)) };
}

function figurePair(
  name: FigureName,
  a: PassSummary | null,
  b: PassSummary | null,
  { isSameWork }: PairTerms,
): FigurePair {
  const { of, best, unit }: Figure = FIGURES[name];
  const values = { a: a && of(a), b: b && of(b) };
  const pair = { name, ...values };
  if (values.a === null || values.b === null || !isComparable(name, a, b))
    return { ...pair, verdict: 'unknown' };
  if (!isSameWork) return { ...pair, verdict: 'unlike' };
  if (isSame(values.a, values.b, unit)) return { ...pair, verdict: 'same' };
  const isLessInA = values.a < values.b;
  return { ...pair, verdict: isLessInA === (best === 'least') ? 'a' : 'b' };
}

/**
 * Reports whether a mode's times can be compared. A pass that stopped early, or whose jobs failed, took less time
 * without being faster. If as many jobs failed in both, as in a lesson about failures, the times are comparable again,
 * unless nothing was done.
 */
export function bothWentAlike(a: PassSummary | null, b: PassSummary | null): boolean {
  if (a?.status !== 'completed' || b?.status !== 'completed' || isCut(a) || isCut(b)) return false;
  if (isHeldUp(a.mode, a) || isHeldUp(b.mode, b)) return false;
  if (isNothingDone(a) && isNothingDone(b)) return false;
  return a.failed === b.failed && a.cutOff === b.cutOff && a.neverBegan === b.neverBegan;
}

/** Reports whether a pass had jobs, and none of them was done. */
export function isNothingDone({ done, failed, cutOff, neverBegan }: PassSummary): boolean {
  return done === 0 && failed + cutOff + neverBegan > 0;
}

/** Reports whether the log of a pass was cut, so that its jobs are unknown. */
export function isCut(summary: PassSummary | null): boolean {
  return summary !== null && summary.cutMs !== null;
}

function isComparable(name: FigureName, a: PassSummary | null, b: PassSummary | null): boolean {
  if (name === 'speedUp' && a?.speedUp?.against !== b?.speedUp?.against) return false;
  // Jobs can be counted in any pass that has ended.
  if (FIGURES[name].unit === 'jobs') return !isCut(a) && !isCut(b) && a?.status != null && b?.status != null;
  return bothWentAlike(a, b);
}

function isSame(a: number, b: number, unit: Figure['unit']): boolean {
  if (unit === 'jobs') return a === b;
  if (unit === 'ms' && Math.abs(a - b) < EQUAL_MS) return true;
  return Math.abs(a - b) <= EQUAL * Math.min(a, b);
}
