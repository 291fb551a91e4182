/** Which modes ran out of time, how far each came, and what its jobs waited for. Pure. */
import type { PassTimeline } from '../timeline/model.ts';
import { idleWords } from './await-words.ts';
import { capital, listed, passNoun } from './english.ts';
import { firstLine, sentenceEnd } from './first-line.ts';
import { isolated } from './isolated.ts';

/**
 * Returns a sentence on the passes `late`, which ran out of time, or one for each way in which they did. `isAll`: the run
 * has no others. `wereDone`: how many jobs of a pass were done.
 */
export function timedOutSentence(
  late: readonly PassTimeline[],
  isAll: boolean,
  wereDone: (pass: PassTimeline) => string,
): string {
  const ways = Map.groupBy(late, (pass) => wayOf(pass, wereDone(pass)));
  const said = [...ways].map(([way, passes], i) => {
    const isEvery = isAll && passes.length > 1 && ways.size === 1;
    const who = isEvery ? 'Every mode' : capital(listed(passes.map(passNoun)));
    return `${who} ran out of time${i === 0 ? '' : ', too'}: ${way}`;
  });
  return said.join(' ');
}

function wayOf(pass: PassTimeline, done: string): string {
  // Which job waited for what.
  const why = firstLine(pass.ended?.error ?? '');
  const told = why === '' ? `${done}.` : sentenceEnd(`${done}. ${isolated(why)}`);
  return [told, idleWords(pass)].filter((one) => one !== null).join(' ');
}
