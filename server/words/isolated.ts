/**
 * Names and other text of programs within our sentences. Text that runs from right to left would also turn what is
 * beside it: `waits for lock … 2 s` would be read with the figure before the name. Isolated, it keeps to itself.
 */

/** Isolates of Unicode: from the first to the last, in the direction of the first letter between them. */
const FIRST_STRONG = '\u2068';
const POP = '\u2069';

/** Blocks with letters that run from right to left, and the marks that do. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Returns `text` so that it does not turn what is beside it in a sentence: unchanged if it cannot. */
export function isolated(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? `${FIRST_STRONG}${text}${POP}` : text;
}

/** Returns the lines of a broken sentence, in each of which what is isolated has its beginning and its end. */
export function balanced(lines: readonly string[]): string[] {
  let isOpen = false;
  return lines.map((line) => {
    const begun = isOpen ? `${FIRST_STRONG}${line}` : line;
    isOpen = begun.lastIndexOf(FIRST_STRONG) > begun.lastIndexOf(POP);
    return isOpen ? `${begun}${POP}` : begun;
  });
}

/** Returns the parts of a sentence: its own words at even places, what is isolated in it between. */
export function isolatedParts(sentence: string): string[] {
  return sentence.split(/\u2068([^\u2068\u2069]*)\u2069/);
}
