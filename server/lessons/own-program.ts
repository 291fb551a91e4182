/** The entry of a program that somebody wrote, which is shown like a lesson's without texts. */
import type { Spec } from '../spec/spec.ts';
import type { CatalogueEntry } from './catalogue.ts';

/** What a program without a title is called. */
const UNTITLED = 'Your own program';
const TITLE_LENGTH = 80;

/**
 * Returns the title of a program: the text of its first comment line, if a comment comes before all code. Shortened to
 * 80 characters; characters that are not shown, or that change the direction of text, are left out.
 */
export function titleOf(code: string): string {
  const [, line = '', block = ''] =
    /^(?:#!.*\n)?\s*(?:\/\/+[ \t]*(.*)|\/\*+[\s*]*(.*?)(?:\*\/.*)?$)/mu.exec(code.slice(0, 4096)) ?? [];
  const text = (line || block)
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (text === '') return UNTITLED;
  const characters = [...text];
  return characters.length <= TITLE_LENGTH
    ? text
    : `${characters
        .slice(0, TITLE_LENGTH - 1)
        .join('')
        .trim()}…`;
}

/** Returns the name of a program in file names: its lesson's, or its title as small letters, digits and dashes. */
export function nameOf({ lesson, code }: Pick<Spec, 'lesson' | 'code'>): string {
  if (code === '') return lesson;
  const words =
    titleOf(code)
      .normalize('NFKD')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  return words.join('-').slice(0, 40).replace(/-$/, '') || 'program';
}

/** Returns the entry of a program that somebody wrote. Nothing that a lesson says is said of it. */
export function ownProgram(code: string): CatalogueEntry {
  return {
    slug: '',
    group: 'waiting',
    order: 0,
    title: titleOf(code),
    settings: {},
    prediction: { question: '', choices: [] },
    text: { lookFor: '', happened: '', javascript: '', inRealWork: '' },
    program: code,
    python: null,
    claim: null,
    claimFile: null,
  };
}
