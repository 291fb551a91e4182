/** Attacks on the compiler: text that it is slow on, or that it cannot nest as deeply as. */
import type { Attack } from '../attack.ts';

const EXPORT = 'export const job = ';
/** Repeats `part` until the program has as many bytes as it may have. */
const fill = (before: string, part: string, after = '') =>
  before + part.repeat(Math.floor((65_000 - before.length - after.length) / part.length)) + after;
const nest = (before: string, open: string, inner: string, close: string) => {
  const times = Math.floor((65_000 - before.length - inner.length) / (open.length + close.length));
  return `${before + open.repeat(times) + inner + close.repeat(times)}\n`;
};

const TEXTS: Record<string, string> = {
  'nested parentheses': nest(EXPORT, '(', '1', ')'),
  'two thousand parentheses': `${EXPORT}${'('.repeat(2000)}() => 1${')'.repeat(2000)};`,
  'open parentheses': fill(EXPORT, '('),
  'nested arrays': nest(EXPORT, '[', '', ']'),
  'nested objects': nest(EXPORT, '({a:', '1', '})'),
  'nested blocks': nest('export function job() {}\n', '{', '', '}'),
  'nested functions': fill(EXPORT, 'a=>', '1'),
  'nested templates': nest(EXPORT, '`${', '1', '}`'),
  'nested classes': nest('export function job() {}\n', 'class A{b=', '1', '}').replaceAll(
    'b=class A',
    'b=class ',
  ),
  'possible type arguments': fill(EXPORT, 'a<(b'),
  'many type arguments': `${nest('type T = ', 'A<', 'x', '>')}export function job() {}`,
  'a huge union': fill('export function job() {}\ntype T = 0', '|"abc"'),
  'conditional types': `${nest('type T<A> = ', 'A extends string ? (', 'x', ') : never ')}export function job() {}`,
  'a sum': fill(EXPORT, '1+', '1'),
  signs: fill(EXPORT, '!', '1'),
  'a long path': fill(`${EXPORT}a`, '.b'),
  calls: fill(`${EXPORT}a`, '()'),
  conditions: fill(EXPORT, 'a?b:', 'c'),
  'a long string': fill(`${EXPORT}"`, 'x', '"'),
  'a huge expression': `${EXPORT}/${'(a|b)*'.repeat(9000)}/;`,
  assertions: fill(`${EXPORT}a`, '!'),
  'else if': fill('export function job() {}\n', 'if(a);else '),
  awaits: fill('export function job() {}\n', 'await '),
  generics: `${fill(`${EXPORT}a`, '<T>')}()`,
  casts: fill(`${EXPORT}a`, ' as A'),
  'many functions': fill('export function job() {}\n', 'function* f(){}\n').replace(
    /function\* f/g,
    () => `function* f${Math.random().toString(36).slice(2, 6)}`,
  ),
  'a string of separators': `${EXPORT}"${'\\u2028'.repeat(5000)}"`,
  'null characters': `${EXPORT}"${'\0'.repeat(1000)}"`,
  comments: fill('export function job() {}\n', '/**/'),
  decorators: `${fill('export function job() {}\n', '@a ')}class B {}`,
};

export const COMPILE: Attack[] = Object.entries(TEXTS).map(([name, code], at) => ({
  name: `has the compiler read ${name}`,
  modes: ['threads'],
  ends: ['refused', 'completed', 'failed'],
  code: code.slice(0, 65_500),
  ...(at < 2 && { sample: true }),
}));
