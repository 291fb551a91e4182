/**
 * The sentence above a run of one order: what the order leads to. Of times, cores and memory there is nothing to say,
 * because a scheduler of ours lets one lane at a time take its next step.
 */
import { countedUpdates } from '../figures/counted-updates.ts';
import { jobsThat } from '../figures/pass-jobs.ts';
import { countsSteps, type PassTimeline, type RunTimeline } from '../timeline/model.ts';
import type { LostUpdate } from '../timeline/state-model.ts';
import { lostUpdates } from '../timeline/updates.ts';
import { capital, counted, jobOrMain, namedJobs } from './english.ts';
import { firstLine, heldBy, sentenceEnd } from './first-line.ts';
import { isolated } from './isolated.ts';
import { deadlockSentence } from './sharing-sentence.ts';
import { stepWords } from './step-words.ts';
import { count } from './units.ts';

/** Says what an order has led to. `pass` must have ended by itself. */
export function orderSentence(pass: PassTimeline): string {
  const { deadlock, ended, isMisfit } = pass;
  if (deadlock !== null)
    return deadlockSentence(deadlock).replace(/^Deadlock: /, 'This order leads to a deadlock: ');
  const lost = lostIn(pass);
  const why = firstLine(ended?.error ?? '');
  if (isMisfit) return sentenceEnd(isolated(why));
  if (ended?.status === 'failed' && why !== '') {
    const stuck = heldBy(why);
    if (stuck !== null) return sentenceEnd(`In this order, nothing can continue: ${isolated(stuck)}`);
    const check = /^Check failed: (.*)/.exec(why)?.[1];
    if (check === undefined) return withLost(lost, sentenceEnd(`the program fails: ${isolated(why)}`));
    // The check says what the counter should have been.
    const first = lost === null ? '' : `${lost.what}, and `;
    return sentenceEnd(`In this order, ${first}the program’s check fails: ${isolated(check)}`);
  }
  const failed = jobsThat(pass, 'failed');
  if (failed.length > 0) {
    const error = firstLine(pass.jobs.get(failed[0] ?? 0)?.error ?? '');
    const what = failed.length === 1 && error !== '' ? `: ${isolated(error)}` : '';
    const fail = failed.length === 1 ? 'fails' : 'fail';
    return withLost(lost, sentenceEnd(`${namedJobs(failed)} ${fail}${what}`));
  }
  if (lost !== null) return `In this order, ${lost.what}${lost.leaves}.`;
  if (ended?.status === 'failed') return 'In this order, the program fails.';
  const { expected, counter } = countedUpdates(pass);
  return `This order goes well${expected === null ? '' : `: the counter is ${counter}`}.`;
}

/** How far a run of one order is. */
export function orderProgress(pass: PassTimeline): string {
  return `Running one order: ${count(pass.steps.length, 'step')} so far.`;
}

/** Says how an order fails, after what it loses, if it loses anything. */
function withLost(lost: LostWords | null, fails: string): string {
  if (lost === null) return `In this order, ${fails}`;
  return `In this order, ${lost.what}${lost.leaves}. ${capital(fails)}`;
}

/** `job 1 overwrites what job 0 wrote`, and `: the counter is 1, not 2`. */
type LostWords = { what: string; leaves: string };

/** Returns what is lost in an order; null if no update was. */
function lostIn(pass: PassTimeline): LostWords | null {
  const lost = lostUpdates(pass.state);
  const [first] = lost;
  if (first === undefined) return null;
  const { counter, expected } = countedUpdates(pass);
  // Where main has set the counter in between, its value at the end says nothing of the update that was lost.
  const leaves =
    expected === null ? '' : `: the counter is ${counter}${expected === counter ? '' : `, not ${expected}`}`;
  const what = lost.length === 1 ? overwrites(first) : `${counted(lost.length, 'update')} are lost`;
  return { what, leaves };
}

function overwrites({ lost, by }: LostUpdate): string {
  return `${jobOrMain(by)} overwrites what ${jobOrMain(lost)} wrote`;
}

/** What happens in the step that a replay shows: `Step 3: job 0 writes 1.`; null of a run that is not one order. */
export function stepShownWords({ passes }: Pick<RunTimeline, 'passes'>): string | null {
  const pass = passes.find(countsSteps);
  if (!pass) return null;
  const step = pass.steps.at(-1);
  return step ? `Step ${pass.steps.length}: ${stepWords(step)}.` : 'Before the first step.';
}
