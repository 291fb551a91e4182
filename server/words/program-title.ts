/** The title of a program that somebody wrote: the text of its first comment line. */
import { isPython } from '../spec/runtimes.ts';
import type { Spec } from '../spec/spec.ts';
import { preambleOf } from './preamble.ts';

/** What a program without a title is called. */
export const UNTITLED = 'Untitled program';

const TITLE_LENGTH = 80;
/** How much of a program is searched, in UTF-16 code units. */
const SEARCHED = 16_384;

/** Comments for tools, which are no title. */
const FOR_TOOLS =
  /^(?:@ts-|\/?\s*<|eslint|prettier|biome|deno-(?:lint|fmt)|[jt]slint|spell-?check|#(?:end)?region)/i;
const FOR_PYTHON_TOOLS =
  /^(?:-\*-|coding[:=]|type:|noqa|pylint|flake8|fmt:|isort|ruff|mypy|pyright|vim?:|spell-?check|(?:end)?region)/i;

/**
 * Returns the title of a program, whose runtime tells its language; `untitled` if no comment comes before its code.
 * Imports, directives and a shebang may come first. It has at most 80 characters, and none that are invisible or change
 * the direction of text.
 */
export function titleOf({ code, runtime }: Pick<Spec, 'code' | 'runtime'>, untitled = UNTITLED): string {
  const start = code.slice(0, SEARCHED);
  const [lines, forTools] = isPython(runtime)
    ? [pythonCommentLines(start), FOR_PYTHON_TOOLS]
    : [commentLines(start), FOR_TOOLS];
  for (const line of lines) {
    if (forTools.test(line)) continue;
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

/** Does the same for a program in Python, where a text before the code is a comment, too. */
function* pythonCommentLines(code: string): Generator<string> {
  for (const { kind, at, end } of preambleOf(code, 'python')) {
    const text = code.slice(at, end);
    if (kind === 'line-comment') yield text.slice(1).trim();
    if (kind !== 'block-comment') continue;
    for (const line of text.replace(/^[rR]?["']+|["']+$/g, '').split('\n')) yield line.trim();
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
