/** Words on a run with more events than its log may have, so that the log was cut. Pure. */
import type { RunTimeline } from '../timeline/model.ts';
import { capital, inMode, inSeconds } from './english.ts';
import { momentWords } from './pass-times.ts';
import { bytes, count } from './units.ts';

/**
 * Says what is unknown: `In threads, what happened after 1.2 s is unknown: the log was cut after 10,000 events.`
 * Returns null if the log of its passes is whole.
 */
export function cutSentence({ cuts, passes }: RunTimeline): string | null {
  const cut = cuts.find(({ what }) => what !== 'log');
  const pass = passes.find(({ cutMs }) => cutMs !== null);
  if (!cut || !pass) return null;
  const where = pass.cutMs
    ? `${capital(inMode(pass.mode))}, what happened after ${pass.order === 'schedule' ? momentWords(pass.cutMs, 0, 'step') : inSeconds(pass.cutMs)} is unknown`
    : `${capital(inMode(pass.mode))}, everything is unknown`;
  return `${where}: the log was cut after ${cutLimit(cut)}.`;
}

/** After what a log was cut: `10,000 events`, `8.0 MiB of events`. */
export function cutLimit({ what, limit }: RunTimeline['cuts'][number]): string {
  return what === 'bytes' ? `${bytes(limit)} of events` : count(limit, 'event');
}
