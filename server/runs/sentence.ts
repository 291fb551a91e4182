/**
 * The one sentence above a run's timelines: where it stands while it waits and runs, and what went wrong where
 * something did. What the passes of a run that went well show is told in sharing.ts and comparison.ts.
 */
import { compare } from './comparison.ts';
import { tellDeadlock, tellSharing } from './sharing.ts';
import type { PassSummary } from './summary.ts';
import type { JobTimes, PassTimeline, RunTimeline } from './timeline.ts';
import { asNoun, capital, counted, inMode, namedJobs, ordinal } from './words.ts';

/** Says what happened, or is happening, in `timeline`; `summaries` are those of its passes, in their order. */
export function tell(timeline: RunTimeline, summaries: PassSummary[]): string {
  if (timeline.state === 'queued') return queued(timeline.position);
  if (timeline.state === 'running') return running(timeline);
  const { passes } = timeline;
  return (
    stopped(timeline, summaries) ?? unhappyJobs(timeline) ?? tellSharing(passes) ?? compare(passes, summaries)
  );
}

function queued(position: number | null): string {
  return position === null ? 'Waiting to start.' : `Waiting: ${ordinal(position)} in line.`;
}

function running({ passes }: RunTimeline): string {
  const pass = passes.at(-1);
  if (!pass) return 'Starting.';
  const where = inMode(pass.mode);
  if (pass.jobs.size + pass.waiting.size === 0 && !pass.ended) return `Running ${where}: starting.`;
  return `${pass.ended ? 'Ran' : 'Running'} ${where}: ${doneJobs(passes, pass)} done.`;
}

/**
 * `2 of 5 jobs`. How many there will be is known from an earlier pass, or from the jobs that have begun or wait; one
 * by one, those tell nothing of the jobs to come.
 */
function doneJobs(passes: PassTimeline[], pass: PassTimeline): string {
  const done = [...pass.jobs.values()].filter((job) => job.status === 'done').length;
  const earlier = passes.filter((one) => one !== pass).map((one) => one.jobs.size);
  const begun = pass.jobs.size + [...pass.waiting].filter((job) => !pass.jobs.has(job)).length;
  const all = Math.max(0, ...earlier, pass.mode === 'sequential' ? 0 : begun);
  return all > done ? `${done} of ${counted(all, 'job')}` : counted(done, 'job');
}

/** What kept a run from its end; null where all of its passes completed, or failed only by their jobs. */
function stopped(timeline: RunTimeline, summaries: PassSummary[]): string | null {
  const { passes, status } = timeline;
  // What came from outside stopped the run; else a pass can have met its own limit in a run that then went on.
  const outside = status === 'cancelled' || status === 'interrupted';
  const at = summaries.findIndex((one) => (outside ? one.status === status : one.status !== 'completed'));
  const pass = passes[at] ?? passes.at(-1);
  const how = outside ? status : (summaries[at]?.status ?? status);
  const where = pass ? inMode(pass.mode) : '';
  const done = pass ? doneJobs(passes, pass) : '';
  const were = pass ? `${done} ${/^(1|no)\b/.test(done) ? 'was' : 'were'} done` : '';
  switch (how) {
    case 'cancelled':
      return pass ? `Cancelled while running ${where}: ${were}.` : 'Cancelled before it began.';
    case 'interrupted':
      return pass
        ? `The server stopped while this ran ${where}: ${were}.`
        : 'The server stopped before this began.';
    case 'timed-out':
      return pass ? `${capital(asNoun(pass.mode))} ran out of time: ${were}.` : 'This ran out of time.';
    case 'failed': {
      const circle = passes[at]?.deadlock;
      if (circle) return tellDeadlock(circle);
      const error = passes[at]?.ended?.error ?? timeline.error;
      if (error === null && passes.some((one) => jobsThat(one, 'failed').length > 0)) return null;
      const what = pass && at >= 0 ? capital(asNoun(pass.mode)) : 'This run';
      const why = firstLine(error ?? '');
      return why === '' ? `${what} failed.` : `${what} failed: ${why}.`;
    }
    default:
      return null;
  }
}

/** The first line of an error, short, without what ends a sentence. */
function firstLine(error: string): string {
  const line = error.split('\n', 1)[0] ?? '';
  const short = line.length > 140 ? `${line.slice(0, 139)}…` : line;
  return short.replace(/[.!\s]+$/, '');
}

function jobsThat(pass: PassTimeline, status: JobTimes['status']): number[] {
  return [...pass.jobs.values()].filter((job) => job.status === status).map((job) => job.job);
}

/** Jobs that failed, or else were cut off, in a run that otherwise went to its end; null where none was. */
function unhappyJobs({ passes, cuts }: RunTimeline): string | null {
  // Where events were left out, a job whose end was among them looks cut off.
  const statuses = cuts.some((cut) => cut.what === 'events')
    ? (['failed'] as const)
    : (['failed', 'cut-off'] as const);
  for (const status of statuses) {
    const pass = passes.findLast((one) => jobsThat(one, status).length > 0);
    if (!pass) continue;
    const jobs = jobsThat(pass, status);
    const everywhere = passes.every((one) => namesOf(jobsThat(one, status)) === namesOf(jobs));
    const text = status === 'failed' ? failedJobs(pass, jobs) : cutOffJobs(pass, jobs);
    return everywhere ? capital(text) : `${capital(inMode(pass.mode))}, ${text}`;
  }
  return null;
}

function namesOf(jobs: number[]): string {
  return jobs.toSorted((a, b) => a - b).join();
}

function failedJobs(pass: PassTimeline, jobs: number[]): string {
  const others = pass.jobs.size - jobs.length;
  if (others === 0) return jobs.length < 2 ? `${namedJobs(jobs)} failed.` : `all ${jobs.length} jobs failed.`;
  const done = jobsThat(pass, 'done').length;
  const went = others === 1 ? 'the other one went on' : `the other ${others} went on`;
  return `${namedJobs(jobs)} failed; ${done === others ? went : `${done} of the other ${others} ${done === 1 ? 'was' : 'were'} done`}.`;
}

function cutOffJobs(pass: PassTimeline, jobs: number[]): string {
  const were = `${namedJobs(jobs)} ${jobs.length === 1 ? 'was' : 'were'} cut off`;
  const daemons = jobs.every((job) => {
    const lane = pass.jobs.get(job)?.lane;
    return lane !== undefined && pass.lanes.get(lane)?.tracks[0].row.daemon;
  });
  return daemons ? `${were} when the program ended: a daemon is not waited for.` : `${were}.`;
}
