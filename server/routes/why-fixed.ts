/** Why changed programs cannot run on this server, for its pages. */
import type { SandboxFacts } from '../launch/sandbox.ts';
import { LANGUAGE_NAMES, type Language, languageOf } from '../spec/language.ts';

/** By language: why no changed program in it runs here, in a sentence; null if it does. */
type WhyFixed = Readonly<Record<Language, string | null>>;

/** Returns it for a sandbox. */
export function whyFixed({ runtimes, why }: Pick<SandboxFacts, 'runtimes' | 'why'>): WhyFixed {
  const whyNot = (language: Language) => {
    if (runtimes.length === 0) return why;
    if (runtimes.some((runtime) => languageOf(runtime) === language)) return null;
    const other = LANGUAGE_NAMES[language === 'ts' ? 'py' : 'ts'];
    return `Only programs in ${other} can be changed here. This one runs as it is.`;
  };
  return { ts: whyNot('ts'), py: whyNot('py') };
}
