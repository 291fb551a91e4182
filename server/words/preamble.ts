/** What comes before the code of a program: comments, imports, directives such as 'use strict', a shebang. */

/** A part of it, from `at` to `end` in the program. */
export type PreamblePart = {
  kind: 'line-comment' | 'block-comment' | 'import' | 'other';
  at: number;
  end: number;
};

/** Each takes time in proportion to what it matches: the text is anybody's. */
const PARTS: [PreamblePart['kind'], RegExp][] = [
  ['other', /\s+/y],
  ['line-comment', /\/\/.*/y],
  ['block-comment', /\/\*(?:[\s\S]*?\*\/|[\s\S]*)/y],
  ['import', /import\b[^'"`;()]*(['"])[^'"\n]*\1(?:[ \t]*with[ \t]*\{[^}]*\})?[ \t]*;?/y],
  ['other', /(['"])use [a-z ]+\1[ \t]*;?/y],
];
const SHEBANG = /#!.*/y;

/** Yields the parts before the first statement of a program, in order. */
export function* preambleOf(program: string): Generator<PreamblePart> {
  let at = 0;
  let patterns: typeof PARTS = [...PARTS, ['other', SHEBANG]];
  while (at < program.length) {
    const kind = patterns.find(([, pattern]) => {
      pattern.lastIndex = at;
      return pattern.test(program);
    });
    if (kind === undefined) return;
    const end = kind[1].lastIndex;
    yield { kind: kind[0], at, end };
    at = end;
    patterns = PARTS;
  }
}
