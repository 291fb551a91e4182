/** What is said of a run whose log was cut, because it had more events than a run may have. Pure. */
import type { RunTimeline } from '../timeline/model.ts';
import { capital, inMode, inSeconds } from './english.ts';
import { count } from './units.ts';

/**
 * Says from where on a run is unknown: `Unknown from 1.2 s in threads on: the log was cut after 10,000 events.`
 * Returns null if the log of its passes is whole.
 */
export function cutSentence({ cuts, passes }: RunTimeline): string | null {
  const cut = cuts.find(({ what }) => what === 'events');
  const pass = passes.find(({ cutMs }) => cutMs !== null);
  if (!cut || !pass) return null;
  const where = pass.cutMs
    ? `Unknown from ${inSeconds(pass.cutMs)} ${inMode(pass.mode)} on`
    : `${capital(inMode(pass.mode))}, all is unknown`;
  return `${where}: the log was cut after ${count(cut.limit, 'event')}.`;
}
