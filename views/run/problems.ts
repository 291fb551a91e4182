/** What went wrong in a run, in words: failed jobs, killed lanes, truncated output. */
import { html } from 'hono/html';
import type { PassTimeline, Row, RunTimeline } from '../../server/timeline/model.ts';
import { unseenWaits } from '../../server/words/await-words.ts';
import { cutLimit } from '../../server/words/cut-words.ts';
import { capital, inPass, listed, namedJobs, uncapital } from '../../server/words/english.ts';
import { heldBy, sentenceEnd } from '../../server/words/first-line.ts';
import { isolated } from '../../server/words/isolated.ts';
import { STATUS_WORDS } from '../../server/words/names.ts';
import { pauseEffect, pauseWords } from '../../server/words/pause-words.ts';
import { bytes } from '../../server/words/units.ts';
import { withIsolates } from './headline.ts';

/** Renders list items; none if nothing went wrong. */
export function problemItems(timeline: RunTimeline) {
  return html`${problems(timeline).map((text) => html`<li>${withIsolates(sentenceEnd(text))}</li>`)}`;
}

/** Returns one sentence per problem, in order of passes; a problem of several passes is said once. */
export function problems(timeline: RunTimeline): string[] {
  const modes = new Map<string, string[]>();
  for (const pass of timeline.passes) {
    for (const text of passProblems(pass)) modes.set(text, [...(modes.get(text) ?? []), inPass(pass)]);
  }
  const found = [...modes].map(([text, where]) => `${capital(listed(where))}: ${text}`);
  found.push(...longLogs(timeline));
  for (const cut of timeline.cuts) {
    if (cut.what !== 'log')
      found.push(
        `The log was cut after ${cutLimit(cut)}. What followed is unknown, and the figures cover only the part before the cut.`,
      );
  }
  if (timeline.error !== null) found.push(isolated(timeline.error));
  return found;
}

/** Says once which jobs, in whatever modes, logged more than is kept, and whether the program did so outside of them. */
function longLogs({ cuts }: RunTimeline): string[] {
  const logs = cuts.filter(({ what }) => what === 'log');
  const [first] = logs;
  if (first === undefined) return [];
  const jobs = [...new Set(logs.map(({ job }) => job))].filter((job) => job !== null);
  const more = `logged more than ${bytes(first.limit)}`;
  const found: string[] = [];
  if (jobs.length > 0) {
    const rest = jobs.length === 1 ? `${more}; the rest of its` : `${more} each; the rest of their`;
    found.push(`${capital(namedJobs(jobs))} ${rest} output is not shown.`);
  }
  if (logs.some(({ job }) => job === null))
    found.push(`The program, outside of its jobs, ${more}; the rest of its output is not shown.`);
  return found;
}

function passProblems(pass: PassTimeline): string[] {
  const { ended } = pass;
  const found: string[] = [];
  const jobs = [...pass.jobs.values()].sort((a, b) => a.job - b.job);
  const failed = Map.groupBy(
    jobs.filter(({ status }) => status === 'failed'),
    ({ error }) => error,
  );
  for (const [error, alike] of failed) {
    const text = `${namedJobs(alike.map(({ job }) => job))} failed`;
    found.push(error === null ? text : `${text}: ${isolated(error)}`);
  }
  // Without its own reason, the end of the pass explains it, below.
  const cutOff = Map.groupBy(
    jobs.filter(({ status, error }) => status === 'cut-off' && error !== null),
    ({ error }) => error,
  );
  const fell = hasFallen(pass);
  if (!fell) for (const [error, cut] of cutOff) found.push(`${wereCutOff(cut)}: ${isolated(error ?? '')}`);
  found.push(...lostJobs(pass));
  // When the server breaks a deadlock, how it ends the lanes is not a problem of the program.
  for (const row of pass.deadlock === null ? pass.rows : []) {
    const how = isExplained(pass, row) ? null : laneEnd(row, isStopped(pass));
    if (how !== null) found.push(`${row.name} ${how}`);
  }
  const unseen = unseenWaits(pass);
  if (unseen !== null) found.push(unseen);
  if (ended?.paused) found.push(`${pauseWords(ended.paused)}; ${pauseEffect(ended.paused)}.`);
  // That somebody, or the server, stopped the run is its headline.
  const isTold = ended?.error === null && (ended.status === 'cancelled' || ended.status === 'interrupted');
  if (ended !== null && ended.status !== 'completed' && !isTold) {
    // What stopped a pass, we have written; what failed may begin with a name.
    const ours = ended.status === 'failed' ? ended.error : ended.error && uncapital(ended.error);
    const why = ours === null ? '' : `: ${isolated(ours)}`;
    const cut = [...cutOff.values()].flat();
    const others = fell && cut.length > 0 ? ` With it ${wereCutOff(cut)}.` : '';
    // The error of a check says itself that it failed.
    const isSaid = fell || ended.error?.startsWith('Check failed: ');
    const said = isSaid ? isolated(uncapital(ended.error ?? '')) : `${STATUS_WORDS[ended.status]}${why}`;
    found.push(`${said}${others}`);
  }
  return found;
}

/** Returns whether the pass failed because main's process ended, which cuts off the jobs that shared it. */
function hasFallen({ ended, lanes }: PassTimeline): boolean {
  const reason = lanes.get(0)?.tracks[0].row.ended?.reason;
  return ended?.status === 'failed' && ended.error !== null && (reason === 'killed' || reason === 'exited');
}

/**
 * Returns whether the end of a lane follows from what else is said: that of main's process from the end of the pass,
 * that of a lane from the end of the job that it was opened for, or was running.
 */
function isExplained(pass: PassTimeline, row: Row): boolean {
  if (hasFallen(pass) && (row.lane === 0 || row.kind === 'thread')) return true;
  // What main threw, or its check, is the error of the pass.
  if (row.lane === 0 && row.ended?.reason === 'threw' && pass.ended?.error != null) return true;
  const jobs = [...pass.jobs.values()].filter(({ lane }) => lane === row.lane);
  const last = jobs.at(-1);
  if (row.lane === 0 || !last || last.status === 'done' || last.error === null) return false;
  return jobs.length === 1 || row.bars.at(-1)?.job === last.job;
}

function wereCutOff(jobs: { job: number }[]): string {
  return `${namedJobs(jobs.map(({ job }) => job))} ${jobs.length === 1 ? 'was' : 'were'} cut off`;
}

/**
 * Returns a sentence for each reason why jobs never began. If it is the only one, and the pass failed of it, the end of
 * the pass says so.
 */
function lostJobs({ lost, ended }: PassTimeline): string[] {
  const reasons = Map.groupBy(lost, ([, error]) => error);
  // The end of a pass that was stopped is the reason of the others.
  reasons.delete(null);
  if (reasons.size === 1 && ended?.status === 'failed') return [];
  return [...reasons].map(
    ([error, jobs]) => `${namedJobs(jobs.map(([job]) => job))} never began: ${isolated(error ?? '')}`,
  );
}

/** Returns whether the server ended the pass, so that the program's processes are not to blame. */
function isStopped({ ended }: PassTimeline): boolean {
  if (ended === null || ended.status === 'completed') return false;
  return ended.status !== 'failed' || heldBy(ended.error ?? '') !== null;
}

/** Returns how a lane ended, if abnormally; `wasStopped`: signals came from the server. */
function laneEnd({ ended, slot }: Row, wasStopped: boolean): string | null {
  if (ended === null || slot !== null || ended.reason === 'returned' || ended.reason === 'cut-off')
    return null;
  if (wasStopped && (ended.signal !== null || ended.reason === 'killed')) return null;
  if (ended.signal !== null) return `was ended by signal ${ended.signal}`;
  if (ended.reason === 'killed') return 'was killed';
  if (ended.exitCode !== null && ended.exitCode !== 0) return `exited with code ${ended.exitCode}`;
  return null;
}
