/** What the critical path of a pass consists of, in words. Pure. */
import type { Mode } from '../spec/modes.ts';
import type { Segment } from '../timeline/critical-path.ts';
import type { BarState } from '../timeline/model.ts';
import { capital, inMode, namedJobs } from './english.ts';
import { LOOK_WORDS } from './looks.ts';
import { duration } from './units.ts';

/** Smallest share of the path that is mentioned. */
const WORTH_TELLING = 0.01;

/** `In threads: job 3 sleeping 9.2 s, starting 143 ms`: what took most of the path, by job, longest first. */
export function pathWords(mode: Mode, path: readonly Segment[]): string {
  const allMs = path.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const said = partsOf(path)
    .filter(({ ms }) => ms > 0 && ms >= WORTH_TELLING * allMs)
    .sort((a, b) => b.ms - a.ms)
    .map((part) => `${whoWords(part)}${LOOK_WORDS[part.state]} ${duration(part.ms)}`);
  return `${capital(inMode(mode))}: ${said.length === 0 ? 'nothing' : said.join(', ')}`;
}

/** A part of the path that is mentioned as one: a state of jobs, or of lanes without a job. */
type Part = { state: BarState; ms: number; jobs: Map<number, number> };

function partsOf(path: readonly Segment[]): Part[] {
  const parts = new Map<string, Part>();
  for (const { state, job, fromMs, toMs } of path) {
    const key = `${state} ${job === null ? 'main' : 'jobs'}`;
    const part = parts.get(key) ?? { state, ms: 0, jobs: new Map() };
    parts.set(key, part);
    part.ms += toMs - fromMs;
    if (job !== null) part.jobs.set(job, (part.jobs.get(job) ?? 0) + toMs - fromMs);
  }
  return [...parts.values()];
}

function whoWords({ state, ms, jobs }: Part): string {
  if (jobs.size > 0) {
    // Leaves out jobs with next to no part in it, unless that is all of them.
    const named = [...jobs].filter(([, own]) => own >= WORTH_TELLING * ms);
    return `${namedJobs((named.length > 0 ? named : [...jobs]).map(([job]) => job))} `;
  }
  // Of those without a job only main waits; every lane starts, and the program's own code is main's anyway.
  return state === 'starting' || state === 'running' || state === 'idle' || state === 'turn' ? '' : 'main ';
}

/** The critical paths of several passes, in their order, a sentence each. */
export function pathsWords(paths: readonly { mode: Mode; path: readonly Segment[] }[]): string {
  if (paths.length === 0) return 'The critical path is described here once a mode has ended.';
  return `Critical path. ${paths.map(({ mode, path }) => `${pathWords(mode, path)}.`).join(' ')}`;
}
