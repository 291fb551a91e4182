/** What hostile programs do to the checker: nothing that lasts. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { findSetpriv } from '../../../server/launch/bounds.ts';
import { Guard } from '../../../server/launch/guard.ts';
import { Hints, MAX_HINTS } from '../../../server/programs/hints/hints.ts';
import { isAlive } from '../../contract/processes.ts';

/** A program with one mistake, and what is said of it. */
const SOUND = 'export function job(n) { n.foo; }';
const FOUND = [{ line: 1, column: 28, endLine: 1, endColumn: 31, text: 'A number has no foo.' }];
/** Takes TypeScript many seconds, and grows meanwhile. */
const ENDLESS = `type L<N extends number, A extends any[] = []> = A['length'] extends N ? A : L<N, [...A, any]>;
type E<T> = T extends [infer H, ...infer R] ? E<R> | [H, E<R>] : T;
export const x: E<L<900>> = 1;`;

/** Prints the checker's process id, stops it so that it notices nothing, and is killed together with its guard. */
const KILLED = `
import { Guard } from './server/launch/guard.ts';
import { Hints } from './server/programs/hints/hints.ts';
const guard = new Guard();
const hints = new Hints(guard);
await hints.of('', 'a');
console.log(hints.pid);
process.kill(hints.pid, 'SIGSTOP');
process.kill(guard.pid, 'SIGKILL');
process.kill(process.pid, 'SIGKILL');
`;

let guard: Guard;
const opened: Hints[] = [];
beforeAll(() => {
  guard = new Guard();
});
afterAll(() => guard.close());
const closeAll = async () => {
  await Promise.all(opened.splice(0).map((hints) => hints.close()));
};

function open(...options: [limits?: ConstructorParameters<typeof Hints>[1], idleMs?: number]): Hints {
  const hints = new Hints(guard, ...options);
  opened.push(hints);
  return hints;
}

describe('limits', () => {
  afterEach(closeAll);

  it('a check that takes too long is ended, and the next one finds a new process', async () => {
    const hints = open({ checkMs: 300 });
    expect(await hints.of(SOUND, 'a')).toEqual(FOUND);
    const first = hints.pid;
    expect(isAlive(first ?? 0)).toBe(true);
    expect(await hints.of(ENDLESS, 'a')).toEqual([]);
    expect(isAlive(first ?? 0)).toBe(false);
    expect(await hints.of(`${SOUND} `, 'a')).toEqual(FOUND);
    expect(hints.pid).not.toBe(first);
  });

  it('a program whose check somebody ends is checked again', async () => {
    const hints = open();
    expect(await hints.of(SOUND, 'a')).toEqual(FOUND);
    const first = hints.pid ?? 0;
    // It cannot answer before it is killed.
    process.kill(first, 'SIGSTOP');
    const check = hints.of(`${SOUND} `, 'a');
    process.kill(first, 'SIGKILL');
    expect(await check).toEqual(FOUND);
    expect(hints.pid).not.toBe(first);
  });

  it('a process that takes too much memory is ended', async () => {
    const hints = open({ rssBytes: 80 * 2 ** 20, checkMs: 60_000 });
    expect(await hints.of(SOUND, 'a')).toEqual(FOUND);
    expect(await hints.of(ENDLESS, 'a')).toEqual([]);
    expect(hints.pid).toBeUndefined();
  });

  it('a checker that cannot start is reported once', async () => {
    const complain = vi.spyOn(console, 'error').mockImplementation(() => {});
    const hints = open({ startMs: 0 });
    expect(await hints.of(SOUND, 'a')).toEqual([]);
    expect(await hints.of(`${SOUND} `, 'a')).toEqual([]);
    expect(complain).toHaveBeenCalledOnce();
    complain.mockRestore();
  });

  it('a process without work ends', async () => {
    const hints = open({}, 0);
    expect(await hints.of(SOUND, 'a')).toEqual(FOUND);
    await expect.poll(() => hints.pid).toBeUndefined();
    expect(await hints.of(`${SOUND} `, 'a')).toEqual(FOUND);
  });

  it('a check under way ends with the server, and leaves no process', async () => {
    const hints = open({ checkMs: 60_000 });
    await hints.of(SOUND, 'a');
    const { pid } = hints;
    const check = hints.of(ENDLESS, 'a');
    await hints.close();
    expect(await check).toEqual([]);
    expect(isAlive(pid ?? 0)).toBe(false);
    expect(await hints.of('foo', 'a')).toEqual([]);
    expect(hints.pid).toBeUndefined();
  });

  it.skipIf(findSetpriv() === null)(
    'a checker dies with a server that is killed together with its guard',
    async () => {
      const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', KILLED], {
        encoding: 'utf8',
      });
      const pid = Number(stdout);
      expect(pid).toBeGreaterThan(1);
      await expect.poll(() => isAlive(pid)).toBe(false);
    },
  );

  it('a person waits with one program, and others have their turn', async () => {
    const hints = open();
    const first = hints.of('export {}; a;', 'one');
    const second = hints.of('export {}; b;', 'one');
    const other = hints.of('export {}; c;', 'other');
    const third = hints.of('export {}; d;', 'one');
    const texts = (found: { text: string }[] | null) => found?.map(({ text }) => text);
    expect(texts(await first)).toEqual(['There is no a here.']);
    expect(await second).toBeNull();
    expect(texts(await other)).toEqual(['There is no c here.']);
    expect(texts(await third)).toEqual(['There is no d here.']);
  });

  it('a program that has been checked is not checked again', async () => {
    const hints = open({ checkMs: 300 });
    await hints.of(ENDLESS, 'a');
    const { pid } = hints;
    for (let n = 0; n < 100; n++) expect(await hints.of(ENDLESS, 'a')).toEqual([]);
    expect(hints.pid).toBe(pid);
  });
});

describe('hostile programs', () => {
  let hints: Hints;
  beforeAll(() => {
    hints = open({ checkMs: 250 });
  });
  afterAll(closeAll);

  it('files on the disk are not read', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hints-'));
    try {
      const file = path.join(folder, 'secret');
      fs.writeFileSync(`${file}.ts`, 'export const secret = "SESAME";');
      fs.writeFileSync(`${file}.d.ts`, 'declare var leaked: "SESAME";');
      fs.writeFileSync(`${file}.json`, '{ "secret": "SESAME" }');
      fs.writeFileSync(path.join(folder, 'tsconfig.json'), '{ "compilerOptions": { "SESAME": true } }');
      const found = await hints.of(
        `/// <reference path="${file}.ts" />
/// <reference path="${file}.d.ts" />
/// <reference path="/etc/passwd" />
/// <reference types="${file}" />
/// <reference lib="dom" />
import { secret } from '${file}.ts';
import type { secret as typed } from '${file}';
import json from '${file}.json' with { type: 'json' };
import * as above from '../../../../../../..${file}.ts';
import passwd from '/etc/passwd';
declare let imported: typeof import('${file}.ts');
export { secret as again } from 'file://${file}.ts';
declare module '${file}.ts' { export const more: 1; }
let n: number = secret, m: number = json.secret, o: number = imported.secret, p: number = above.secret;
let q: typeof typed = n;
const r = await import('${file}.ts'); n = r.secret; n = passwd.root; n = leaked;`,
        'a',
      );
      expect(found?.map(({ text }) => text)).toEqual(['There is no leaked here.']);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  const filled = (start: string, unit: string, end = '') =>
    start + unit.repeat((65_536 - start.length - end.length) / unit.length) + end;
  it.each<[string, string]>([
    ['one expression', filled('export const x = 1', '+1')],
    ['brackets', `${'('.repeat(32_000)}1${')'.repeat(32_000)}`],
    ['statements that call', filled('export const f = async () => {};', 'f();')],
    ['decorators', filled('', '@a ', 'class A {}')],
    ['errors', filled('', 'a;')],
    [
      'types that double',
      `type T0 = 1; type U0 = 2; ${Array.from({ length: 60 }, (_, n) => `type T${n + 1} = { a: T${n}, b: T${n} }; type U${n + 1} = { a: U${n}, b: U${n} };`).join('')} declare const t: T60; export const u: U60 = t;`,
    ],
    [
      'values that double',
      `const d = <T,>(t: T) => [t, t] as const; const v0 = d(1); ${Array.from({ length: 60 }, (_, n) => `const v${n + 1} = d(v${n});`).join('')} export const s: 1 = v60;`,
    ],
    ['a surrogate alone', 'export const x: string = "\ud800"; const \udfff = 1; foo'],
    ['separators', 'export const a = "\u2028";\u2029foo\u2028bar'],
    ['zeros', 'export const a = "\0"; \0 foo'],
    [
      'globals of its own',
      'declare global { interface Array<T> { x: 1 } interface Promise<T> { y: T } var console: 1 } export {}',
    ],
    ['markup', 'const x: "<img src=x onerror=alert(1)>" = "<script>"'],
  ])('%s', async (what, code) => {
    const found = await hints.of(code, what);
    expect(found?.length).toBeLessThanOrEqual(MAX_HINTS);
    for (const { text } of found ?? []) expect(text.length).toBeLessThanOrEqual(300);
    expect(await hints.of(`${SOUND} // ${what}`, 'a')).toEqual(FOUND);
  });
});
