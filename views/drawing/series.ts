/**
 * The series under a pass's timeline: running jobs, memory and busy cores over time, as points and in words. Pure: the
 * server's drawing and the page's chart (static/chart/series.ts) both use it.
 */
import { cpu, memory, runningJobs } from '../../server/figures/series.ts';
import { firstWhere } from '../../server/timeline/first-where.ts';
import type { PassTimeline } from '../../server/timeline/model.ts';
import { inSeconds } from '../../server/words/english.ts';
import { bytes, count } from '../../server/words/units.ts';

/** The series in the order in which they are drawn, each with its label. */
export const SERIES = { jobs: 'running', memory: 'memory', cores: 'cores' } as const;
export type SeriesName = keyof typeof SERIES;
export const SERIES_NAMES = ['jobs', 'memory', 'cores'] as const satisfies readonly SeriesName[];

/** Points in order of time, in ms since the pass began. */
export type Points = { atMs: number[]; values: number[] };
/** `jobs` are steps: each value holds until the next point. */
export type PassSeries = Record<SeriesName, Points>;
/** The largest value of each series, over all passes that are shown together. */
export type Tops = Record<SeriesName, number>;

/** Returns the series of a pass up to now; without points if it has not begun. */
export function seriesOf(pass: PassTimeline | null): PassSeries {
  if (pass === null) return { jobs: none(), memory: none(), cores: none() };
  const { atMs, jobs } = runningJobs(pass);
  const used = memory(pass);
  const busy = cpu(pass);
  // Steps extend to the latest time that is known of the pass.
  const lastMs = atMs.at(-1) ?? 0;
  const knownMs = pass.cutMs ?? pass.latestMs;
  const isLater = knownMs > lastMs;
  return {
    jobs: {
      atMs: isLater ? [...atMs, knownMs] : atMs,
      values: isLater ? [...jobs, jobs.at(-1) ?? 0] : jobs,
    },
    memory: { atMs: used.atMs, values: used.rssBytes },
    cores: { atMs: busy.atMs, values: busy.cores },
  };
}

function none(): Points {
  return { atMs: [], values: [] };
}

/** Returns the upper ends of the scales, which start at 0: the same for all passes, so that they can be compared. */
export function topsOf(
  passes: readonly (PassTimeline | null)[],
  all: readonly PassSeries[] = passes.map(seriesOf),
): Tops {
  const tops = { jobs: 1, memory: 1, cores: 1 };
  for (const series of all) {
    for (const name of SERIES_NAMES)
      tops[name] = series[name].values.reduce((top, value) => Math.max(top, value), tops[name]);
  }
  for (const pass of passes) tops.cores = Math.max(tops.cores, pass?.cores ?? 0);
  return tops;
}

/**
 * Returns the points from `minMs` to `maxMs` and the nearest on either side, at most three per column: the lowest, the
 * highest and the last, so that no peak is lost and steps continue at the right height.
 */
export function thinned({ atMs, values }: Points, minMs: number, maxMs: number, columns: number): Points {
  const first = Math.max(0, firstFrom(atMs, minMs) - 1);
  const end = Math.min(atMs.length, firstFrom(atMs, maxMs) + 2);
  if (end - first <= 3 * columns) return { atMs: atMs.slice(first, end), values: values.slice(first, end) };
  const thin: Points = { atMs: [], values: [] };
  const add = (i: number) => {
    thin.atMs.push(atMs[i] ?? 0);
    thin.values.push(values[i] ?? 0);
  };
  const columnOf = (i: number) => Math.floor((((atMs[i] ?? 0) - minMs) * columns) / (maxMs - minMs));
  for (let from = first; from < end; ) {
    const column = columnOf(from);
    let [low, high, i] = [from, from, from];
    for (; i < end && columnOf(i) === column; i++) {
      if ((values[i] ?? 0) < (values[low] ?? 0)) low = i;
      if ((values[i] ?? 0) > (values[high] ?? 0)) high = i;
    }
    for (const one of [...new Set([low, high, i - 1])].sort((a, b) => a - b)) add(one);
    from = i;
  }
  return thin;
}

/** Returns the index of the first time that is not before `ms`. */
function firstFrom(atMs: readonly number[], ms: number): number {
  return firstWhere(atMs.length, (i) => (atMs[i] ?? ms) >= ms);
}

/** Returns the values at a moment; null before the first sample, or if the system does not report the value. */
export function valuesAt(series: PassSeries, ms: number): Record<SeriesName, number | null> {
  const { jobs, memory: used, cores } = series;
  const upTo = ({ atMs, values }: Points) => {
    const i = firstFrom(atMs, ms);
    return values[atMs[i] === ms ? i : i - 1] ?? null;
  };
  const isSampled = (used.atMs[0] ?? Number.POSITIVE_INFINITY) <= ms;
  // Each sample covers the time since the one before it; after the last sample, the last one counts.
  const busy = cores.values[Math.min(firstFrom(cores.atMs, ms), cores.values.length - 1)];
  return { jobs: upTo(jobs), memory: upTo(used), cores: isSampled ? (busy ?? null) : null };
}

/** Returns the values at a moment as text: `4 running · 41.3 MiB · 1.9 of 2 cores`; unknown values are left out. */
export function momentWords(pass: PassTimeline, series: PassSeries, ms: number): string {
  if (pass.ended !== null && ms > pass.latestMs) return 'has ended';
  if (pass.cutMs !== null && ms > pass.cutMs) return 'unknown';
  const { jobs, memory: used, cores } = valuesAt(series, ms);
  return [
    jobs === null ? null : `${jobs} running`,
    used === null ? null : bytes(used),
    cores === null ? null : coresWords(cores, pass.cores),
  ]
    .filter((part) => part !== null)
    .join(' · ');
}

/** Returns the peaks of a pass as text: `up to 5 running · 41.3 MiB · 1.9 of 2 cores`. */
function endWords(pass: PassTimeline, series: PassSeries): string {
  const peakRssBytes = pass.ended?.peakRssBytes ?? null;
  const most = ({ values }: Points) => values.reduce((top, value) => Math.max(top, value), 0);
  const { cutMs } = pass;
  const until = cutMs === null ? '' : ` until ${inSeconds(cutMs)}`;
  return [
    // Of a pass that began after the log was cut, it is unknown.
    cutMs === 0 ? null : `up to ${most(series.jobs)} running${until}`,
    peakRssBytes === null ? null : bytes(peakRssBytes),
    series.cores.values.length === 0 ? null : coresWords(most(series.cores), pass.cores),
  ]
    .filter((part) => part !== null)
    .join(' · ');
}

function coresWords(busy: number, cores: number): string {
  return `${busy.toFixed(1)} of ${count(cores, 'core')}`;
}

/** Returns the text without a cursor: the values of a running pass at `nowMs`, or the peaks of an ended one. */
export function seriesWords(
  pass: PassTimeline | null,
  series: PassSeries,
  nowMs = pass?.latestMs ?? 0,
): string {
  if (pass === null) return '';
  return pass.ended === null ? momentWords(pass, series, nowMs) : endWords(pass, series);
}
