/** Breaks text into lines for drawings, in which no font can be measured. */
import { balanced } from '../words/isolated.ts';

const GRAPHEMES = new Intl.Segmenter('en');
/** Characters that are as wide as two letters. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\p{Extended_Pictographic}\u3000-\u303f\uff01-\uff60]/u;

/**
 * Breaks `text` into lines of at most `most` letters, and truncates it after `lines` lines. Longer words are cut. What is
 * isolated in the text stays so in each line.
 */
export function wrapped(text: string, most: number, lines: number): string[] {
  const found: string[] = [''];
  for (const word of text.split(/\s+/)) {
    const line = found.at(-1) ?? '';
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || lettersIn(longer) <= most) found[found.length - 1] = cut(longer, most);
    else if (found.length === lines) {
      found[found.length - 1] = cut(`${line} …`, most);
      break;
    } else found.push(cut(word, most));
  }
  return balanced(found);
}

/** Returns the width of a text in letters of the Latin alphabet. */
export function lettersIn(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let letters = 0;
  for (const { segment } of GRAPHEMES.segment(text)) letters += widthOf(segment);
  return letters;
}

function widthOf(character: string): number {
  if (/^\p{Default_Ignorable_Code_Point}+$/u.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

function cut(text: string, most: number): string {
  if (lettersIn(text) <= most) return text;
  let [start, letters] = ['', 0];
  for (const { segment } of GRAPHEMES.segment(text)) {
    letters += widthOf(segment);
    if (letters > most - 1) break;
    start += segment;
  }
  return `${start}…`;
}
