/**
 * What comes before the code of a program: comments, imports, a shebang; in JavaScript directives such as 'use strict', in
 * Python the text that describes the module.
 */

/** A part of it, from `at` to `end` in the program. */
type PreamblePart = {
  kind: 'line-comment' | 'block-comment' | 'import' | 'other';
  at: number;
  end: number;
};

type Pattern = [PreamblePart['kind'], RegExp];

/** Each takes time in proportion to what it matches: the text is anybody's. */
const PARTS: Pattern[] = [
  ['other', /\s+/y],
  ['line-comment', /\/\/.*/y],
  ['block-comment', /\/\*(?:[\s\S]*?\*\/|[\s\S]*)/y],
  ['import', /import\b[^'"`;()]*(['"])[^'"\n]*\1(?:[ \t]*with[ \t]*\{[^}]*\})?[ \t]*;?/y],
  ['other', /(['"])use [a-z ]+\1[ \t]*;?/y],
];
const SHEBANG = /#!.*/y;

const PYTHON_PARTS: Pattern[] = [
  ['other', /[\s;]+/y],
  ['line-comment', /#.*/y],
  ['block-comment', /[rR]?(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"[^"\n]*"|'[^'\n]*')/y],
  ['import', /(?:import|from)\b[^\n;#(]*(?:\([^)]*\))?/y],
];

/** Yields the parts before the first statement of a program, in order. */
export function* preambleOf(
  program: string,
  language: 'javascript' | 'python' = 'javascript',
): Generator<PreamblePart> {
  let at = 0;
  const parts = language === 'python' ? PYTHON_PARTS : PARTS;
  let patterns: Pattern[] = [['other', SHEBANG], ...parts];
  while (at < program.length) {
    const kind = patterns.find(([, pattern]) => {
      pattern.lastIndex = at;
      return pattern.test(program);
    });
    if (kind === undefined) return;
    const end = kind[1].lastIndex;
    yield { kind: kind[0], at, end };
    at = end;
    patterns = parts;
  }
}
