/** The program of the page `/new`, to begin with: one in each language. */
import { fileURLToPath } from 'node:url';
import { readProgram } from '../lessons/read-program.ts';
import type { Language } from '../spec/language.ts';
import type { SpecDefaults } from '../spec/spec.ts';

const textIn = (language: Language) =>
  readProgram(fileURLToPath(new URL(`new/program.${language}`, import.meta.url)));

export const NEW_PROGRAMS: Readonly<Record<Language, string>> = { ts: textIn('ts'), py: textIn('py') };

/** Its text in JavaScript. */
export const NEW_PROGRAM = NEW_PROGRAMS.ts;

/** Its settings that differ from the defaults: a first run is over soon. */
export const NEW_SETTINGS = { jobs: 3, minSeconds: 0.5, maxSeconds: 2 } satisfies SpecDefaults;
