/** What the critical path of a pass consists of, in words. Pure. */
import type { Segment } from '../server/runs/critical-path.ts';
import type { Mode } from '../server/runs/spec.ts';
import type { BarState } from '../server/runs/timeline.ts';
import { capital, inMode, namedJobs } from '../server/runs/words.ts';
import { LOOK_WORDS } from './names.ts';
import { duration } from './words.ts';

/** Share of the path from which a part of it is told. */
const WORTH_TELLING = 0.01;

/** `In threads: job 3 waiting on time 9.2 s, starting 143 ms`: what it is for the most part, the longest first. */
export function pathWords(mode: Mode, path: readonly Segment[]): string {
  const states = new Map<BarState, { ms: number; jobs: Set<number> }>();
  for (const { state, job, fromMs, toMs } of path) {
    const part = states.get(state) ?? { ms: 0, jobs: new Set() };
    states.set(state, part);
    part.ms += toMs - fromMs;
    if (job !== null) part.jobs.add(job);
  }
  const allMs = [...states.values()].reduce((sum, { ms }) => sum + ms, 0);
  const said = [...states]
    .filter(([, { ms }]) => ms > 0 && ms >= WORTH_TELLING * allMs)
    .sort(([, a], [, b]) => b.ms - a.ms)
    .map(([state, { ms, jobs }]) => {
      const who = jobs.size === 0 ? '' : `${namedJobs([...jobs])} `;
      return `${who}${LOOK_WORDS[state]} ${duration(ms)}`;
    });
  return `${capital(inMode(mode))}: ${said.length === 0 ? 'nothing' : said.join(', ')}`;
}

/** The critical paths of several passes, in their order, a sentence each. */
export function pathsWords(paths: readonly { mode: Mode; path: readonly Segment[] }[]): string {
  if (paths.length === 0) return 'What the critical path consists of is told here when a pass has ended.';
  return `Critical path. ${paths.map(({ mode, path }) => `${pathWords(mode, path)}.`).join(' ')}`;
}
