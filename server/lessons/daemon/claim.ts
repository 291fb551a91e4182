/** How far the daemon got before the program ended without waiting for it. */
import { neverBegan } from '../../figures/pass-jobs.ts';
import type { JobTimes, PassTimeline } from '../../timeline/model.ts';
import { alike, byGroup } from '../../words/by-mode.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import { counted, namedJobs, secondsOf } from '../../words/english.ts';

/** As in the program: jobs with an odd number are daemons. */
const isDaemon = ({ job }: JobTimes) => job % 2 === 1;

/** Returns the jobs of a pass; null if it did not go as the lesson intends: then what went wrong says more. */
function jobsOf(pass: PassTimeline) {
  const jobs = [...pass.jobs.values()];
  const [daemons, others] = [jobs.filter(isDaemon), jobs.filter((one) => !isDaemon(one))];
  const isAsMeant = daemons.every(({ status }) => status === 'done' || status === 'cut-off');
  const areDone = others.length > 0 && others.every(({ status }) => status === 'done');
  if (pass.ended?.status !== 'completed' || !isAsMeant || !areDone || neverBegan(pass).length > 0)
    return null;
  return { daemons, cut: daemons.filter(({ status }) => status === 'cut-off'), others };
}

type Jobs = NonNullable<ReturnType<typeof jobsOf>>;

function headline(passes: readonly PassTimeline[]): string | null {
  const all = new Map(passes.map((pass) => [pass, jobsOf(pass)]));
  if ([...all.values()].includes(null)) return null;
  const groups = alike(passes, (pass) => {
    const jobs = all.get(pass);
    return jobs && jobs.daemons.length > 0 ? jobs.cut.map(({ job }) => job).join() : null;
  }).sort((a, b) => Number(b.words !== '') - Number(a.words !== ''));
  return byGroup(groups, passes, (group) => daemonWords(group.passes.flatMap((pass) => all.get(pass) ?? [])));
}

/** Says what happened to the daemons. In all of these passes, the same ones were cut off. */
function daemonWords(all: Jobs[]): string {
  const [first] = all;
  if (!first) return '';
  const { cut, daemons, others } = first;
  const named = (jobs: JobTimes[]) =>
    jobs.length === 1 ? `the daemon, job ${jobs[0]?.job},` : counted(jobs.length, 'daemon');
  if (cut.length === 0) return `${named(daemons)} finished`;
  const after = secondsOf(
    all.flatMap((one) => one.cut.map(({ startMs, endMs }) => (endMs ?? startMs) - startMs)),
  );
  const left = others.length > 1 ? 'the other jobs' : namedJobs(others.map(({ job }) => job));
  return `${named(cut)} ${cut.length === 1 ? 'was' : 'were'} cut off after ${after}, when ${left} ended: a program does not wait for daemons`;
}

/** The question is what main, job 0 and the daemon, job 1, get done. */
function answer(passes: readonly PassTimeline[]): Answer | null {
  const right = new Set<number>();
  for (const pass of passes) {
    const [job, daemon] = [pass.jobs.get(0), pass.jobs.get(1)];
    if (jobsOf(pass) === null || !job || !daemon) continue;
    right.add(daemon.status === 'done' ? 3 : 2);
  }
  const why = headline(passes);
  if (right.size === 0 || why === null) return null;
  return {
    right: [...right].sort(),
    why: right.size > 1 ? `It depends on how the jobs run. ${why}` : why,
  };
}

export default { tellsTrouble: true, headline, answer } satisfies Claim;
