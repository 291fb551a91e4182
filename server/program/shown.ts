/** Formats values: those in error messages, logged ones, and thrown ones. */
import { inspect } from './builtins.ts';
import { withoutAdvice } from './refused.ts';
import { beginningOf } from './text.ts';

const { Event: AnyEvent } = globalThis;
const IN_LINE = { breakLength: Number.POSITIVE_INFINITY };

/** Formats a value for the console: text as it is, an object as in source code. Throws if a getter does. */
export function asText(value: unknown): string {
  const isPlain = typeof value !== 'object' || value === null || value instanceof Error;
  return isPlain ? String(value) : inspect(value, IN_LINE);
}

/** How many of the errors in an `AggregateError` are shown, and how many causes, each of the one before. */
const PARTS = 10;

/**
 * Formats a thrown value in one line: `TypeError: x is not a function`; an `AggregateError` with its errors, and any error
 * with its cause. Anything can be thrown, and its getters can throw too.
 */
export function describe(thrown: unknown): string {
  return describeWithin(thrown, PARTS);
}

function describeWithin(thrown: unknown, causes: number): string {
  try {
    const text =
      thrown instanceof Error
        ? textOf(thrown)
        : (eventText(thrown) ?? `${inspect(thrown, IN_LINE)} was thrown`);
    const parts = thrown instanceof AggregateError ? partsOf(thrown) : '';
    return beginningOf(`${text}${parts}${causeOf(thrown, causes)}`, 1000);
  } catch {
    return 'something that cannot be shown';
  }
}

/** What an event of one of these says is only that the network failed. */
const OF_NETWORK = ['WebSocket', 'EventSource'];

/** Describes an event that was thrown, such as `onerror = reject` throws; returns null for anything else. */
function eventText(thrown: unknown): string | null {
  if (!(thrown instanceof AnyEvent)) return null;
  const source = thrown.target?.constructor.name ?? '';
  const error: unknown = Reflect.get(thrown, 'error');
  const why = error instanceof Error && error.message !== '' ? ` (${textOf(error)})` : '';
  const lack = OF_NETWORK.includes(source) ? ': a program has no network here' : '';
  return `An event “${thrown.type}”${source && ` of ${source}`} was thrown${why}${lack}`;
}

const SILENT_SOCKET = /^[^\n]*\n +at #onSocketClose \(node:/;

function textOf(error: Error): string {
  const text = String(error);
  // Node's error of a socket that could not connect says nothing else.
  if (error.message === '' && typeof error.stack === 'string' && SILENT_SOCKET.test(error.stack))
    return `${text}: a program has no network here`;
  try {
    return withoutAdvice(text);
  } catch {
    // The program has changed methods of strings.
    return text;
  }
}

/** The innermost frame of a stack, if it is of our own compiled code. */
const OWN_FRAME = /^[^\n]*\n +at [^\n]*\/(?:entry|ordered)\.mjs:\d/;

/**
 * Returns the end of a sentence about an error, of which the program has no `line`, if it was thrown by our code; nothing if
 * not. Ours relies on methods of arrays, strings and promises, which a program can change.
 */
export function outside(thrown: unknown, line: number | undefined): string {
  if (line !== undefined || !(thrown instanceof TypeError)) return '';
  const stack = madeBy(() => thrown.stack);
  if (typeof stack !== 'string' || !OWN_FRAME.test(stack)) return '';
  return ', outside of the program, which may have changed what the language itself needs';
}

function causeOf(thrown: unknown, causes: number): string {
  if (!(thrown instanceof Error) || causes === 0) return '';
  const cause = madeBy(() => thrown.cause);
  if (cause === undefined || cause === thrown) return '';
  const text = cause instanceof Error ? describeWithin(cause, causes - 1) : inspect(cause, IN_LINE);
  // Of a message of several lines, the first says what is the matter.
  const end = text.indexOf('\n');
  return ` (caused by ${end < 0 ? text : `${text.slice(0, end)} …`})`;
}

/** Returns what a getter returns; undefined if it throws. */
function madeBy(get: () => unknown): unknown {
  try {
    return get();
  } catch {
    return undefined;
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
