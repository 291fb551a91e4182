/** Formats values: those in error messages, logged ones, and thrown ones. */
import { inspect } from 'node:util';
import { beginningOf } from './text.ts';

const IN_LINE = { breakLength: Number.POSITIVE_INFINITY };

/** Formats a value for the console: text as it is, an object as in source code. Throws if a getter does. */
export function asText(value: unknown): string {
  const isPlain = typeof value !== 'object' || value === null || value instanceof Error;
  return isPlain ? String(value) : inspect(value, IN_LINE);
}

/**
 * Formats a thrown value in one line: `TypeError: x is not a function`. Anything can be thrown, and its getters can
 * throw too.
 */
export function describe(thrown: unknown): string {
  try {
    const text = thrown instanceof Error ? String(thrown) : `${inspect(thrown, IN_LINE)} was thrown`;
    return beginningOf(text, 1000);
  } catch {
    return 'something that cannot be shown';
  }
}

/** Formats a value as in source code, with quotes, so that '1' and 1 differ. Never throws. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return inspect(value.length > 40 ? `${value.slice(0, 39)}…` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[…]' : '{…}';
  if (typeof value === 'function') return 'a function';
  return String(value);
}
