/** Says which jobs died with the program's process, and which did where each job had its own process. */
import { jobsThat } from '../figures/pass-jobs.ts';
import { MODE_TRAITS } from '../spec/modes.ts';
import type { PassTimeline } from '../timeline/model.ts';
import { capital, inMode, inPass, namedJobs, uncapital } from './english.ts';

/**
 * `In threads the program’s process …: main and jobs 3 and 4 died with it; in processes only job 3 did.` `error` is the
 * first line of why `pass` failed. Returns null if its process did not crash, or if no job was under way.
 */
export function fallSentence(pass: PassTimeline, passes: PassTimeline[], error: string): string | null {
  const how = endOfProcess(pass, 0);
  const fellMs = pass.lanes.get(0)?.tracks[0].row.bars.at(-1)?.endMs ?? 0;
  // A job that was cut off has an error if its process crashed; if the server stopped the pass, only the pass has one.
  const died = [...pass.jobs.values()].filter(({ status, error: why, endMs }) =>
    status === 'failed' ? (endMs ?? 0) >= fellMs : status === 'cut-off' && why !== null,
  );
  if (how === null || died.length === 0) return null;
  const jobs = namedJobs(died.map(({ job }) => job));
  const told = `${capital(inPass(pass))} ${uncapital(error)}: main and ${jobs} died with it`;
  const apart = passes.find((one) => one !== pass && MODE_TRAITS[one.mode].lane === 'process');
  const alone = apart ? jobsThat(apart, 'failed').filter((job) => isLostSo(apart, job, how)) : [];
  return apart && alone.length === 1
    ? `${told}; ${inMode(apart.mode)} only ${namedJobs(alone)} did.`
    : `${told}.`;
}

/** Returns how a lane's process ended if it was killed or called exit; null if its program ended. */
function endOfProcess({ lanes }: PassTimeline, lane: number): 'killed' | 'exited' | null {
  const reason = lanes.get(lane)?.tracks[0].row.ended?.reason;
  return reason === 'killed' || reason === 'exited' ? reason : null;
}

function isLostSo(pass: PassTimeline, job: number, how: 'killed' | 'exited'): boolean {
  const lane = pass.jobs.get(job)?.lane;
  return lane !== undefined && endOfProcess(pass, lane) === how;
}
