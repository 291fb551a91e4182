/** The language that a client prefers, for numbers in files that it downloads. */
import type { Context } from 'hono';
import { accepts } from 'hono/accepts';

/** Returns the language that a client prefers, as it says; empty if it does not. */
export function languageOf(c: Context): string {
  return accepts(c, {
    header: 'Accept-Language',
    supports: [],
    default: '',
    match: ([first]) => first?.type ?? '',
  });
}
