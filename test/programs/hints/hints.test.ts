/** What is found in programs, by a real checker. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { SyntaxKind } from 'typescript/unstable/ast';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Guard } from '../../../server/launch/guard.ts';
import { executable } from '../../../server/launch/runtimes.ts';
import { LESSONS } from '../../../server/programs/build.ts';
import { Hints } from '../../../server/programs/hints/hints.ts';
import { KINDS } from '../../../server/programs/hints/tree.ts';
import { JAVASCRIPT } from '../../../server/spec/runtimes.ts';

let guard: Guard;
let hints: Hints;
beforeAll(() => {
  guard = new Guard();
  hints = new Hints(guard);
});
afterAll(async () => {
  await hints.close();
  await guard.close();
});

/** Returns the hints for a program as text: `line:column-column what`. */
async function hintsFor(code: string): Promise<string[]> {
  const found = (await hints.of(code, 'somebody')) ?? [];
  return found.map(({ line, column, endLine, endColumn, text }) => {
    expect(endLine).toBe(line);
    return `${line}:${column}-${endColumn} ${text}`;
  });
}
/** The same for the body of a job. */
const inJob = (body: string) =>
  hintsFor(`export async function job(n, { work, sleep, lock, queue, shared, log }) {\n${body}\n}`);

describe('programs without mistakes', () => {
  const lessons = fs
    .readdirSync(LESSONS)
    .filter((name) => fs.existsSync(path.join(LESSONS, name, 'program.ts')));
  it.each(lessons)('lesson %s', async (lesson) => {
    expect(await hintsFor(fs.readFileSync(path.join(LESSONS, lesson, 'program.ts'), 'utf8'))).toEqual([]);
  });

  it.each([
    ['no types', 'const list = []; list.push(1); const x = await queue.get(); log(x.name + list[0]);'],
    ['values in the console', 'log(5); log({ a: 1 }); console.log(await queue.get(), n);'],
    [
      'promises that nothing has to wait for',
      'void work(1); work(1).catch(log); (async () => {})(); const w = work(1); await w;',
    ],
    [
      'modules',
      "const fs = await import('node:fs'); fs.readFileSync(0).x; await import('./nowhere.js'); await import('os');",
    ],
    [
      'objects and classes that grow',
      `const o = {}; o.x = 1; o.x.y = o.z; const p = { a: 1 }; p.b = p.a; p.b++; delete p.a;
      class A { constructor() { this.count = 0; } } const a = new A(); a.count++; A.all = [a];
      const e = new Error(''); e.code = 5; if (e.code) globalThis.seen = e; log(globalThis.seen);
      const all = { list: [] }; all.list.push(1); log(all.list[0].x); const l = [].concat([1]); l.push('a');`,
    ],
    [
      'arguments that may be left out',
      `function f(a, b) { return a ?? b; } f(1); f(); const g = ({ a, b }) => a + b; g({ a: 1 }); g({ b: 1, c: 2 });
      function h({ a, b } = {}) { return a; } h(); h({ a: 1 }); Array(3).fill().map(() => 1);
      await new Promise((resolve) => { resolve(); });`,
    ],
    [
      'values that are not known',
      `const v = await new Promise((resolve) => setTimeout(() => resolve(5), 1)); log(v + 1); log(v.x); n + v;
      const set = new Set(); set.add(1); for (const one of set) log(one.x); Math.max(...set);
      for (const value of shared.values()) log(value.name); let late = null; late = { a: 1 }; log(late.a);`,
    ],
    [
      'variables that callbacks set',
      `let done = false; const go = () => { done = true; }; go(); if (done === true) log('done');
      let who = ''; const set = () => { who = 'b'; }; set(); if (who === 'b') log(who);
      let last; [1].forEach((one) => { last = one; }); log(last);`,
    ],
    ['errors that are switched off', '// @ts-ignore\nfoo;\n// @ts-expect-error\nlog(1);'],
  ])('%s', async (_, body) => {
    expect(await inJob(body)).toEqual([]);
  });

  it('@ts-nocheck', async () => {
    expect(await hintsFor('// @ts-nocheck\nexport const x: string = 1; foo')).toEqual([]);
  });

  it('all that the runtimes have', async () => {
    const names = JAVASCRIPT.flatMap((runtime) => {
      const program = 'console.log(Object.getOwnPropertyNames(globalThis).join(" "))';
      const args = runtime === 'deno' ? ['run', '--no-config', '-'] : ['--input-type=module', '-'];
      const output = execFileSync(executable(runtime), args, { input: program, encoding: 'utf8' });
      return output.trim().split(' ');
    });
    // `navigator.gpu` is taken away from programs.
    const usable = [...new Set(names)].filter((name) => /^[a-z]\w*$/i.test(name) && !name.startsWith('GPU'));
    expect(usable).toContain('structuredClone');
    expect(await hintsFor(usable.map((name) => `${name};`).join('\n'))).toEqual([]);
  });
});

describe('mistakes', () => {
  const PROMISE = 'This is a promise. To get its value, put await before it.';
  const NOTHING_WAITS =
    'Nothing waits for this promise. Put await before the call, or void if the program should continue at once.';

  it.each([
    ['await work("2");', ['2:12-15 This should be a number, not a string.']],
    ['await work();', ['2:7-11 This call needs 1 argument and has none.']],
    ['await work(1, 2);', ['2:15-16 This call takes 1 argument and has 2.']],
    ['work(1);', [`2:1-8 ${NOTHING_WAITS}`]],
    ['/* é😀 */ lock("A").acquire();', [`2:11-30 ${NOTHING_WAITS}`]],
    ['for (const x of [1]) [x].map(async () => { sleep(x) });', [`2:44-52 ${NOTHING_WAITS}`]],
    ['return sleep(1) + 1;', [`2:8-20 ${PROMISE}`]],
    ['if (queue.get() === 3) log(n);', [`2:5-22 ${PROMISE}`]],
    ['const x: number = sleep(1); log(x);', [`2:7-8 ${PROMISE}`]],
    ['lock("A").relaese();', ['2:11-18 A lock has no relaese. Did you mean release?']],
    ['shared.counter.wirte(1);', ['2:16-21 The counter has no wirte. Did you mean write?']],
    ['shard.counter.read();', ['2:1-6 There is no shard here. Did you mean shared?']],
    ['require("fs");', ['2:1-8 There is no require here.']],
    ['n.foo;', ['2:3-6 A number has no foo.']],
    ['n();', ['2:1-2 This is not a function, so it cannot be called.']],
    ['const c = 1; c = 2;', ['2:14-15 c is a constant. To change it, declare it with let.']],
    ['log("😀"); é;', ['2:12-13 There is no é here.']],
    [
      'function f(a: string, b: string) { return a + b; } f("");',
      ['2:52-53 This call needs 2 arguments and has 1.'],
    ],
    ['shared.counter++;', ['2:1-15 This should be a number.']],
    [
      'if (n === "1") log(n);',
      ['2:5-14 This comparison always has the same result: a number never equals a string.'],
    ],
    ['log(n < "a");', ['2:5-12 Look at both sides of <: a number and a string.']],
    ['new Map().get(1).x; new Map([[1, { x: 2 }]]).get(1).x;', ['2:21-52 This may be undefined.']],
    ['log("a";', ["2:8-9 ')' expected."]],
  ])('%s', async (body, found) => {
    expect(await inJob(body)).toEqual(found);
  });

  it.each([
    [
      'export async function job(n, { lok, start }) {}',
      ['1:32-35 A job’s api has no lok.', '1:37-42 Only main has start.'],
    ],
    [
      'export const job = async (n, { work }) => { await work(""); };',
      ['1:56-58 This should be a number, not a string.'],
    ],
    ['export const job = n => n.foo;', ['1:27-30 A number has no foo.']],
    [
      'function f(/* a */ n /* b */, api /* c */) { api.foo; }\nexport { f as job };',
      ['1:50-53 A job’s api has no foo.'],
    ],
    [
      'export async function main({ start }) {\n  await start("1");\n}',
      ['2:15-18 This should be a number, not a string.'],
    ],
    [
      'export async function main(api) { await api.start(1, { deamon: true }); }',
      ['1:56-62 There is no deamon to set here. Did you mean daemon?'],
    ],
    [
      'export function job(n: string, { work }: any = {}) { n.foo; work(); }',
      ['1:56-59 A string has no foo.'],
    ],
    [
      'export const job = () => {};\nexport const check = ({ shared, log }) => shared.counter.read() > 0;',
      ['2:33-36 What check is given has no log.', '2:58-62 A number has no read.'],
    ],
    ['function main(x) { x.foo; }\nmain(1); export {};', []],
    [
      'export function job() { await 1; }',
      ['1:25-30 await works only in an async function. Make this function async.'],
    ],
    [
      'export enum A { B }',
      ['1:13-14 A program runs with its types removed, and this is more than a type, so it cannot run.'],
    ],
    [
      "import { JobApi } from '../../program/types.ts';\nexport let a: JobApi;",
      ['1:10-16 JobApi is only a type. Write import type, or the program does not load.'],
    ],
  ])('%s', async (code, found) => {
    expect(await hintsFor(code)).toEqual(found);
  });

  it('lines end as in the form', async () => {
    const found = [
      '2:1-4 There is no foo here.',
      '2:6-9 There is no bar here.',
      '3:1-4 There is no baz here.',
    ];
    expect(await hintsFor('export {};\r\nfoo; bar;\rbaz')).toEqual(found);
    expect(await hintsFor('export {};\nfoo;\u2028bar;\nbaz')).toEqual(found);
  });
});

it('the tree has the kinds of nodes of this TypeScript', () => {
  for (const [name, kind] of Object.entries(KINDS)) expect(Reflect.get(SyntaxKind, name)).toBe(kind);
});
