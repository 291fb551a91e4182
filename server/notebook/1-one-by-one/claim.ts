/** How long main slept one task after another, and how long the threads took with the same tasks. */

import type { PassTimeline } from '../../timeline/model.ts';
import type { Claim } from '../../words/claim.ts';
import { counted, inSeconds } from '../../words/english.ts';
import { isSameTime } from '../../words/noise.ts';
import { longest, spanMs } from '../job-times.ts';

function headline([pass]: readonly PassTimeline[]): string | null {
  const sleeps = pass?.rows[0]?.bars.filter(({ state }) => state === 'sleep') ?? [];
  const sleptMs = sleeps.reduce((sum, { startMs, endMs }) => sum + (endMs ?? startMs) - startMs, 0);
  if (pass === undefined || sleeps.length < 2 || pass.jobs.size < 2) return null;
  const tookMs = spanMs(pass);
  const why = isSameTime(tookMs, longest(pass)) ? ', as long as the longest of them' : '';
  const threads = counted(pass.jobs.size, 'thread');
  return `One by one, ${counted(sleeps.length, 'sleep')} took ${inSeconds(sleptMs)}; in ${threads}, they took ${inSeconds(tookMs)}${why}.`;
}

export default { headline, answer: () => null } satisfies Claim;
