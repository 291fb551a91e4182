/** What a hint says: TypeScript's own message, or plainer words for the frequent ones. */
import { capital } from '../../words/english.ts';
import type { Diagnostic } from './diagnostics.ts';

/** Longest text of a hint, in characters. */
const TEXT_LENGTH = 300;
/** Longest type that is named in one. */
const TYPE_LENGTH = 60;

/** Returns the text of a hint for an error. */
export function wordsOf({ code, text }: Diagnostic): string {
  const names = quotedIn(text);
  const words = WORDS[code]?.(names, text) ?? (/^Cannot find name '/.test(text) ? noName(names) : text);
  return shorten(words, TEXT_LENGTH);
}

/** A call that returns a promise, which nothing waits for. */
export const FLOATING =
  'Nothing waits for this promise. Put await before the call, or void if the program should continue at once.';

/** Words by the number of TypeScript's error; `names` are what its message has in quotes. */
const WORDS: Record<number, (names: string[], text: string) => string | null> = {
  1294: () => 'A program runs with its types removed, and this is more than a type, so it cannot run.',
  1308: () => 'await works only in an async function. Make this function async.',
  1484: ([name]) => `${name} is only a type. Write import type, or the program does not load.`,
  2300: ([name]) => `${name} is declared twice.`,
  2322: ([given, expected]) => mismatch(given, expected),
  2339: ([name, type]) => missing(name, type),
  2345: ([given, expected]) => mismatch(given, expected),
  2349: () => 'This is not a function, so it cannot be called.',
  2353: ([name]) => `There is no ${name} to set here.`,
  2356: () => NOT_NUMBER,
  2362: () => NOT_NUMBER,
  2363: () => NOT_NUMBER,
  2365: ([operator, left, right]) => operation(operator, left, right),
  2367: ([left, right]) => unequal(left, right),
  2393: () => 'Another function here has the same name.',
  2448: ([name]) => `${name} is used before it is declared.`,
  2451: ([name]) => `${name} is declared twice.`,
  2454: ([name]) => `${name} may not have a value here yet.`,
  2488: ([type]) =>
    isPromise(type) ? PROMISE : `This needs a list or something else to loop over, not ${a(type)}.`,
  2531: () => 'This may be null.',
  2532: () => 'This may be undefined.',
  2533: () => 'This may be null or undefined.',
  2540: ([name]) => `${name} can only be read.`,
  2551: ([name, type, other]) => `${missing(name, type)} Did you mean ${other}?`,
  2552: ([name, other]) => `${noName([name])} Did you mean ${other}?`,
  2554: (_, text) => count(text),
  2555: (_, text) => count(text),
  2561: ([name, , other]) => `There is no ${name} to set here. Did you mean ${other}?`,
  2588: ([name]) => `${name} is a constant. To change it, declare it with let.`,
  2769: () => 'These arguments do not fit this function.',
  2774: () => 'This function is not called here, and a function counts as true. Call it with ().',
  2801: () => 'This is a promise, which always counts as true. Put await before it.',
  18004: noName,
  18047: ([name]) => `${name} may be null.`,
  18048: ([name]) => `${name} may be undefined.`,
  18049: ([name]) => `${name} may be null or undefined.`,
};

const PROMISE = 'This is a promise. To get its value, put await before it.';
const NOT_NUMBER = 'This should be a number.';

/** Types of the api, in words. */
export const API: Record<string, string> = {
  JobApi: 'A job’s api',
  MainApi: 'The api of main',
  CheckApi: 'What check is given',
  Shared: 'shared',
  Counter: 'The counter',
  Queue: 'queue',
  Lock: 'A lock',
  Semaphore: 'A semaphore',
  Condition: 'A condition',
  Started: 'A started job',
};
/** What the api has in main only. */
const MAIN_ONLY = ['jobs', 'start', 'join'];

function noName([name]: (string | undefined)[]): string {
  return `There is no ${name} here.`;
}

function mismatch(given = '', expected = ''): string {
  if (isPromise(given) && !isPromise(expected)) return PROMISE;
  return `This should be ${a(expected)}, not ${a(given)}.`;
}

function missing(name = '', type = ''): string {
  if (type === 'JobApi' && MAIN_ONLY.includes(name)) return `Only main has ${name}.`;
  if (isPromise(type)) return `This is a promise, which has no ${name}. Put await before it.`;
  if (type.length > TYPE_LENGTH) return `This has no ${name}.`;
  return `${API[type] ?? capital(a(type))} has no ${name}.`;
}

function operation(operator = '', left = '', right = ''): string {
  if (isPromise(left) || isPromise(right)) return PROMISE;
  return `Look at both sides of ${operator}: ${a(left)} and ${a(right)}.`;
}

function unequal(left = '', right = ''): string {
  if (isPromise(left) || isPromise(right)) return PROMISE;
  return `This comparison always has the same result: ${a(left)} never equals ${a(right)}.`;
}

/** `Expected 1 arguments, but got 0.` */
function count(text: string): string | null {
  const [, least = '', expected = '', given = ''] =
    /^Expected (at least )?([\d-]+) arguments?, but got (\d+)/.exec(text) ?? [];
  if (expected === '') return null;
  const isMany = Number(given) > Number(expected.split('-').at(-1));
  const number = `${least}${expected.replace('-', ' to ')} ${expected === '1' ? 'argument' : 'arguments'}`;
  return `This call ${isMany ? 'takes' : 'needs'} ${number} and has ${given === '0' ? 'none' : given}.`;
}

/** A type with its article. */
function a(type = ''): string {
  if (/^(string|number|boolean|bigint|symbol)$/.test(type)) return `a ${type}`;
  if (type === 'void') return 'nothing';
  if (/^(undefined|null|true|false|any|".*"|-?[\d.]+)$/.test(type)) return type;
  if (isPromise(type)) return 'a promise';
  if (/^\(.*\) => /.test(type)) return 'a function';
  if (/\[\]$/.test(type)) return `a list (${shorten(type, TYPE_LENGTH)})`;
  const known = API[type];
  if (known !== undefined) return known.replace(/^A /, 'a ').replace(/^The /, 'the ');
  return `the type ${shorten(type, TYPE_LENGTH)}`;
}

function isPromise(type = ''): boolean {
  return /^Promise<.*>$/.test(type);
}

/**
 * Returns the names and the types that a message has in quotes. A type may have quotes in it, so they count only at the
 * edges of words.
 */
export function quotedIn(text: string): string[] {
  return [...text.matchAll(/(?<![\w"])'((?:[^'\n]|(?<=\w)'(?=\w))+?)'(?!\w)/g)].map(([, name = '']) => name);
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;
}
