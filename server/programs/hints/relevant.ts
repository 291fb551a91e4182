/**
 * Which of TypeScript's errors are hints. A program needs no types, and much that TypeScript objects to runs as it is
 * meant: then a hint would be false.
 */
import { type Diagnostic, reasonsOf } from './diagnostics.ts';
import { PROGRAM } from './files.ts';
import { TYPES } from './globals.ts';
import { API, quotedIn } from './words.ts';

/**
 * Errors that are no hints, besides those from 6000 (files) and from 7000 (missing types): modules that are not there to
 * be read, comments for the checker, values of a type that is not known, what may be left out.
 */
const SILENT = [
  1192, 1259, 1470, 1471, 1479, 1540, 1541, 1542, 1543, 2305, 2306, 2307, 2354, 2497, 2503, 2571, 2578, 2614,
  2664, 2665, 2666, 2667, 2669, 2671, 2688, 2694, 2724, 2732, 2790, 2792, 2794, 2834, 2835, 2846, 2877, 2882,
  5097, 18003, 18046,
];
/** Parameters and variables of a pattern that have no type. */
const UNTYPED = [7006, 7031];
const NO_PROPERTY = 2339;
const COUNT = [2554, 2555];
const NO_OVERLAP = 2367;
/** An argument of another type, or with other properties. */
const ARGUMENT = [2345, 2353, 2739, 2740, 2741];

/** Returns the errors that are hints for the program. */
export function relevant(errors: readonly Diagnostic[], code: string): Diagnostic[] {
  const untyped = new Set(errors.filter((error) => UNTYPED.includes(error.code)).map(({ pos }) => pos));
  return errors.filter((error) => isHint(error, code, untyped));
}

function isHint(error: Diagnostic, code: string, untyped: ReadonlySet<number>): boolean {
  if ((error.code >= 6000 && error.code < 8000) || SILENT.includes(error.code)) return false;
  // What a program imports is not known here.
  if (error.text.startsWith('Cannot find name') && /['"`]/.test(code.charAt(error.pos))) return false;
  const names = quotedIn(error.text);
  // An empty list or a variable that a callback sets has the type never; so much for what is in them.
  if (reasonsOf(error).some((text) => quotedIn(text).some((name) => /\b(unknown|never)\b/.test(name))))
    return false;
  const [first = '', second = ''] = names;
  switch (error.code) {
    case NO_PROPERTY:
      return !mayGain(second, code, error.end);
    case NO_OVERLAP:
      // In a loop or after a wait, a variable may have another value than the last one that was assigned.
      return kindOf(first) !== kindOf(second);
    default:
      if (ARGUMENT.includes(error.code)) return !names.some(isUntypedPattern);
      return !COUNT.includes(error.code) || isCounted(error, untyped);
  }
}

/** Reports whether a property of `type` may be one that the program adds: to an object, an error, or its own class. */
function mayGain(type: string, code: string, end: number): boolean {
  if (API[type] !== undefined) return false;
  if (/^(\{|typeof |Error$)/.test(type) || isClassIn(type, code)) return true;
  return /^\s*([-+*/%&|^?]{0,3}=(?![=>])|\+\+|--)/.test(code.slice(end, end + 100));
}

function isClassIn(type: string, code: string): boolean {
  const name = /^\w+/.exec(type)?.[0];
  return name !== undefined && new RegExp(`\\bclass\\s+${name}\\b`).test(code);
}

/** Returns what kind of value a type has: that of `"a"` is string. */
function kindOf(type: string): string {
  if (/^["'`]/.test(type)) return 'string';
  if (/^-?[\d.]/.test(type)) return 'number';
  return type === 'true' || type === 'false' ? 'boolean' : type;
}

/** Reports whether a type is that of a parameter such as `{ a, b }`, whose properties may all be left out. */
function isUntypedPattern(type: string): boolean {
  return /^\{( \w+\??: any;)* \}$/.test(type);
}

/**
 * Reports whether arguments count: too many always, too few where the parameter is the api's or has a type. Elsewhere
 * an argument may be left out.
 */
function isCounted({ text, relatedInformation }: Diagnostic, untyped: ReadonlySet<number>): boolean {
  const [, needed = 0, given = 0] = /(\d+) arguments?, but got (\d+)/.exec(text)?.map(Number) ?? [];
  if (given > needed) return true;
  const [missing] = relatedInformation ?? [];
  if (missing?.fileName === TYPES) return true;
  return missing?.fileName === PROGRAM && !untyped.has(missing.pos);
}
