/** Which job waits for which lock, and which job holds it. */
import type { PassTimeline } from '../../timeline/model.ts';
import { byMode, inModes } from '../../words/by-mode.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import { capital, inMode } from '../../words/english.ts';
import { deadlockSentence } from '../../words/sharing-sentence.ts';

/** Jobs that take the two locks in opposite orders. */
const OPPOSITE = [2, 3];

/** The circle, starting with its lowest job number, so that it reads the same however it was found. */
function circleOf({ deadlock }: PassTimeline) {
  if (deadlock === null) return null;
  const first = deadlock.reduce(
    (least, { job }, i) => ((job ?? -1) < (deadlock[least]?.job ?? -1) ? i : least),
    0,
  );
  return [...deadlock.slice(first), ...deadlock.slice(0, first)];
}

/** Which of jobs 2 and 3 had finished before the other began; null unless one had. */
function finishedApart(pass: PassTimeline): { first: number; words: string } | null {
  const [a, b] = OPPOSITE.map((job) => pass.jobs.get(job));
  if (a?.status !== 'done' || b?.status !== 'done') return null;
  const [first, second] = a.startMs <= b.startMs ? [a, b] : [b, a];
  if (first.endMs === null || first.endMs > second.startMs) return null;
  const words = `no deadlock: job ${first.job} had finished with both locks before job ${second.job} began`;
  return { first: first.job, words };
}

/** Returns null if a pass failed for another reason: the general sentence covers that. */
function headline(passes: readonly PassTimeline[]): string | null {
  const dead = passes.filter(({ deadlock }) => deadlock !== null);
  const others = passes.filter(({ deadlock }) => deadlock === null);
  if (dead.length === 0) return byMode(passes, (pass) => finishedApart(pass)?.words ?? null);
  if (others.some(({ ended }) => ended?.status !== 'completed')) return null;
  const circles = new Set(dead.map((pass) => deadlockSentence(circleOf(pass) ?? [])));
  const [circle = ''] = circles;
  if (circles.size > 1) return byMode(dead, (pass) => deadlockSentence(circleOf(pass) ?? []).slice(0, -1));
  if (others.length === 0) return circle;
  return `${circle.replace(':', ` ${inModes(dead)}:`)} ${capital(inModes(others))} all jobs finished.`;
}

/** The question is which of jobs 2 and 3 gets its second lock first. */
function answer(passes: readonly PassTimeline[]): Answer | null {
  const dead = passes.find(({ deadlock }) => deadlock?.every(({ job }) => OPPOSITE.includes(job ?? -1)));
  const circle = dead && circleOf(dead);
  if (dead && circle) return { right: [3], why: deadlockSentence(circle) };
  for (const pass of passes) {
    const apart = finishedApart(pass);
    if (apart)
      return {
        right: [OPPOSITE.indexOf(apart.first)],
        why: `${capital(inMode(pass.mode))} there was ${apart.words}.`,
      };
  }
  return null;
}

export default { tellsTrouble: true, headline, answer } satisfies Claim;
