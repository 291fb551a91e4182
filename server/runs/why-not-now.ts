/** Why the next run of a family has to wait before it is submitted. */
import { StoreError } from '../store/store-error.ts';
import { noRunWords } from '../words/unavailable-words.ts';
import { BusyError } from './admission/places.ts';
import { UnavailableError } from './unavailable.ts';

/** Returns why a run could not be submitted, in a sentence, if it can be later; null if it never can. */
export function whyNotNow(error: unknown): string | null {
  if (error instanceof StoreError) return noRunWords.storage(error.trouble);
  return error instanceof BusyError || error instanceof UnavailableError ? error.message : null;
}
