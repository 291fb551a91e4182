/** The entry of a program that somebody wrote, which is shown like a lesson's without texts. */
import type { Spec } from '../spec/spec.ts';
import { titleOf, UNTITLED } from '../words/program-title.ts';
import type { CatalogueEntry } from './catalogue.ts';

/** Returns the name of a program in file names: its lesson's, or its title as small letters, digits and dashes. */
export function nameOf(spec: Pick<Spec, 'lesson' | 'code' | 'runtime'>): string {
  const { lesson, code } = spec;
  if (code === '') return lesson;
  const words =
    titleOf(spec, lesson === '' ? '' : `${lesson} edited`)
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  return words.join('-').slice(0, 40).replace(/-$/, '') || 'program';
}

/**
 * Returns the entry of a program that somebody wrote, with nothing of what a lesson says. Without a title of its own it
 * has that of the lesson `madeFrom`, if there is one.
 */
export function ownProgram(
  program: Pick<Spec, 'code' | 'runtime'>,
  madeFrom: Pick<CatalogueEntry, 'title'> | null,
): CatalogueEntry {
  return {
    slug: '',
    group: 'waiting',
    order: 0,
    title: titleOf(program, madeFrom ? `${madeFrom.title} (edited)` : UNTITLED),
    settings: {},
    prediction: { question: '', choices: [] },
    text: { lookFor: '', happened: '', javascript: '', inRealWork: '' },
    program: program.code,
    python: null,
    claim: null,
    claimFile: null,
  };
}
