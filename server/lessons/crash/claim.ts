/** What each failing job took down with it, in threads and in processes. */
import { jobsThat } from '../../figures/pass-jobs.ts';
import type { PassTimeline } from '../../timeline/model.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import { capital, inMode, namedJobs } from '../../words/english.ts';
import { fallSentence } from '../../words/fall-sentence.ts';

/** The job that only waits. The question is which of the others takes it down. */
const BYSTANDER = 4;
/** The jobs that fail, by what they do. */
const FAILING = [1, 2, 3];

function fallOf(pass: PassTimeline, passes: readonly PassTimeline[]): string | null {
  const error = pass.ended?.error?.split('\n', 1)[0]?.replace(/\.$/, '') ?? '';
  return error === '' ? null : fallSentence(pass, [...passes], error);
}

/** Threads show it best; without them, another mode in which the process fell. */
function headline(passes: readonly PassTimeline[]): string | null {
  const fallen = passes.filter(({ ended }) => ended?.status === 'failed');
  const pass = fallen.find(({ mode }) => mode === 'threads') ?? fallen[0];
  if (pass) return fallOf(pass, passes);
  const apart = passes.find(({ mode }) => mode === 'processes');
  if (!apart) return null;
  const [failed, done] = [jobsThat(apart, 'failed'), jobsThat(apart, 'done')];
  if (failed.length === 0 || done.length === 0) return null;
  const where = passes.length > 1 ? `${inMode(apart.mode)} ` : '';
  return `${capital(`${where}${namedJobs(failed)} failed`)}${failed.length === 1 ? '' : ', each on its own'}: ${namedJobs(done)} finished.`;
}

/** The question is which job takes job 4 down in threads. */
function answer(passes: readonly PassTimeline[]): Answer | null {
  const threads = passes.find(({ mode }) => mode === 'threads');
  const bystander = threads?.jobs.get(BYSTANDER);
  if (!threads || !bystander) return null;
  if (bystander.status === 'done') {
    const failed = jobsThat(threads, 'failed').filter((job) => FAILING.includes(job));
    const although = failed.length === 0 ? '' : `, although ${namedJobs(failed)} failed`;
    return { right: [3], why: `In threads job 4 finished${although}.` };
  }
  const why = fallOf(threads, passes);
  // Those that had ended before the process did cannot have taken it down.
  const left = FAILING.filter((job) => (threads.jobs.get(job)?.endMs ?? 0) >= (bystander.endMs ?? 0));
  const [cause] = left;
  if (why === null || cause === undefined || left.length !== 1) return null;
  return { right: [FAILING.indexOf(cause)], why };
}

export default { tellsTrouble: true, headline, answer } satisfies Claim;
