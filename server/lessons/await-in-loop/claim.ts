/** How long main's loop of waits took, and how long jobs that it started first. The words fit Python's threads, too. */
import type { JobTimes, PassTimeline } from '../../timeline/model.ts';
import { alike, byGroup, inModes } from '../../words/by-mode.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import { capital, counted, inSeconds, secondsOf } from '../../words/english.ts';
import { CLEAR } from '../../words/noise.ts';

/** Jobs that were awaited in the same way: how many, from the first start to the last end, and how they overlapped. */
type Half = { jobs: number; ms: number; overlaps: boolean; workMs: number };
type Halves = { loop: Half; all: Half };

/** Returns both halves of a pass; null if one of them has no job. */
function halvesOf(pass: PassTimeline): Halves | null {
  const jobs = [...pass.jobs.values()].sort((a, b) => a.job - b.job);
  const middle = Math.ceil(jobs.length / 2);
  const [loop, all] = [jobs.slice(0, middle), jobs.slice(middle)].map(halfOf);
  return loop && all ? { loop, all } : null;
}

function halfOf(jobs: JobTimes[]): Half | null {
  const spans = jobs.map(({ startMs, endMs }) => ({ startMs, endMs: endMs ?? startMs }));
  if (spans.length === 0) return null;
  const inOrder = spans.toSorted((a, b) => a.startMs - b.startMs);
  return {
    jobs: spans.length,
    ms: Math.max(...spans.map(({ endMs }) => endMs)) - Math.min(...spans.map(({ startMs }) => startMs)),
    overlaps: inOrder.some(({ startMs }, i) => startMs < (inOrder[i - 1]?.endMs ?? 0)),
    workMs: Math.max(...spans.map(({ startMs, endMs }) => endMs - startMs)),
  };
}

/** Whether the loop took clearly longer, for as many jobs or fewer. */
function isSlower({ loop, all }: Halves): boolean {
  return loop.ms > CLEAR * all.ms && !loop.overlaps && all.overlaps;
}

function headline(passes: readonly PassTimeline[]): string | null {
  const known = passes.flatMap((pass) => halvesOf(pass) ?? []);
  if (known.length < passes.length) return null;
  const groups = alike(passes, (pass) => {
    const halves = halvesOf(pass);
    return halves && (isSlower(halves) ? 'slower' : halves.all.overlaps ? 'same' : 'apart');
  });
  return byGroup(groups, passes, ({ passes: some, words }) => {
    const halves = some.flatMap((pass) => halvesOf(pass) ?? []);
    const [loopJobs, allJobs] = (['loop', 'all'] as const).map((which) => halves[0]?.[which].jobs ?? 0);
    const took = (which: 'loop' | 'all') => secondsOf(halves.map((one) => one[which].ms));
    const others = allJobs === loopJobs ? '' : `${counted(allJobs ?? 0, 'job')} `;
    const what = `${counted(loopJobs ?? 0, 'job')} took ${took('loop')} awaited in a loop and ${others}${took('all')} awaited together`;
    return words === 'apart' && allJobs !== 1 ? `${what}, where they did not overlap either` : what;
  });
}

/** A time that is further from a choice than by this factor is not that choice. */
const ABOUT = 1.5;

function answer(passes: readonly PassTimeline[]): Answer | null {
  const [pass] = passes.filter(({ mode }) => mode !== 'sequential');
  const halves = pass && halvesOf(pass);
  if (!pass || !halves) return null;
  const { loop, all } = halves;
  // How often the shorter time fits into the longer, by choice. With two jobs in the loop, two choices are the same.
  const factors = [1, 2, loop.jobs];
  const distance = (factor: number) => Math.abs(Math.log(loop.ms / all.ms / factor));
  const least = Math.min(...factors.map(distance));
  const right =
    least > Math.log(ABOUT) ? [] : factors.flatMap((one, i) => (distance(one) === least ? [i] : []));
  const each = `up to ${inSeconds(loop.workMs)} each`;
  const how = isSlower(halves)
    ? `as each started when the one before had ended; ${counted(all.jobs, 'job')} awaited together ran at the same time and took ${inSeconds(all.ms)}`
    : `and ${counted(all.jobs, 'job')} awaited together took ${inSeconds(all.ms)}`;
  const where = capital(inModes([pass]));
  return {
    right,
    why: `${where} ${counted(loop.jobs, 'job')} in the loop took ${inSeconds(loop.ms)}, ${each}, ${how}.`,
  };
}

export default { headline, answer } satisfies Claim;
