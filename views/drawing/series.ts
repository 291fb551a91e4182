/**
 * What stands under a pass's timeline: how many jobs run, memory and busy cores over time, as points and in words.
 * Pure: the server's drawing and the page's chart (static/chart/series.ts) are both made of it.
 */
import { cpu, memory, runningJobs } from '../../server/figures/series.ts';
import { firstWhere } from '../../server/timeline/first-where.ts';
import type { PassTimeline } from '../../server/timeline/model.ts';
import { bytes, count } from '../../server/words/units.ts';

/** In the order in which they are drawn and named, each with its name. */
export const SERIES = { jobs: 'running', memory: 'memory', cores: 'cores' } as const;
export type SeriesName = keyof typeof SERIES;
export const SERIES_NAMES = ['jobs', 'memory', 'cores'] as const satisfies readonly SeriesName[];

/** Points in order of time, in ms since the pass began. */
export type Points = { atMs: number[]; values: number[] };
/** `jobs` are steps: from each point on there are so many. */
export type PassSeries = Record<SeriesName, Points>;
/** The greatest value of each, over all passes that are seen together. */
export type Tops = Record<SeriesName, number>;

/** The series of a pass as far as it has come; without points where it has not begun. */
export function seriesOf(pass: PassTimeline | null): PassSeries {
  if (pass === null) return { jobs: none(), memory: none(), cores: none() };
  const { atMs, jobs } = runningJobs(pass);
  const used = memory(pass);
  const busy = cpu(pass);
  // Steps go on to where the pass has come.
  const lastMs = atMs.at(-1) ?? 0;
  const isLater = pass.latestMs > lastMs;
  return {
    jobs: {
      atMs: isLater ? [...atMs, pass.latestMs] : atMs,
      values: isLater ? [...jobs, jobs.at(-1) ?? 0] : jobs,
    },
    memory: { atMs: used.atMs, values: used.rssBytes },
    cores: { atMs: busy.atMs, values: busy.cores },
  };
}

function none(): Points {
  return { atMs: [], values: [] };
}

/** Where the scales of the series end, which begin at 0: the same for all passes, so that they can be compared. */
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
 * The points from `minMs` to `maxMs` and the nearest on either side: at most three in each of `columns` equal
 * stretches, the lowest, the highest and the last, so that no peak is lost and steps go on from the right height.
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

/** Index of the first time that is not before `ms`. */
function firstFrom(atMs: readonly number[], ms: number): number {
  return firstWhere(atMs.length, (i) => (atMs[i] ?? ms) >= ms);
}

/** The values at a moment; null where none is known: before the first sample, or where the system does not tell. */
export function valuesAt(series: PassSeries, ms: number): Record<SeriesName, number | null> {
  const { jobs, memory: used, cores } = series;
  const upTo = ({ atMs, values }: Points) => {
    const i = firstFrom(atMs, ms);
    return values[atMs[i] === ms ? i : i - 1] ?? null;
  };
  const isSampled = (used.atMs[0] ?? Number.POSITIVE_INFINITY) <= ms;
  // Each tells of the time from the sample before it; past the last one, that is the newest there is.
  const busy = cores.values[Math.min(firstFrom(cores.atMs, ms), cores.values.length - 1)];
  return { jobs: upTo(jobs), memory: upTo(used), cores: isSampled ? (busy ?? null) : null };
}

/** What runs at a moment: `4 running · 41.3 MiB · 1.9 of 2 cores`; what is not known is left out. */
export function momentWords(pass: PassTimeline, series: PassSeries, ms: number): string {
  if (pass.ended !== null && ms > pass.latestMs) return 'has ended';
  const { jobs, memory: used, cores } = valuesAt(series, ms);
  return [
    jobs === null ? null : `${jobs} running`,
    used === null ? null : bytes(used),
    cores === null ? null : coresWords(cores, pass.cores),
  ]
    .filter((part) => part !== null)
    .join(' · ');
}

/** The most that a pass came to: `up to 5 running · 41.3 MiB · 1.9 of 2 cores`. */
function endWords(pass: PassTimeline, series: PassSeries): string {
  const peakRssBytes = pass.ended?.peakRssBytes ?? null;
  const most = ({ values }: Points) => values.reduce((top, value) => Math.max(top, value), 0);
  return [
    `up to ${most(series.jobs)} running`,
    peakRssBytes === null ? null : bytes(peakRssBytes),
    series.cores.values.length === 0 ? null : coresWords(most(series.cores), pass.cores),
  ]
    .filter((part) => part !== null)
    .join(' · ');
}

function coresWords(busy: number, cores: number): string {
  return `${busy.toFixed(1)} of ${count(cores, 'core')}`;
}

/** Where nothing is pointed at: a pass that runs as it is at `nowMs`, one that has ended as a whole. */
export function seriesWords(
  pass: PassTimeline | null,
  series: PassSeries,
  nowMs = pass?.latestMs ?? 0,
): string {
  if (pass === null) return '';
  return pass.ended === null ? momentWords(pass, series, nowMs) : endWords(pass, series);
}
