/** What a class saw, as figures. */
import type { JavaScript } from '../../../server/spec/runtimes.ts';
import { type Figure, ms, pair, quantile } from '../figures.ts';
import type { Idle } from './idle.ts';
import type { Learner, Load } from './learner.ts';
import type { Peaks } from './memory.ts';

/** What was found. Sizes are in bytes. */
export type ClassFound = {
  size: number;
  alone: Learner;
  learners: Learner[];
  idle: { learner: Idle; floor: Idle };
  peaks: Peaks;
  checked: { streams: number; events: number; lost: number; doubled: number; failed: number };
  floorRssBytes: number;
  seconds: number;
  cpuSeconds: { server: number; below: number; bench: number };
  /** How late timers of the bench itself were, p99: what it measures is too long by as much at times. */
  benchDelayMs: number;
  wall: { perSecond: number[][]; logBytes: number };
};

const MOST = { firstMs: 200, startMs: 3000, pageMs: 100, serverBytes: 200e6, wallBytes: 64e3 };
const MOST_IDLE_BYTES = { node: 50e3, deno: 100e3 };

/** Returns the figures of a class, with what it should reach. */
export function figuresOf(found: ClassFound, runtime: JavaScript): Figure[] {
  const { size, alone, learners, idle, peaks, checked, wall } = found;
  const times = (of: (learner: Learner) => number) => learners.map(of);
  const [first, start, end] = [times(firstMs), times(startMs), times(endMs)];
  const refused = times(({ press }) => press?.refused ?? 0).reduce((sum, one) => sum + one, 0);
  const floorFirst = times(({ press }) => press?.floorFirstMs ?? Number.NaN);
  const loads = learners.flatMap((one) => one.loads);
  const loaded = (of: (load: Load) => number) => loads.map(of);
  const [pages, wholes] = [loaded(({ tookMs }) => tookMs), loaded(({ wholeMs }) => wholeMs)];
  const alonePages = alone.loads.map(({ tookMs }) => tookMs);
  const aloneWholes = alone.loads.map(({ wholeMs }) => wholeMs);
  const bytes = wall.perSecond.map((seconds) => seconds.reduce((sum, one) => sum + one, 0));
  const wallSeconds = Math.max(1, ...wall.perSecond.map((seconds) => seconds.length));
  const wallMost = Math.max(...wall.perSecond.flat());
  const { server, below, bench } = found.cpuSeconds;
  const cores = (seconds: number) => (seconds / found.seconds).toFixed(2);
  const name = (what: string) => `${size} learners: ${what}`;
  const told = { floor: '–', target: 'to be told', isMet: null };
  return [
    {
      name: name('Run pressed to first event or place'),
      measured: `p50 ${ms(quantile(first, 0.5))}, p99 ${ms(quantile(first, 0.99))}`,
      floor: `alone ${ms(firstMs(alone))}; bare Hono p50 ${ms(quantile(floorFirst, 0.5))}, p99 ${ms(quantile(floorFirst, 0.99))}`,
      target: 'p99 200 ms',
      isMet: quantile(first, 0.99) <= MOST.firstMs,
    },
    {
      name: name('Run pressed to first pass'),
      measured: `p50 ${s(quantile(start, 0.5))}, slowest ${s(Math.max(...start))}`,
      floor: `alone ${s(startMs(alone))}`,
      target: 'slowest 3 s',
      isMet: Math.max(...start) <= MOST.startMs,
    },
    {
      ...told,
      name: name('Run pressed to end'),
      measured: `p50 ${s(quantile(end, 0.5))}, slowest ${s(Math.max(...end))}: ${(Math.max(...end) / endMs(alone)).toFixed(2)} times as long`,
      floor: `alone ${s(endMs(alone))}`,
    },
    {
      ...told,
      name: name('times that the server was busy, runs that failed'),
      measured: `${refused}, ${checked.failed}`,
      target: '0, 0',
      isMet: refused + checked.failed === 0,
    },
    {
      ...told,
      name: name('events lost, events doubled'),
      measured: `${checked.lost}, ${checked.doubled} of ${checked.events} in ${checked.streams} streams`,
      target: '0, 0',
      isMet: checked.lost + checked.doubled === 0,
    },
    {
      name: name(`${pages.length} pages`),
      measured: pair(pages),
      floor: `bare Hono ${pair(loaded(({ floorMs }) => floorMs))}; alone ${pair(alonePages)}`,
      target: 'p99 100 ms',
      isMet: quantile(pages, 0.99) <= MOST.pageMs,
    },
    {
      ...told,
      name: name('pages with their scripts'),
      measured: pair(wholes),
      floor: `alone ${pair(aloneWholes)}`,
    },
    {
      name: name('server’s memory'),
      measured: `RSS ${mb(peaks.server.rssBytes)}, PSS ${mb(peaks.server.pssBytes)}`,
      floor: `bare Hono RSS ${mb(found.floorRssBytes)}`,
      target: 'RSS 200 MB',
      isMet: peaks.server.rssBytes <= MOST.serverBytes,
    },
    {
      ...told,
      name: name('memory of everything'),
      measured: `PSS ${mb(peaks.all.pssBytes)}, RSS ${mb(peaks.all.rssBytes)}, ${peaks.processes} processes at once`,
    },
    {
      ...told,
      name: name('CPU'),
      measured: `server ${server.toFixed(1)} s (${cores(server)} cores), runs ${below.toFixed(1)} s (${cores(below)} cores)`,
      floor: `the bench itself ${bench.toFixed(1)} s, timers late by ${ms(found.benchDelayMs)} (p99)`,
    },
    {
      name: name('a wall, bytes a second'),
      measured: `${kb(Math.max(...bytes) / wallSeconds)}, most in a second ${kb(wallMost)}`,
      floor: `the exact logs ${kb(wall.logBytes / wallSeconds)}`,
      target: 'most 64 kB',
      isMet: wallMost <= MOST.wallBytes,
    },
    {
      name: 'a learner who does nothing',
      measured: `${kb(idle.learner.heapBytes)} of heap and buffers, RSS ${kb(idle.learner.rssBytes)}`,
      floor: `bare Hono ${kb(idle.floor.heapBytes)}, RSS ${kb(idle.floor.rssBytes)}`,
      target: kb(MOST_IDLE_BYTES[runtime]),
      isMet: idle.learner.heapBytes <= MOST_IDLE_BYTES[runtime],
    },
  ];
}

/** Returns how long after pressing Run something came, in ms; NaN if it never did. */
function since({ press }: Learner, atMs: number | null | undefined): number {
  return press === null || atMs == null ? Number.NaN : atMs - press.atMs;
}

const firstMs = (learner: Learner) => since(learner, learner.seen[0]?.followed.firstAt);
const startMs = (learner: Learner) => since(learner, learner.seen[0]?.followed.startedAt);
const endMs = (learner: Learner) => since(learner, learner.seen[0]?.followed.endedAt);

function s(valueMs: number): string {
  return `${(valueMs / 1000).toFixed(2)} s`;
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function kb(bytes: number): string {
  return `${(bytes / 1e3).toFixed(1)} kB`;
}
