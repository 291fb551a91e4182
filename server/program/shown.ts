/** Formats values: those in error messages, logged ones, and thrown ones. */
import { inspect } from './builtins.ts';
import { beginningOf } from './text.ts';

const IN_LINE = { breakLength: Number.POSITIVE_INFINITY };

/** Formats a value for the console: text as it is, an object as in source code. Throws if a getter does. */
export function asText(value: unknown): string {
  const isPlain = typeof value !== 'object' || value === null || value instanceof Error;
  return isPlain ? String(value) : inspect(value, IN_LINE);
}

/** How many of the errors in an `AggregateError` are shown. */
const PARTS = 10;

/**
 * Formats a thrown value in one line: `TypeError: x is not a function`; an `AggregateError` with its errors. Anything can
 * be thrown, and its getters can throw too.
 */
export function describe(thrown: unknown): string {
  try {
    const text = thrown instanceof Error ? String(thrown) : `${inspect(thrown, IN_LINE)} was thrown`;
    return beginningOf(`${text}${thrown instanceof AggregateError ? partsOf(thrown) : ''}`, 1000);
  } catch {
    return 'something that cannot be shown';
  }
}

function partsOf({ errors }: AggregateError): string {
  let text = '';
  for (let at = 0; at < errors.length && at < PARTS; at++)
    text += `${at === 0 ? ': ' : '; '}${describe(errors[at])}`;
  return text;
}

/** Formats a value as in source code, with quotes, so that '1' and 1 differ. Never throws. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return inspect(value.length > 40 ? `${value.slice(0, 39)}…` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[…]' : '{…}';
  if (typeof value === 'function') return 'a function';
  return String(value);
}
