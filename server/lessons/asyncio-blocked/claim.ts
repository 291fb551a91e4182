/** How long jobs with a call that blocks held the thread of the event loop. */
import { isHeldUp } from '../../figures/summary.ts';
import { interleaves } from '../../spec/modes.ts';
import type { JobTimes, PassTimeline } from '../../timeline/model.ts';
import { alike, inModes } from '../../words/by-mode.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import { capital, counted, inMode, inSeconds, namedJobs } from '../../words/english.ts';
import { CLEAR } from '../../words/noise.ts';

const lengthOf = ({ startMs, endMs }: JobTimes) => (endMs ?? startMs) - startMs;
const sum = (jobs: readonly JobTimes[]) => jobs.reduce((ms, job) => ms + lengthOf(job), 0);

/** Returns the jobs that block: those with odd numbers, as in the program. */
const blockersOf = ({ jobs }: PassTimeline) => [...jobs.values()].filter(({ job }) => job % 2 === 1);

function headline(passes: readonly PassTimeline[]): string | null {
  const isKnown = ({ ended, mode, jobs }: PassTimeline) => ended && jobs.size > 0 && !isHeldUp(mode, ended);
  const [jobs, ...others] = new Set(passes.map((pass) => pass.jobs.size));
  if (jobs === undefined || others.length > 0 || !passes.every(isKnown)) return null;
  const groups = alike(passes, (pass) => {
    const took = `took ${inSeconds(pass.ended?.wallMs ?? 0)}`;
    const blockers = blockersOf(pass);
    if (!interleaves(pass.mode) || blockers.length === 0) return took;
    const which = namedJobs(blockers.map(({ job }) => job));
    return `${took}, and ${which} held the thread for ${inSeconds(sum(blockers))} of it`;
  });
  const parts = groups.map(
    ({ passes: some, words }, i) =>
      `${inModes(some)} ${i === 0 ? counted(jobs, 'job') : jobs === 1 ? 'it' : 'they'} ${words}`,
  );
  return `${capital(parts.join('; '))}.`;
}

/** The question is how long the jobs take on the event loop. */
function answer(passes: readonly PassTimeline[]): Answer | null {
  const pass = passes.find(({ mode }) => interleaves(mode));
  if (!pass?.ended || isHeldUp(pass.mode, pass.ended)) return null;
  const blockers = blockersOf(pass);
  if (blockers.length === 0) return null;
  const { wallMs } = pass.ended;
  const blockedMs = sum(blockers);
  const longestMs = Math.max(...blockers.map(lengthOf));
  // Jobs that await wait beside those that block, so with one that blocks two answers come to the same.
  const choices = [longestMs, blockedMs, sum([...pass.jobs.values()])];
  const right = choices.flatMap((ms, i) => (Math.max(wallMs, ms) < CLEAR * Math.min(wallMs, ms) ? [i] : []));
  const longest =
    blockers.length === 1
      ? `the call that blocks took ${inSeconds(longestMs)}`
      : `the longest call that blocks took ${inSeconds(longestMs)}, and all ${blockers.length} together ${inSeconds(blockedMs)}`;
  return {
    right,
    why: `${capital(inMode(pass.mode))} ${counted(pass.jobs.size, 'job')} took ${inSeconds(wallMs)}; ${longest}.`,
  };
}

export default { headline, answer } satisfies Claim;
