/** How values are shown: those that a message refuses, those that are logged, and those that are thrown. */
import { inspect } from 'node:util';

const IN_LINE = { breakLength: Number.POSITIVE_INFINITY };

/** A value as a line of the console: a text as it is, an object as one would write it. Throws where its getters do. */
export function asText(value: unknown): string {
  const isPlain = typeof value !== 'object' || value === null || value instanceof Error;
  return isPlain ? String(value) : inspect(value, IN_LINE);
}

/** What was thrown, in a line: `TypeError: x is not a function`. Anything can be thrown, and its getters can throw too. */
export function describe(thrown: unknown): string {
  try {
    const text = thrown instanceof Error ? String(thrown) : `${inspect(thrown, IN_LINE)} was thrown`;
    return text.slice(0, 1000);
  } catch {
    return 'something that cannot be shown';
  }
}

/** The value as one would write it: a text in quotes, so that '1' and 1 are told apart. Never throws. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return inspect(value.length > 40 ? `${value.slice(0, 39)}…` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[…]' : '{…}';
  if (typeof value === 'function') return 'a function';
  return String(value);
}
