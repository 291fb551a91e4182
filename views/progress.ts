/** How far a run has come, in figures and words. Pure: used by the server and by the page's script. */
import type { PassTimeline, RunTimeline } from '../server/runs/timeline.ts';
import { STATUS_WORDS } from './names.ts';
import { seconds } from './words.ts';

/** Jobs that have ended, of the `max` jobs of all passes. */
export function progress(max: number, timeline: RunTimeline): { value: number; text: string } {
  const value = timeline.passes.reduce((sum, pass) => sum + endedJobs(pass), 0);
  const text =
    timeline.status !== null && timeline.status !== 'completed'
      ? `${STATUS_WORDS[timeline.status]}, ${value} of ${max} jobs`
      : `${value} of ${max} jobs`;
  return { value, text };
}

function endedJobs(pass: PassTimeline): number {
  let ended = 0;
  for (const job of pass.jobs.values()) if (job.status !== null) ended++;
  return ended;
}

/** A pass's time beside its name; `nowMs` is where the pass is now, if that is known better than by its last event. */
export function passTime(pass: PassTimeline | null, nowMs = pass?.latestMs ?? 0): string {
  if (pass === null) return '';
  if (pass.ended === null) return seconds(nowMs);
  const status = pass.ended.status === 'completed' ? '' : `, ${STATUS_WORDS[pass.ended.status]}`;
  return `${seconds(pass.ended.wallMs)}${status}`;
}
