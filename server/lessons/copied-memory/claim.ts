/** What main finds in its list where threads share it, and where each process has its own. */
import type { PassTimeline } from '../../timeline/model.ts';
import type { Claim } from '../../words/claim.ts';
import { listsAnswer, listsSentence } from '../../words/list-sentence.ts';

/** The question is about processes. */
function answer(passes: readonly PassTimeline[]) {
  const processes = passes.filter(({ mode }) => mode === 'processes');
  return listsAnswer(processes.length > 0 ? processes : passes);
}

export default { headline: listsSentence, answer } satisfies Claim;
