/**
 * Text for an image that is drawn with one font. What the font cannot draw would be a box: instead, the text says what it
 * was, as `‹emoji›` or `‹Arabic›`, once for all that follow each other.
 */

const EMOJI = /\p{Emoji_Presentation}|\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
const SCRIPTS =
  'Arabic Armenian Bengali Cherokee Coptic Cyrillic Devanagari Ethiopic Georgian Greek Gujarati Gurmukhi Hebrew ' +
  'Kannada Khmer Lao Latin Malayalam Mongolian Myanmar Oriya Sinhala Syriac Tamil Telugu Thaana Thai Tibetan';

/** Kinds of characters by what people call them; the first that matches counts. Chinese: also Japanese, see below. */
const KINDS: readonly (readonly [name: string, RegExp])[] = [
  ['emoji', EMOJI],
  [
    'Chinese',
    /[\p{Script=Han}\p{Script=Bopomofo}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\u30fb\u30fc]/u,
  ],
  ['Korean', /\p{Script=Hangul}/u],
  ...SCRIPTS.split(' ').map((name) => [name, new RegExp(`\\p{Script=${name}}`, 'u')] as const),
  ['letters', /\p{L}/u],
  ['mark', /\p{M}/u],
];

const GRAPHEMES = new Intl.Segmenter('en');
/** Characters without a shape: joiners, and those that select a variant or a direction. */
const SHAPELESS = /\p{Default_Ignorable_Code_Point}/gu;

/** A part of a text that can be drawn, or the kind of one that cannot. */
type Part = { text: string; kind?: never } | { kind: string };

/** Returns a function that returns a text with only the characters of `font` in it. */
export function drawableIn(font: ReadonlySet<number>): (text: string) => string {
  const has = (text: string) => [...text].every((one) => font.has(one.codePointAt(0) ?? 0));

  /** Returns the parts of a character as people count them: a letter may be drawn, but not all of its marks. */
  function partsOf(character: string): Part[] {
    if (/^\p{White_Space}+$/u.test(character)) return [{ text: ' ' }];
    for (const form of ['NFC', 'NFKC'] as const) {
      const text = character.normalize(form).replace(SHAPELESS, '');
      if (has(text)) return [{ text }];
    }
    if (EMOJI.test(character)) return [{ kind: 'emoji' }];
    return [...character.normalize('NFC').replace(SHAPELESS, '')].map((one) =>
      has(one) ? { text: one } : { kind: (KINDS.find(([, pattern]) => pattern.test(one)) ?? ['symbol'])[0] },
    );
  }

  return (text) => {
    if (/^[\x20-\x7e]*$/.test(text)) return text;
    const parts = [...GRAPHEMES.segment(text.toWellFormed())].flatMap(({ segment }) => partsOf(segment));
    const chinese = KANA.test(text) ? 'Japanese' : 'Chinese';
    let result = '';
    /** What was last replaced, and the space since then. */
    let [last, space] = ['', ''];
    for (const part of parts) {
      const isSpace = part.kind === undefined && part.text.trim() === '';
      if (last !== '' && isSpace) space += part.text;
      else if (part.kind === undefined || part.kind !== last) {
        const name = part.kind === 'Chinese' ? chinese : part.kind;
        result += `${space}${part.kind === undefined ? part.text : `‹${name}›`}`;
        [last, space] = [part.kind ?? '', ''];
      } else space = '';
    }
    return result + space;
  };
}
