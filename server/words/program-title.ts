/** The title of a program that somebody wrote: the text of its first comment line. */
import { preambleOf } from './preamble.ts';

/** What a program without a title is called. */
export const UNTITLED = 'Untitled program';

const TITLE_LENGTH = 80;
/** How much of a program is searched, in UTF-16 code units. */
const SEARCHED = 16_384;

/** Comments for tools, which are no title. */
const FOR_TOOLS =
  /^(?:@ts-|\/?\s*<|eslint|prettier|biome|deno-(?:lint|fmt)|[jt]slint|spell-?check|#(?:end)?region)/i;

/**
 * Returns the title of a program; `untitled` if no comment comes before its code. Imports, directives and a shebang may
 * come first. It has at most 80 characters, and none that are invisible or change the direction of text.
 */
export function titleOf(code: string, untitled = UNTITLED): string {
  for (const line of commentLines(code.slice(0, SEARCHED))) {
    if (FOR_TOOLS.test(line)) continue;
    const text = visible(line);
    if (hasWords(text)) return shortened(text);
  }
  return untitled;
}

/** Yields the lines of the comments before a program's code, without what marks them as comments. */
function* commentLines(code: string): Generator<string> {
  for (const { kind, at, end } of preambleOf(code)) {
    const text = code.slice(at + 2, end);
    if (kind === 'line-comment') yield text.trim();
    if (kind !== 'block-comment') continue;
    for (const line of text.replace(/\*\/$/, '').split('\n')) yield line.replace(/^[\s*]+/, '');
  }
}

/** Returns a text in one line, without invisible characters; joiners stay, for scripts and emoji that need them. */
function visible(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/(?![\u200c\u200d])\p{C}/gu, '')
    .replace(/\s+/g, ' ')
    .replace(/^[\s/*!#=_~-]+/, '')
    .replace(/[/*=_~-]+$/, '')
    .trim();
}

/** Reports whether a text has something to read: some letters have no shape. */
function hasWords(text: string): boolean {
  return /(?![\u115f\u1160\u3164\uffa0])[\p{L}\p{N}\p{So}]/u.test(text);
}

/** Returns at most 80 characters as people count them, none of them with a tower of marks. */
function shortened(text: string): string {
  const segments = new Intl.Segmenter('en').segment(text.slice(0, 16 * TITLE_LENGTH));
  const characters = Array.from(segments, ({ segment }) =>
    segment.length <= 16 ? segment : [...segment].slice(0, 4).join(''),
  );
  if (characters.length <= TITLE_LENGTH) return characters.join('');
  const start = characters.slice(0, TITLE_LENGTH - 1).join('');
  return `${start.trim()}…`;
}
