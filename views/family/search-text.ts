/** What a search for orders has found, as text: the same as on its page. */
import type { ModeSearch } from '../../server/figures/search.ts';
import type { RunTimeline } from '../../server/timeline/model.ts';
import type { FoundOutcome } from '../../server/timeline/search.ts';
import { capital, inMode } from '../../server/words/english.ts';
import { isolatedParts } from '../../server/words/isolated.ts';
import { sharedWords, shareWords, troubleWords } from '../../server/words/outcome-words.ts';
import { methodWords } from '../../server/words/search-method.ts';
import { searchesOf } from '../../server/words/search-sentence.ts';
import { sentence } from '../../server/words/sentence.ts';
import { shownText } from '../../server/words/shown-text.ts';
import { count } from '../../server/words/units.ts';

/** Returns the sentence of a run that is a search, and below it the outcomes in each mode, failing ones first. */
export function searchText(timeline: RunTimeline): string {
  return [`${plain(sentence(timeline))}\n`, ...searchesOf(timeline.passes).map(modeText)].join('\n');
}

function modeText(one: ModeSearch): string {
  const { ended, outcomes } = one.search;
  const method = ended === null ? '' : `\n${methodWords(ended).join(' ')}\n`;
  return `${capital(inMode(one.mode))}\n${outcomes.map((outcome) => `\n${outcomeText(outcome, one)}`).join('')}${method}`;
}

function outcomeText(outcome: FoundOutcome, { search }: ModeSearch): string {
  const { isFailing, isCut, isSame, orders, schedule, steps, switches } = outcome;
  const judged = isFailing ? 'Fails' : isCut ? 'Not judged' : 'Goes well';
  const words = [...troubleWords(outcome), sharedWords(outcome, search)].filter((text) => text !== '');
  const lines = [
    `${judged}: ${shareWords(orders, search)}`,
    ...words,
    schedule === ''
      ? 'This order is too long to be opened.'
      : `Example: ${schedule} (${count(steps, 'step')}, ${count(switches, 'preemption')})`,
    ...(isSame === false ? ['Not deterministic: run again, this order led to another outcome.'] : []),
  ];
  return lines.map((line, at) => `${at === 0 ? '' : '  '}${plain(line).replaceAll('\n', '\n  ')}\n`).join('');
}

/** Returns a sentence without the marks of what is isolated in it, and without other control characters. */
function plain(sentence: string): string {
  return shownText(isolatedParts(sentence).join(''));
}
