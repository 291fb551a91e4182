/** How many of the threads' entries main finds in its list. */
import type { PassTimeline } from '../../timeline/model.ts';
import type { Claim } from '../../words/claim.ts';
import { listsAnswer, listsSentence } from '../../words/list-sentence.ts';

/** The question is about threads. */
function answer(passes: readonly PassTimeline[]) {
  const threads = passes.filter(({ mode }) => mode === 'threads');
  return listsAnswer(threads.length > 0 ? threads : passes);
}

export default { headline: listsSentence, answer } satisfies Claim;
