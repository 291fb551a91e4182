/** What checks programs in Python: which it refuses, with line and column, and that it executes none. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Guard } from '../../server/launch/guard.ts';
import { NO_PYTHONS } from '../../server/launch/pythons.ts';
import { Compilers } from '../../server/programs/compilers.ts';
import { looksLikeScript } from '../../server/spec/python.ts';
import { prepared } from '../prepared.ts';
import { PYTHON, WITHOUT } from '../python.ts';

const JOB = 'def job(n, api): pass\n';

describe.skipIf(PYTHON === null)(`the compiler of Python${WITHOUT}`, () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'python-compiler-'));
  const guard = new Guard();
  let compilers: Compilers;
  let without: Compilers;
  beforeAll(async () => {
    const { build, findPythons } = prepared();
    const built = await build(path.join(folder, 'build'));
    compilers = new Compilers(built, await findPythons(null), guard);
    without = new Compilers(built, NO_PYTHONS, guard);
  });
  afterAll(async () => {
    await compilers.close();
    await guard.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const compile = (code: string) => compilers.compile({ code, runtime: 'python' });

  it.each([
    ['the usual', JOB],
    ['one for the event loop', 'async def job_async(n, api): pass'],
    ['one that is imported', 'from os import getpid as job'],
    ['one from a module as a whole', 'from collections import *'],
    ['one that a condition makes', 'if 1:\n  def job(n, api): pass'],
    ['one that another function makes', 'def make():\n  global job\n  job = 1\nmake()'],
    ['one that cannot be seen', 'globals()["job"] = print'],
    ['packages that may be missing', `try:\n  import numpy\nexcept ImportError: pass\n${JOB}`],
    ['a name beyond ASCII, and another encoding by name', `# -*- coding: latin-1 -*-\nö = 1\n${JOB}`],
    ['a power without end', `${JOB}x = 2 ** 10 ** 9\ny = "a" * 10 ** 10\nz = 1 << 10 ** 9`],
    ['what ends the process when it runs', `import os\nos._exit(1)\n${JOB}`],
  ])('accepts a job: %s', async (_, code) => {
    expect(await compile(code)).toEqual({ ok: true, text: code, unordered: [], hasState: true });
  });

  it.each([
    ['a thread', 'import threading\nthreading.Thread(target=print).start()', true],
    ['a thread by the name of job', 'from threading import Thread\njob = Thread(target=print)', true],
    ['a pool, imported late', 'def f():\n  import concurrent.futures', true],
    ['a function of its own by the name of job', 'import threading\ndef job(n): pass\njob(1)', true],
    ['a method by the name of job', 'import threading\nclass A:\n  def job(self, n): pass', true],
    ['a job with more than it is given', 'import threading\ndef job(a, b, c): pass', true],
    ['a job with defaults', 'import threading\ndef job(n, api, *, more=1, **rest): pass', undefined],
    ['a job that takes any', 'import threading\ndef job(*given): pass', undefined],
    ['a job, too', `import threading\n${JOB}`, undefined],
    ['a job by another name', 'import queue\ndef f(n, api): pass\njob = f', undefined],
  ])('knows a script by what it imports: %s', async (_, code, isScript) => {
    expect(await compile(code)).toEqual({ ok: true, text: code, unordered: [], hasState: true, isScript });
    // What has run is known by its text.
    expect(looksLikeScript({ code, runtime: 'python' })).toBe(isScript ?? false);
  });

  it.each([
    ['a process', 'from multiprocessing import Process\nProcess(target=print).start()', true],
    ['a fork', 'import os\nos.fork()', true],
    ['a pool of processes', 'import concurrent.futures as f\nf.ProcessPoolExecutor()', true],
    ['a pool of threads', 'from multiprocessing.dummy import Pool\nPool()', undefined],
    ['only what is imported', 'import multiprocessing, threading\nthreading.Thread(target=print)', undefined],
  ])('knows a script that starts processes: %s', async (_, code, startsProcesses) => {
    const script = { ok: true, text: code, unordered: [], hasState: true, isScript: true };
    expect(await compile(code)).toEqual({ ...script, startsProcesses });
  });

  it.each([
    [
      'no job',
      'x = 1',
      1,
      1,
      'The program has no function "job", and starts no threads or processes of its own. Write: def job(n, api): …',
    ],
    ['a job in another function', `def main(api):\n  ${JOB}`, 1, 1, /no function "job"/],
    ['a missing colon', 'def job(n, api)\n  pass', 1, 16, "Expected ':'."],
    ['after an emoji', 's = "😀é"; x = = 1', 1, 16, 'Invalid syntax.'],
    ['after an emoji, found late', `${JOB}s = "😀é"; return 5`, 2, 12, "'return' outside function."],
    ['a bracket that stays open', `${JOB}print((1,\n\n`, 2, 7, "'(' was never closed."],
    ['a wrong indentation', `${JOB}if 1:\n    a\n  b`, 4, 4, /^Unindent does not match/],
    ['a block that is missing', `${JOB}def f():\n\n\n`, 2, 9, /^Expected an indented block/],
    ['a null character', `${JOB}é = "\0"`, 2, 6, 'There is a null character here.'],
    ['an invisible beginning', `\ufeff${JOB}`, 1, 1, /U\+FEFF/],
    ['a number without end', `${JOB}x = ${'9'.repeat(60_000)}`, 2, 1, /4300 digits/],
    ['many brackets', `${JOB}x = ${'('.repeat(20_000)}`, 2, 205, 'Too many nested parentheses.'],
    ['a package', `${JOB}import os, numpy.linalg`, 2, 1, /^“numpy.linalg” cannot be imported\./],
    ['a package of its own', `${JOB}from . import x`, 2, 1, /^A program is one file/],
    ['JavaScript', 'export function job() {}', 1, 8, /^Invalid syntax/],
  ])('refuses a program at its place: %s', async (_, code, line, column, text) => {
    const words = typeof text === 'string' ? text : expect.stringMatching(text);
    expect(await compile(code)).toEqual({ ok: false, errors: [{ line, column, text: words }] });
  });

  it('names all packages that cannot be imported', async () => {
    expect(await compile(`import numpy\né = 1; import torch\n${JOB}`)).toMatchObject({
      errors: [
        { line: 1, column: 1 },
        { line: 2, column: 8 },
      ],
    });
  });

  it('refuses what it cannot read, however deep, and goes on', async () => {
    const deep = [`${'-'.repeat(60_000)}1`, `${'1+'.repeat(30_000)}1`, `a${'.a'.repeat(30_000)}`];
    for (const expression of deep) {
      const compiled = await compile(`${JOB}x = ${expression}`);
      if (!compiled.ok) expect(compiled.errors[0]?.text).toMatch(/too deeply|gave up/);
      expect(await compile(`${JOB}# ${expression.length}`)).toMatchObject({ ok: true });
    }
  });

  it('takes a program as it is where there is no Python: its run tells what is wrong', async () => {
    expect(await without.compile({ code: 'x = =', runtime: 'python' })).toMatchObject({
      ok: true,
      text: 'x = =',
    });
  });
});
