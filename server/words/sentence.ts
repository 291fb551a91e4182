/**
 * The sentence above a run's timelines: its progress while it waits and runs, and what went wrong, if anything did.
 * sharing-sentence.ts and fastest-sentence.ts have the sentences for runs without problems.
 */
import { jobsThat, neverBegan } from '../figures/pass-jobs.ts';
import { type PassSummary, summarize } from '../figures/summary.ts';
import type { Place } from '../protocol/place.ts';
import { countsSteps, type PassTimeline, type RunTimeline } from '../timeline/model.ts';
import { unawaitedSentence } from './await-words.ts';
import { type Claim, passesToTell } from './claim.ts';
import { cutSentence } from './cut-words.ts';
import { capital, counted, inPass, listed, namedJobs, ordinal, passNoun, uncapital } from './english.ts';
import { fallSentence } from './fall-sentence.ts';
import { roughly } from './family-time.ts';
import { fastestSentence } from './fastest-sentence.ts';
import { firstLine, heldBy, sentenceEnd } from './first-line.ts';
import { isolated } from './isolated.ts';
import { orderProgress, orderSentence } from './order-sentence.ts';
import { pausesSentence } from './pause-words.ts';
import { messagesSentence, roomSentence } from './queue-sentence.ts';
import { searchesOf, searchSentence } from './search-sentence.ts';
import { deadlockSentence, sharingSentence } from './sharing-sentence.ts';
import { timedOutSentence } from './timed-out.ts';
import { lateTimersSentence } from './timer-sentence.ts';

/**
 * Returns one plain sentence on what happened, or is happening; another if the log was cut, and one if passes were held
 * up from outside. `claim`: the lesson's, which comes first if the run went as the lesson intends.
 */
export function sentence(timeline: RunTimeline, claim: Claim | null = null): string {
  const cut = cutSentence(timeline);
  const told = toldOf(timeline, claim);
  const paused = timeline.state === 'ended' ? pausesSentence(timeline.passes) : null;
  return [told, cut, paused].filter((one) => one !== null).join(' ');
}

/** Returns the sentence on what is known; null if that is nothing. */
function toldOf(timeline: RunTimeline, claim: Claim | null): string | null {
  if (timeline.state === 'queued') return queued(timeline.place);
  const searches = searchesOf(timeline.passes);
  if (searches.length > 0) return searchSentence(searches, timeline.status);
  if (timeline.state === 'running') return running(timeline);
  const all = summarize(timeline);
  const order = orderOf(timeline);
  if (order !== null) return order;
  const claimed = claim?.tellsTrouble ? claimOf(timeline, claim) : null;
  if (claimed !== null && !all.some(({ status }) => status === 'timed-out')) return claimed;
  const why = stopped(timeline, all);
  if (why !== null) return why;
  // Only a pass that is known in full can show anything.
  const passes = timeline.passes.filter(({ cutMs }) => cutMs === null);
  const summaries = all.filter(({ cutMs }) => cutMs === null);
  if (passes.length === 0 && timeline.passes.length > 0) return null;
  return (
    unhappyJobs(passes) ??
    (claim && claimOf(timeline, claim)) ??
    unawaitedSentence(passes) ??
    sharingSentence(passes) ??
    roomSentence(passes) ??
    lateTimersSentence(passes) ??
    compareWithMessages(passes, summaries)
  );
}

/** What one order has led to; null if the run is none, or was stopped from outside. */
function orderOf({ passes, status }: RunTimeline): string | null {
  const pass = passes.find(countsSteps);
  const hasEnded = pass?.ended?.status === 'completed' || pass?.ended?.status === 'failed';
  if (!pass || !hasEnded || pass.cutMs !== null || status === 'cancelled' || status === 'interrupted')
    return null;
  return orderSentence(pass);
}

/** What the lesson says of its run. */
function claimOf(timeline: RunTimeline, claim: Claim): string | null {
  const passes = passesToTell(timeline, claim);
  return passes.length > 0 ? claim.headline(passes) : null;
}

/** What arrived in the queue, where anything did, before how long it took. */
function compareWithMessages(passes: PassTimeline[], summaries: PassSummary[]): string {
  const [messages, comparison] = [messagesSentence(passes), fastestSentence(passes, summaries)];
  if (messages === null) return comparison;
  return `${messages}; ${uncapital(comparison)}`;
}

function queued(place: Place | null): string {
  return place === null ? 'Waiting to start.' : `Waiting: ${inLine(place)}.`;
}

/** `3rd in line, about 12 s`. */
function inLine({ position, waitMs }: Place): string {
  return `${ordinal(position)} in line${waitMs === null ? '' : `, about ${roughly(Math.max(1000, waitMs))}`}`;
}

function running(timeline: RunTimeline): string {
  const { passes, place } = timeline;
  const pass = passes.at(-1);
  if (!pass) return place === null ? 'Starting.' : queued(place);
  if (countsSteps(pass)) return orderProgress(pass);
  if (pass.ended && place !== null)
    return `${progress(passes, pass)} Waiting for the next pass: ${inLine(place)}.`;
  return progress(passes, pass);
}

function progress(passes: PassTimeline[], pass: PassTimeline): string {
  const where = inPass(pass);
  if (pass.jobs.size + pass.waiting.size + pass.lost.size === 0 && !pass.ended)
    return `Running ${where}: starting.`;
  const done = doneJobs(passes, pass);
  return `${pass.ended ? 'Ran' : 'Running'} ${where}: ${done} done${done.startsWith('no') && !pass.ended ? ' yet' : ''}.`;
}

/**
 * `2 of 5 jobs`; `at least 2 jobs` where the log was cut; `2 jobs` where it is not known how many there will be: another
 * pass that completed tells, but not the jobs that have begun, because a program may start more of them later.
 */
function doneJobs(passes: PassTimeline[], pass: PassTimeline): string {
  const done = [...pass.jobs.values()].filter((job) => job.status === 'done').length;
  const known = passes.filter(
    (one) => one !== pass && one.ended?.status === 'completed' && one.cutMs === null,
  );
  const all = Math.max(0, ...known.map((one) => one.jobs.size));
  const jobs = all > done ? `${done} of ${counted(all, 'job')}` : counted(done, 'job');
  if (pass.cutMs === null) return jobs;
  return done === 0 ? 'an unknown number of jobs' : `at least ${jobs}`;
}

/** Says what stopped a run; null if all of its passes completed, or if only jobs failed. */
function stopped(timeline: RunTimeline, summaries: PassSummary[]): string | null {
  const { passes, status } = timeline;
  // The whole run is cancelled or interrupted; after a pass that reached its own limit, the run may have continued.
  const outside = status === 'cancelled' || status === 'interrupted';
  const at = summaries.findIndex((one) => (outside ? one.status === status : one.status !== 'completed'));
  const pass = passes[at] ?? passes.at(-1);
  const how = outside ? status : (summaries[at]?.status ?? status);
  const within = pass ? inPass(pass) : '';
  const were = pass ? wereDone(passes, pass) : '';
  switch (how) {
    case 'cancelled': {
      // A run that the server has ended says why, because its owner did not.
      const why = firstLine(timeline.error ?? '');
      if (!pass) return why === '' ? 'Cancelled before it began.' : `${capital(why)}.`;
      const told = `Cancelled while running ${within}: ${were}.`;
      return why === '' ? told : `${told} ${capital(why)}.`;
    }
    case 'interrupted':
      return pass
        ? `The server stopped while this ran ${within}: ${were}.`
        : 'The server stopped before this began.';
    case 'timed-out': {
      const late = passes.filter((_, i) => summaries[i]?.status === 'timed-out');
      const isAll = late.length === passes.length;
      return at < 0 ? ranOut(pass, were) : timedOutSentence(late, isAll, (one) => wereDone(passes, one));
    }
    case 'failed': {
      const circle = passes[at]?.deadlock;
      if (circle) return deadlockSentence(circle);
      const error = passes[at]?.ended?.error ?? timeline.error;
      if (error === null && passes.some((one) => jobsThat(one, 'failed').length > 0)) return null;
      const what = pass && at >= 0 ? whatFailed(pass, passes) : 'This run';
      const why = firstLine(error ?? '');
      const fall = pass && at >= 0 ? fallSentence(pass, passes, isolated(why)) : null;
      if (fall !== null) return fall;
      const held = heldBy(why);
      if (pass && at >= 0 && held !== null)
        return sentenceEnd(`${capital(inPass(pass))}, nothing could continue: ${isolated(held)}`);
      const check = /^Check failed: (.*)/.exec(why)?.[1];
      if (pass && at >= 0 && check !== undefined)
        return sentenceEnd(`${capital(inPass(pass))}, the program’s check failed: ${isolated(check)}`);
      return why === '' ? `${what} failed.` : sentenceEnd(`${what} failed: ${isolated(why)}`);
    }
    default:
      return null;
  }
}

/** Says how many jobs of a pass were done. */
function wereDone(passes: PassTimeline[], pass: PassTimeline): string {
  const done = doneJobs(passes, pass);
  return `${done} ${/^(at least )?1\b/.test(done) ? 'was' : 'were'} done`;
}

/** Says that a run reached its own limit, between passes or before the first. */
function ranOut(pass: PassTimeline | undefined, were: string): string {
  return pass ? `${capital(passNoun(pass))} ran out of time: ${were}.` : 'This ran out of time.';
}

/** Names `pass`, which failed, and those that failed with the same error. */
function whatFailed(pass: PassTimeline, passes: PassTimeline[]): string {
  const error = pass.ended?.error;
  const alike = passes.filter(
    (one) => one === pass || (one.ended?.status === 'failed' && one.ended.error === error),
  );
  return alike.length > 1 && alike.length === passes.length
    ? 'Every mode'
    : capital(listed(alike.map(passNoun)));
}

/** Names jobs that failed, or else were not done, in passes that otherwise completed; null if all jobs were done. */
function unhappyJobs(passes: PassTimeline[]): string | null {
  const failed = (pass: PassTimeline) => jobsThat(pass, 'failed');
  const undone = (pass: PassTimeline) => [...jobsThat(pass, 'cut-off'), ...neverBegan(pass)];
  for (const jobsOf of [failed, undone]) {
    const pass = passes.findLast((one) => jobsOf(one).length > 0);
    if (!pass) continue;
    const jobs = jobsOf(pass);
    const alike = passes.filter((one) => namesOf(jobsOf(one)) === namesOf(jobs));
    const text = jobsOf === failed ? failedJobs(pass, jobs) : undoneJobs(pass);
    const where = alike.map(inPass);
    return capital(alike.length === passes.length ? text : `${listed(where)}, ${text}`);
  }
  return null;
}

function namesOf(jobs: number[]): string {
  return jobs.toSorted((a, b) => a - b).join();
}

function failedJobs(pass: PassTimeline, jobs: number[]): string {
  const others = [...pass.jobs.values()].filter(({ job }) => !jobs.includes(job));
  if (others.length === 0) {
    const all = jobs.length < 2 ? namedJobs(jobs) : jobs.length < 3 ? 'both jobs' : `all ${jobs.length} jobs`;
    const whys = new Set(jobs.map((job) => firstLine(pass.jobs.get(job)?.error ?? '')));
    const [why = ''] = whys.size === 1 ? whys : [];
    return why === '' ? `${all} failed.` : sentenceEnd(`${all} failed: ${isolated(why)}`);
  }
  const done = others.filter(({ status }) => status === 'done').length;
  const rest = others.length === 1 ? 'the other one' : `the other ${others.length}`;
  const failedMs = Math.min(...jobs.map((job) => pass.jobs.get(job)?.endMs ?? 0));
  const haveGoneOn = others.every(({ endMs }) => endMs !== null && endMs >= failedMs);
  const were = (count: number) => (count === 1 ? 'was' : 'were');
  if (done === 0) return `${namedJobs(jobs)} failed; ${rest} ${were(others.length)} not done.`;
  if (done < others.length) return `${namedJobs(jobs)} failed; ${done} of ${rest} ${were(done)} done.`;
  return `${namedJobs(jobs)} failed; ${rest} ${haveGoneOn ? 'continued' : `${were(others.length)} done`}.`;
}

/** Names daemons that were cut off, and those that never got a worker, and says why. */
function undoneJobs(pass: PassTimeline): string {
  const [cut, never] = [jobsThat(pass, 'cut-off'), neverBegan(pass)];
  const told = listed([
    ...(cut.length > 0 ? [`${namedJobs(cut)} ${cut.length === 1 ? 'was' : 'were'} cut off`] : []),
    ...(never.length > 0 ? [`${namedJobs(never)} never began`] : []),
  ]);
  // A program that completes has waited for all jobs but daemons.
  if (pass.ended?.status !== 'completed') return `${told}.`;
  // Those that a script forked are no daemons, but nothing of it goes on without its main.
  const forked = cut.filter((job) => isForkedAlone(pass, job));
  if (forked.length > 0) {
    const why = forked.length === cut.length ? ': the processes of a script end with it here' : '';
    return `${told} when the program ended${why}.`;
  }
  const free = cut.length === 0 ? `: no worker was free for ${never.length === 1 ? 'it' : 'them'}` : '';
  return `${told}${free} when the program ended${free ? ', and' : ':'} a program does not wait for daemons.`;
}

/** Reports whether a job is a process that a script forked, and not one of its daemons. */
function isForkedAlone({ jobs, lanes }: PassTimeline, job: number): boolean {
  const row = lanes.get(jobs.get(job)?.lane ?? 0)?.tracks[0].row;
  return row?.kind === 'process' && row.parent !== undefined && !row.daemon;
}
