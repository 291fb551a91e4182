/** The names of a room's members: made up, or typed by anyone. */
import { rectifyConfusion } from 'unicode-confusables';
import { shownText } from '../words/shown-text.ts';

/** Most characters of a name, as a reader counts them: what fits below a tile of the wall. */
export const MOST = 24;

const COLOURS = ['Amber', 'Blue', 'Copper', 'Golden', 'Green', 'Grey', 'Red', 'Silver', 'Violet', 'White'];
const ANIMALS = [
  ...['Badger', 'Beaver', 'Bison', 'Crane', 'Deer', 'Dolphin', 'Falcon', 'Finch', 'Fox', 'Gecko', 'Hare'],
  ...['Hedgehog', 'Heron', 'Ibex', 'Kestrel', 'Lark', 'Lynx', 'Magpie', 'Marten', 'Mole', 'Moose', 'Newt'],
  ...['Otter', 'Owl', 'Panda', 'Puffin', 'Raven', 'Robin', 'Salmon', 'Seal', 'Stork', 'Swift', 'Tiger'],
  ...['Toad', 'Trout', 'Turtle', 'Walrus', 'Whale', 'Wolf', 'Wren'],
];

/** Returns a name that is not in `taken`: a colour and an animal. */
export function madeUpName(taken: readonly string[]): string {
  const pick = (some: readonly string[]) => some[Math.floor(Math.random() * some.length)] ?? '';
  const others = new Set(taken.map(looksOf));
  for (let tries = 0; tries < 100; tries++) {
    const name = `${pick(COLOURS)} ${pick(ANIMALS)}`;
    if (!others.has(looksOf(name))) return name;
  }
  return unlike(`${pick(COLOURS)} ${pick(ANIMALS)}`, taken);
}

/**
 * Returns a typed name as it is kept: on one line, without characters that cannot be seen, and not too long. Empty if
 * nothing is left.
 */
export function cleanName(typed: string): string {
  const short = lettersOf(typed)
    .slice(0, MOST)
    .map((letter) => letter.slice(0, 16))
    .join('');
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(seenIn(short)) ? shownText(short.trim()) : '';
}

/** Returns what a reader sees as the characters of a typed name. */
function lettersOf(typed: string): string[] {
  // Long input is cut before it is looked at: a request may bring a megabyte.
  const visible = typed
    .slice(0, 1000)
    // First, for what is left may be a letter with its accent, or one space.
    .replace(/[\p{Bidi_Control}\p{Co}\p{Cs}\u200b\u2060\ufeff]/gu, '')
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  const segments = new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(visible);
  return [...segments].map(({ segment }) => segment);
}

/** Returns `name`, with a number after it if somebody in `taken` has it: two members must not be taken for each other. */
export function unlike(name: string, taken: readonly string[]): string {
  const others = new Set(taken.map(looksOf));
  for (let number = 1; ; number++) {
    const numbered = number === 1 ? name : `${name} ${number}`;
    if (!others.has(looksOf(numbered))) return numbered;
  }
}

/** Thrown for a name that cannot be taken; its message says why. */
export class NameError extends Error {}

/** Thrown for a name that would be cut. */
export class LongNameError extends NameError {
  constructor() {
    super(`Use a name of at most ${MOST} characters.`);
  }
}

/** Reports whether a typed name has more characters than are kept. */
export function isLong(typed: string): boolean {
  return lettersOf(typed).length > MOST;
}

/** Thrown for a name that could be taken for that of somebody else in the room. */
export class LookAlikeError extends NameError {
  constructor() {
    super('This name looks like that of somebody else in the room. Choose another one.');
  }
}

/**
 * Reports whether a name looks like one of `taken` although its letters are others, as “Аnna” with a Cyrillic letter looks
 * like “Anna”: by the confusable characters of Unicode (UTS 39).
 */
export function looksLikeAnother(name: string, taken: readonly string[]): boolean {
  const [own, ...skeletons] = [looksOf(name), ...skeletonsOf(name)];
  return taken.some(
    (other) => looksOf(other) !== own && skeletonsOf(other).some((one, i) => one === skeletons[i]),
  );
}

/** Returns what is the same for names that can be confused, as they are written and in small letters. */
function skeletonsOf(name: string): string[] {
  const text = seenIn(name).normalize('NFKC').replaceAll(' ', '');
  const skeleton = (one: string) => rectifyConfusion(one.normalize('NFD')).toLowerCase().normalize('NFC');
  return [skeleton(text), skeleton(text.toLowerCase())];
}

/** Returns what is the same for names that look nearly the same: capitals, widths and spaces are not told apart. */
function looksOf(name: string): string {
  return seenIn(name).normalize('NFKC').toLowerCase().replaceAll(' ', '');
}

/** Returns a name without characters that cannot be seen, such as those that only join or space others. */
function seenIn(name: string): string {
  return name.replace(/[\p{Default_Ignorable_Code_Point}\u2800]/gu, '');
}
