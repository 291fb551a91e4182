/** How far a run has come, in figures and words. Pure: used by the server and by the page's script. */
import type { PassTimeline, RunTimeline } from '../timeline/model.ts';
import { inSeconds } from './english.ts';
import { STATUS_WORDS } from './names.ts';
import { elapsedWords, tookWords, unitOf } from './pass-times.ts';
import { pauseWords } from './pause-words.ts';
import { count } from './units.ts';

/**
 * Of the `max` jobs of all passes, `value` have ended, but not with the end of a pass that was stopped or failed;
 * `text` says how many were done. `planned` is how many jobs the form asks for: a program may start fewer, or more. Null
 * if that is unknown.
 */
export function progress(
  planned: number | null,
  timeline: RunTimeline,
): { value: number; max: number; text: string } {
  let [value, done, started] = [0, 0, 0];
  for (const { jobs, ended } of timeline.passes) {
    started += jobs.size;
    for (const { status } of jobs.values()) {
      if (status === 'done' || status === 'failed' || (status !== null && ended?.status === 'completed'))
        value++;
      if (status === 'done') done++;
    }
  }
  const { status, passes } = timeline;
  const how = status === null || status === 'completed' ? '' : `${STATUS_WORDS[status]}, `;
  const isCut = passes.some(({ cutMs }) => cutMs !== null);
  const known = isCut ? 'at least ' : '';
  const isKnown = status === 'completed' && !isCut && started > 0;
  const max = isKnown ? started : Math.max(planned ?? 1, started);
  if (planned !== null) return { value, max, text: `${how}${known}${done} of ${count(max, 'job')}` };
  const soFar = status === null ? ' so far' : '';
  const jobs = started === 0 ? 'no jobs' : `${done} of ${count(started, 'job')}`;
  return { value, max, text: `${how}${known}${jobs}${soFar}` };
}

/** A pass's time beside its name, or that its run ended before it; see `passTime`. */
export function passTimeOf(
  { state, passes }: RunTimeline,
  pass: PassTimeline | null,
  index: number,
  nowMs?: number,
): string {
  return state === 'ended' && !passes.some((one) => one.pass === index)
    ? 'never began'
    : passTime(pass, nowMs);
}

/** A pass's time beside its name; `nowMs` is where the pass is now, if that is known better than by its last event. */
export function passTime(pass: PassTimeline | null, nowMs = pass?.latestMs ?? 0): string {
  if (pass === null) return '';
  const { ended, cutMs } = pass;
  const known = cutMs === null ? '' : cutMs > 0 ? `, known up to ${inSeconds(cutMs)}` : ', unknown';
  if (ended === null) return `${elapsedWords(nowMs, unitOf(pass))}${known}`;
  const status = ended.status === 'completed' ? '' : `, ${STATUS_WORDS[ended.status]}`;
  const paused = ended.paused ? `, while ${pauseWords(ended.paused)}` : '';
  return `${tookWords(ended.wallMs, unitOf(pass))}${status}${known}${paused}`;
}
