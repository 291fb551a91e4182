/** What went wrong in a run, in words: failed jobs, killed lanes, truncated output. */
import { html } from 'hono/html';
import type { PassTimeline, Row, RunTimeline } from '../../server/timeline/model.ts';
import { capital, inMode, namedJobs } from '../../server/words/english.ts';
import { STATUS_WORDS } from '../../server/words/names.ts';
import { pauseWords } from '../../server/words/pause-words.ts';
import { bytes, count } from '../../server/words/units.ts';

/** Renders list items; none if nothing went wrong. */
export function problemItems(timeline: RunTimeline) {
  return html`${problems(timeline).map((text) => html`<li>${text}</li>`)}`;
}

/** Returns one sentence per problem, in order of passes. */
export function problems(timeline: RunTimeline): string[] {
  const found = timeline.passes.flatMap(passProblems);
  for (const cut of timeline.cuts) {
    found.push(
      cut.what === 'log'
        ? `Job ${cut.job} wrote more than ${bytes(cut.limit)}; the rest of its lines is left out.`
        : `More than ${count(cut.limit, 'event')}: the log was cut there. What followed is unknown, and the figures speak of the part before.`,
    );
  }
  if (timeline.error !== null) found.push(timeline.error);
  return found;
}

function passProblems(pass: PassTimeline): string[] {
  const found: string[] = [];
  const name = capital(inMode(pass.mode));
  for (const job of pass.jobs.values()) {
    if (job.status === 'failed')
      found.push(`${name}: job ${job.job} failed${job.error === null ? '' : `: ${job.error}`}`);
    // Without its own reason, the end of the pass explains it, below.
    if (job.status === 'cut-off' && job.error !== null)
      found.push(`${name}: job ${job.job} was cut off: ${job.error}`);
  }
  found.push(...lostJobs(pass).map((text) => `${name}: ${text}`));
  // When the server breaks a deadlock, how it ends the lanes is not a problem of the program.
  for (const row of pass.deadlock === null ? pass.rows : []) {
    const how = laneEnd(row, isStopped(pass));
    if (how !== null) found.push(`${name}: ${row.name} ${how}`);
  }
  const { ended } = pass;
  if (ended?.paused) found.push(`${name}: ${pauseWords(ended.paused)}; what waited for that took longer.`);
  if (ended !== null && ended.status !== 'completed') {
    found.push(`${name}: ${STATUS_WORDS[ended.status]}${ended.error === null ? '' : `: ${ended.error}`}`);
  }
  return found;
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
  return [...reasons].map(([error, jobs]) => `${namedJobs(jobs.map(([job]) => job))} never began: ${error}`);
}

/** Returns whether the server ended the pass, so that the program's processes are not to blame. */
function isStopped({ ended }: PassTimeline): boolean {
  return ended !== null && ended.status !== 'completed' && ended.status !== 'failed';
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
