/**
 * What a lesson says of a run of its program: the interface of `lessons/<slug>/claim.ts`, which has a `Claim` as its
 * default export. The server and the page load it for runs of that lesson only, so it imports nothing of Node, nor zod.
 */
import { jobsThat, neverBegan } from '../figures/pass-jobs.ts';
import type { PassTimeline, RunTimeline } from '../timeline/model.ts';

/** The judgement of the lesson's prediction by one run. */
export type Answer = {
  /**
   * Indexes of the prediction's choices that were right in this run: several if the modes differ or what is right
   * depends on something, none if none was.
   */
  right: readonly number[];
  /** Why, in a sentence with this run's own figures; if it depends on something, on what, and what that was here. */
  why: string;
};

/** Both functions are pure, and get at least one pass: see {@link passesToTell}. */
export type Claim = {
  /**
   * Set if the lesson is about jobs or passes that fail or are cut off: the claim is then shown these too, and speaks
   * before the general words for them.
   */
  tellsTrouble?: true;
  /** Returns the sentence above the timelines; null if nothing true can be said, so that the general one serves. */
  headline(passes: readonly PassTimeline[]): string | null;
  /** Judges the prediction; returns null if these passes do not answer it. */
  answer(passes: readonly PassTimeline[]): Answer | null;
};

/**
 * Returns the passes of a run that a claim is shown, in the order in which they ran: their logs are whole, and they
 * completed with all of their jobs done, or else failed if the claim is about that. None until the run has ended, and
 * none of a run that was stopped from outside.
 */
export function passesToTell({ state, status, passes }: RunTimeline, claim: Claim): PassTimeline[] {
  if (state !== 'ended' || status === 'cancelled' || status === 'interrupted') return [];
  return passes.filter(({ cutMs }) => cutMs === null).filter(claim.tellsTrouble ? hasEnded : isDone);
}

function hasEnded({ ended }: PassTimeline): boolean {
  return ended?.status === 'completed' || ended?.status === 'failed';
}

function isDone(pass: PassTimeline): boolean {
  return (
    pass.ended?.status === 'completed' &&
    jobsThat(pass, 'done').length === pass.jobs.size &&
    neverBegan(pass).length === 0
  );
}

/** Returns how `claim` judges the prediction by a run; null if it cannot, or there is no claim. */
export function answerOf(timeline: RunTimeline, claim: Claim | null): Answer | null {
  const passes = claim ? passesToTell(timeline, claim) : [];
  return claim && passes.length > 0 ? claim.answer(passes) : null;
}
