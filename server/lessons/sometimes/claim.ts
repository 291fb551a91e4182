/** Whether the program's test passed, and whether its jobs overlapped between reading and writing. */
import { jobsThat } from '../../figures/pass-jobs.ts';
import { MODE_TRAITS } from '../../spec/modes.ts';
import type { PassTimeline } from '../../timeline/model.ts';
import { lostUpdates } from '../../timeline/updates.ts';
import { byMode } from '../../words/by-mode.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import { counted, inSeconds } from '../../words/english.ts';

/**
 * If all jobs take longer than this from reading to writing, in ms, they overlap whenever they begin: see program.ts.
 */
const ALWAYS_MS = 620;

/** From reading to writing, in ms, for each job. */
function gaps({ state: { accesses } }: PassTimeline): number[] {
  return accesses.flatMap(({ kind, job, atMs, readAtMs }) =>
    kind === 'written' && job !== null ? [atMs - readAtMs] : [],
  );
}

/** Whether all jobs of the pass added 1, so that its test decided how it ended. */
function isTested(pass: PassTimeline): boolean {
  const done = jobsThat(pass, 'done').length;
  return done > 0 && done === pass.jobs.size && gaps(pass).length === done;
}

/** What is said of a pass; `isOnly`: there is no other, so there is room for what crossed. */
function words(pass: PassTimeline, isOnly: boolean): string | null {
  if (!isTested(pass)) return null;
  const { sharesMemory, overlaps } = MODE_TRAITS[pass.mode];
  const jobs = pass.jobs.size;
  if (!sharesMemory) return 'the test failed: each process added to its own counter, and main’s stayed 0';
  const lost = lostUpdates(pass.state);
  const [first] = lost;
  if (first) {
    const how = `the test failed: ${lost.length} of ${counted(jobs, 'update')} ${lost.length === 1 ? 'was' : 'were'} lost`;
    return isOnly
      ? `${how}, because job ${first.by.job} read the counter before job ${first.lost.job} had written it`
      : how;
  }
  if (jobs === 1) return 'the test passed: there was only one job';
  if (!overlaps) return 'the test passed: without overlap, no job can read between another’s read and write';
  return 'the test passed, by chance: no job happened to read between another’s read and write';
}

/** One run cannot show how many of 50 fail, but it shows what decides it. */
function answer(passes: readonly PassTimeline[]): Answer | null {
  const tested = passes.filter(isTested);
  const [pass] = tested.filter(({ mode }) => MODE_TRAITS[mode].sharesMemory && MODE_TRAITS[mode].overlaps);
  if (!pass || pass.jobs.size === 1) return null;
  const shortest = Math.min(...gaps(pass));
  const took = `each job took at least ${inSeconds(shortest)} from reading to writing`;
  const [first] = lostUpdates(pass.state);
  // Slow starts can keep even such jobs apart.
  if (first && shortest > ALWAYS_MS)
    return { right: [2], why: `Here ${took}: too long for chance to keep the jobs apart.` };
  const why = first
    ? `This one failed: ${took}, and job ${first.by.job} read ${inSeconds(first.lost.writtenAtMs - first.by.readAtMs)} before job ${first.lost.job} wrote. In another run, they may miss each other.`
    : `This one passed: ${took}, and no other job read in that time. In another run, one may.`;
  return { right: [1], why };
}

export default {
  tellsTrouble: true,
  headline: (passes) => byMode(passes, (pass) => words(pass, passes.length === 1)),
  answer,
} satisfies Claim;
