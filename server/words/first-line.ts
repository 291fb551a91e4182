/** Errors of programs within sentences. */

/** Returns the first line of an error, short, without what ends a sentence. */
export function firstLine(error: string): string {
  const line = error.split('\n', 1)[0] ?? '';
  // Cut between words, unless one is very long.
  const short = line.length > 140 ? `${line.slice(0, 139).replace(/[\s,;:]+\S{0,40}$/, '')}…` : line;
  return short.replace(/[.!\s]+$/, '');
}

/** Returns what keeps a pass from continuing, by its error; null if it ended for another reason. */
export function heldBy(error: string): string | null {
  return /^Nothing can continue: (.*)/.exec(error)?.[1] ?? null;
}

/** Returns a text that ends as a sentence does: what it ends with may be isolated (isolated.ts), or cut. */
export function sentenceEnd(text: string): string {
  return /[.!?…]\u2069?$/.test(text) ? text : `${text}.`;
}
