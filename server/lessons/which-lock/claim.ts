/** How many updates were lost although each job held a lock: with two locks, and with one. */
import { MODE_TRAITS } from '../../spec/modes.ts';
import type { PassTimeline } from '../../timeline/model.ts';
import type { LostUpdate } from '../../timeline/state-model.ts';
import { lostUpdates } from '../../timeline/updates.ts';
import { byMode } from '../../words/by-mode.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import { capital, counted, inMode } from '../../words/english.ts';

/** A round of the program: the even jobs, which use locks A and B, or the odd ones, which all use A. */
type Round = { jobs: number; lost: LostUpdate[] };

function roundOf(pass: PassTimeline, first: 0 | 1): Round {
  const isOwn = (job: number | null) => job !== null && job % 2 === first;
  return {
    jobs: [...pass.jobs.keys()].filter(isOwn).length,
    lost: lostUpdates(pass.state).filter(({ lost }) => isOwn(lost.job)),
  };
}

/** `2 of 4 updates`, `none of 4 updates`. */
function lostOf({ jobs, lost }: Round): string {
  return `${lost.length === 0 ? 'none' : lost.length} of ${counted(jobs, 'update')}`;
}

function words(pass: PassTimeline): string | null {
  const [two, one] = [roundOf(pass, 0), roundOf(pass, 1)];
  if (two.jobs === 0) return null;
  if (!MODE_TRAITS[pass.mode].sharesMemory)
    return 'nothing could be lost: each process added to its own counter';
  if (two.lost.length + one.lost.length === 0) return 'no update was lost';
  const locked = `${lostOf(two)} ${two.lost.length === 1 ? 'was' : 'were'} lost with two locks`;
  if (one.jobs === 0) return locked;
  return `${locked}, ${one.lost.length === 0 ? 'none' : lostOf(one)} with one`;
}

/** The counter that main read after the even jobs; null if it never did. */
function counterOf({ state: { accesses } }: PassTimeline): number | null {
  return accesses.find(({ kind, job }) => kind === 'read' && job === null)?.value ?? null;
}

/** The question is about the even jobs, where they share a counter and can overlap. */
function answer(passes: readonly PassTimeline[]): Answer | null {
  const isAsked = ({ mode }: PassTimeline) => MODE_TRAITS[mode].sharesMemory && MODE_TRAITS[mode].overlaps;
  const [pass] = passes.filter(isAsked);
  const counter = pass ? counterOf(pass) : null;
  if (!pass || counter === null) return null;
  const { jobs, lost } = roundOf(pass, 0);
  const [first] = lost;
  const why = first
    ? `${capital(inMode(pass.mode))} ${counted(jobs, 'job')} ${addedWords(jobs)}, and the counter was ${counter}: job ${first.by.job} read it before job ${first.lost.job}, which held the other lock, had written.`
    : `${capital(inMode(pass.mode))} ${counted(jobs, 'job')} ${addedWords(jobs)}, and the counter was ${counter}${jobs > 1 ? ': no two of them read it at the same time' : ''}.`;
  // Of three jobs, two hold the same lock.
  const choices = [[jobs], [Math.floor(jobs / 2), Math.ceil(jobs / 2)], [1]];
  return { right: choices.flatMap((some, i) => (some.includes(counter) ? [i] : [])), why };
}

const addedWords = (jobs: number) => (jobs === 1 ? 'added 1' : 'added 1 each');

export default { headline: (passes) => byMode(passes, words), answer } satisfies Claim;
