/** How late timers fired while another job was computing on their thread. */
import { interleaves, MODE_TRAITS } from '../../spec/modes.ts';
import type { PassTimeline } from '../../timeline/model.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import { inSeconds } from '../../words/english.ts';
import { lateTimers, lateTimersSentence } from '../../words/timer-sentence.ts';

/** Leaves out one by one, where every job has the thread to itself. */
function headline(passes: readonly PassTimeline[]): string | null {
  return lateTimersSentence(passes.filter(({ mode }) => MODE_TRAITS[mode].overlaps));
}

/** The question is what happens to the timers of jobs 1 and 2 on the event loop. */
function answer(passes: readonly PassTimeline[]): Answer | null {
  const pass = passes.find(({ mode }) => interleaves(mode));
  if (pass === undefined || pass.jobs.size < 2) return null;
  const late = lateTimers(pass);
  const bars = pass.rows.flatMap((row) =>
    row.bars.filter(({ state, job }) => state === 'sleep' && job !== 0),
  );
  if (bars.length === 0) return null;
  const fired = `All ${bars.length} timers of the other jobs fired`;
  if (late.length === 0) return { right: [0], why: `${fired}, none of them noticeably late.` };
  return {
    right: [1],
    why: `${fired}, ${late.length} of them late, by up to ${inSeconds(Math.max(...late.map(({ byMs }) => byMs)))}.`,
  };
}

export default { headline, answer } satisfies Claim;
