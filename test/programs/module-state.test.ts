import { expect, test } from 'vitest';
import { hasModuleState } from '../../server/programs/module-state.ts';

const JOB = 'export async function job(n, { shared }) { shared.counter.add(1); }\n';

test.each([
  ['functions', 'function help() { let x = 0; return ++x; }'],
  ['constants', 'const N = 3, NAME = `a`, LESS = -1 * 2;'],
  ['arrow functions', 'const twice = (n) => n * 2;'],
  [
    'a list that is only read',
    'const NAMES = ["a", "b"]; export const main = async () => { for (const x of NAMES) NAMES[0] + NAMES.length; };',
  ],
  ['an object that is only read', 'const FORKS = { left: 1 }; export function main() { return FORKS.left; }'],
  ['an import', 'import assert from "node:assert";'],
])('hasModuleState: %s leave nothing for the next execution', (_, code) => {
  expect(hasModuleState(JOB + code)).toBe(false);
});

test.each([
  ['a variable', 'let done = 0;'],
  ['a map', 'const seen = new Map();'],
  ['a list that grows', 'const list = []; function f() { list.push(1); }'],
  ['a list whose value is set', 'const list = [0]; function f() { list[0] = 1; }'],
  ['a list that is counted up', 'const list = [0]; function f() { list[0]++; }'],
  ['a list that is passed on', 'const list = [0]; function f() { g(list); }'],
  ['an object inside a list', 'const list = [{ n: 0 }];'],
  ['an object whose method is called', 'const o = { n: 0 }; function f() { o.toString(); }'],
  ['an object that loses something', 'const o = { n: 0 }; function f() { delete o.n; }'],
  ['a regular expression', 'const re = /a/g;'],
  ['a class', 'class A { static n = 0; }'],
  ['a statement', 'globalThis.n = 0;'],
  ['a name for the list', 'const list = [0]; function f() { const other = list; }'],
  ['something that cannot be read', 'const ='],
])('hasModuleState: %s may', (_, code) => {
  expect(hasModuleState(JOB + code)).toBe(true);
});
