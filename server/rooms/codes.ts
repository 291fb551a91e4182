/** The codes of rooms: four letters that are read from a wall and typed. */
import { customAlphabet } from 'nanoid';

/** Without letters that are taken for others, or for digits: I, O, Q, U, V. */
const LETTERS = 'ABCDEFGHJKLMNPRSTWXYZ';
const LENGTH = 4;

/** Returns a random code: one of 21⁴ = 194,481. */
export const newCode: () => string = customAlphabet(LETTERS, LENGTH);

/** Returns the code that somebody typed, in the form in which it is kept; null if no room has such a code. */
export function readCode(typed: string): string | null {
  const letters = typed.toUpperCase().replace(/[\s.-]/g, '');
  return letters.length === LENGTH && [...letters].every((one) => LETTERS.includes(one)) ? letters : null;
}
