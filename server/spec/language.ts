/** The languages of programs. A runtime runs programs of one language, so a spec's runtime says which one its code is in. */
import { PYTHONS } from './runtimes.ts';

/** A language, as the ending of its files. */
export type Language = 'ts' | 'py';

/** The name of each language, in words about programs. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { ts: 'JavaScript', py: 'Python' };

/** Returns the language of the programs that a runtime runs. */
export function languageOf(runtime: string): Language {
  return PYTHONS.some((one) => one === runtime) ? 'py' : 'ts';
}
