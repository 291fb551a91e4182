/** Which modes ran out of time, how far each came, and what its jobs waited for. Pure. */
import type { PassTimeline } from '../timeline/model.ts';
import { idleWords } from './await-words.ts';
import { capital, inPass, listed, passNoun } from './english.ts';
import { firstLine, sentenceEnd } from './first-line.ts';
import { isolated } from './isolated.ts';

/** Most ways that are said in full: below its console, a run's page says why each pass was not done. */
const MOST_WAYS = 2;

/**
 * Returns a sentence on the passes `late`, which ran out of time, or one for each way in which they did; of many ways,
 * only how far each pass came. `isAll`: the run has no others. `wereDone`: how many jobs of a pass were done.
 */
export function timedOutSentence(
  late: readonly PassTimeline[],
  isAll: boolean,
  wereDone: (pass: PassTimeline) => string,
): string {
  const ways = Map.groupBy(late, (pass) => wayOf(pass, wereDone(pass)));
  if (ways.size > MOST_WAYS) return shortly(late, isAll, wereDone);
  const said = [...ways].map(([way, passes], i) => {
    const isEvery = isAll && passes.length > 1 && ways.size === 1;
    const who = isEvery ? 'Every mode' : capital(listed(passes.map(passNoun)));
    return `${who} ran out of time${i === 0 ? '' : ', too'}: ${way}`;
  });
  return said.join(' ');
}

/** `Every mode ran out of time: one by one, no jobs were done; in threads and in processes, 1 of 3 jobs was done.` */
function shortly(
  late: readonly PassTimeline[],
  isAll: boolean,
  wereDone: (pass: PassTimeline) => string,
): string {
  const groups = [...Map.groupBy(late, wereDone)];
  const who = isAll ? 'Every mode' : capital(listed(late.map(passNoun)));
  const far = groups.map(([done, passes]) =>
    groups.length === 1 ? done : `${listed(passes.map(inPass))}, ${done}`,
  );
  return `${who} ran out of time: ${far.join('; ')}.`;
}

function wayOf(pass: PassTimeline, done: string): string {
  // Which job waited for what.
  const why = firstLine(pass.ended?.error ?? '');
  const told = why === '' ? `${done}.` : sentenceEnd(`${done}. ${isolated(why)}`);
  return [told, idleWords(pass)].filter((one) => one !== null).join(' ');
}
