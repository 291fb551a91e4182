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

const JOB = 'def job(n, api): pass\n';
const IN_PYTHON: Record<string, string> = {
  'nested parentheses': fill(`${JOB}x = `, '('),
  'a sum': fill(`${JOB}x = `, '1+', '1'),
  signs: fill(`${JOB}x = `, '-', '1'),
  'a long path': fill(`${JOB}x = a`, '.b'),
  calls: fill(`${JOB}x = a`, '()'),
  conditions: fill(`${JOB}x = `, '1 if a else ', '1'),
  lambdas: fill(`${JOB}x = `, 'lambda:', '1'),
  powers: fill(`${JOB}x = `, '2**', '1'),
  'elif after elif': fill(`${JOB}if a: b\n`, 'elif a: b\n'),
  'nested f-strings': fill(`${JOB}x = `, 'f"{'),
  'a long f-string': fill(`${JOB}x = f"`, '{a}', '"'),
  'possible calls': fill(`${JOB}x = `, 'a<(b'),
  'nested comprehensions': fill(`${JOB}x = `, '[1 for a in '),
  'a huge number': fill(`${JOB}x = `, '9'),
  'numbers that only grow': `${JOB}x = 2 ** 10 ** 9\ny = "a" * 10 ** 10\nz = ((0,) * 10 ** 9) * 10 ** 9\nw = 1 << 10 ** 9`,
  decorators: fill(JOB, '@a\n', 'def f(): pass'),
  indentations: JOB + Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}if a:\n`).join(''),
  'a comment on its encoding': `# -*- coding: utf-7 -*-\n${JOB}`,
};

/** Returns the attacks of these texts. */
const attacksOf = (texts: Record<string, string>, reader: string, language?: 'python'): Attack[] =>
  Object.entries(texts).map(([name, code], at) => ({
    name: `has ${reader} read ${name}`,
    modes: ['threads'],
    // Python has no limit of its own on numbers that a program computes as it loads.
    ends: ['refused', 'completed', 'failed', ...(language ? (['timed-out'] as const) : [])],
    code: code.slice(0, 65_500),
    ...(language && { language }),
    ...(at < 2 && { sample: true }),
  }));

export const COMPILE: Attack[] = [
  ...attacksOf(TEXTS, 'the compiler'),
  ...attacksOf(IN_PYTHON, 'the compiler of Python', 'python'),
];
