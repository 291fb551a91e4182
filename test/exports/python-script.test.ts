/** A program in Python that somebody wrote, as a script: it runs in every mode, whatever names it has. */
import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NoScriptError, scriptOf } from '../../server/exports/script.ts';
import { MODES } from '../../server/spec/modes.ts';
import type { Spec } from '../../server/spec/spec.ts';
import { ALL, LONG_MS, seldom } from '../everyday.ts';
import { HAS_PYTHON, SPEC, scriptRunner, scriptSaver } from './run-script.ts';
import { plain } from './script-lines.ts';

const prelude = fs.readFileSync('server/lessons/prelude.py', 'utf8');
const textOf = (code: string, spec: Partial<Spec> = {}) => {
  const own = { ...SPEC, lesson: '', runtime: 'python', code, ...spec } as const;
  const python = { prelude, program: code };
  return scriptOf('py', { spec: own, address: 'https://x.example/runs/1', program: '', python });
};

/** Its names are those of what surrounds it. */
const NAMES = `from __future__ import annotations
import queue, time as log

MODE, work, Api, json, _Api = "mine", None, {}, 5, 6


def run_job(n):
    return f"{MODE} {json} {n}"


def job(n, api):
    api.work(api.random())
    with api.lock("A"):
        api.queue.put([n, run_job(n)])
    api.shared.counter.add()


async def job_async(n, api):
    await api.work(api.random())
    async with api.lock("A"):
        await api.queue.put([n, run_job(n)])
    api.shared.counter.add()


def main(api):
    for one in [api.start(n) for n in range(api.jobs)]:
        one.join()
    got = sorted(api.queue.get() for _ in range(api.jobs))
    print(got, api.shared.counter.read(), type(log.monotonic()).__name__)


async def main_async(api):
    for one in [api.start(n) for n in range(api.jobs)]:
        await one.join()
    got = sorted([await api.queue.get() for _ in range(api.jobs)])
    print(got, api.shared.counter.read(), type(log.monotonic()).__name__)
`;
const GOT = "[[0, 'mine 5 0'], [1, 'mine 5 1'], [2, 'mine 5 2']]";

describe.skipIf(!HAS_PYTHON)('a script of a program in Python that somebody wrote', () => {
  const save = scriptSaver();
  const play = scriptRunner();

  it.each(MODES.filter((mode) => ALL || mode === 'event-loop' || mode === 'processes'))(
    'runs %s, and its names are its own',
    async (mode) => {
      const { lines, stderr, exitCode } = await play('py', save(`${mode}.py`, textOf(NAMES)), mode);
      expect({ lines, stderr, exitCode }).toEqual({
        lines: [`${GOT} ${mode === 'processes' ? 0 : 3} float`],
        stderr: '',
        exitCode: 0,
      });
    },
  );

  it('goes on after an error of a job, and needs an async main on the event loop', async () => {
    // Python's own `print` of several threads mixes their lines.
    const code = 'def job(n, api):\n    api.log(f"job {n}")\n    1 / (n - 1)\n';
    const run = await play('py', save('raises.py', textOf(code)), 'threads');
    const failed = 'Job 1 failed: ZeroDivisionError: division by zero';
    expect(plain(run.lines).sort()).toEqual([failed, 'job 0', 'job 1', 'job 2']);
    expect(run.stderr).toContain('ZeroDivisionError');
    const main = save('main.py', textOf(`${code}\ndef main(api):\n    pass\n`));
    const loop = await play('py', main, 'event-loop');
    expect(loop).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no main_async') });
  });

  it('runs its check, with memory, lines and results', async () => {
    const code = fs.readFileSync('test/fixtures/checks/program.py', 'utf8');
    const file = save('checks.py', textOf(code.replace('{1}', '[1]'), { jobs: 5 }));
    for (const mode of MODES.filter((mode) => ALL || mode === 'processes')) {
      const { lines, exitCode } = await play('py', file, mode);
      const given = JSON.parse(lines.find((line) => line.startsWith('{')) ?? '');
      expect({ ...given, exitCode }, mode).toMatchObject({
        shared: { counter: mode === 'processes' ? 0 : 10, list: ['from main'] },
        results: [{ n: 0 }, null, 'x'.repeat(2000), [1], [null]],
        exitCode: 0,
      });
      const said = [0, 1, 2, 3, 4].map((n) => `${n}: job ${n}`);
      expect(given.lines.sort(), mode).toEqual([...said, 'None: main is done'].sort());
    }
    const fails = code.replace('return "ignored"', 'raise LookupError("one is missing")');
    const failed = await play('py', save('fails.py', textOf(fails, { jobs: 2 })), 'threads');
    expect(failed.exitCode).toBe(1);
    expect(failed.lines.at(-1)).toContain('Check failed: LookupError: one is missing');
  });

  seldom(
    'runs each lesson’s program, in a pool too',
    async () => {
      const tries = ['queue', 'lock', 'lost-update', 'semaphore', 'producer-consumer'].flatMap((lesson) =>
        [null, 2].map((workers) => {
          const code = fs.readFileSync(`server/lessons/${lesson}/program.py`, 'utf8');
          return save(`${lesson}-${workers}.py`, textOf(code, { workers }));
        }),
      );
      const modes = ['event-loop', 'threads', 'processes'];
      const plays = tries.flatMap((file) => modes.map((mode) => play('py', file, mode)));
      for (const [at, run] of (await Promise.all(plays)).entries())
        expect(run, `${tries[Math.floor(at / 3)]} ${modes[at % 3]}`).toMatchObject({
          exitCode: 0,
          stderr: '',
        });
    },
    LONG_MS,
  );
});

describe('scriptOf', () => {
  it('says which language a program is in that somebody wrote', () => {
    const inPython = { ...SPEC, code: 'def job(n, api): pass', runtime: 'python' } as const;
    const inJavaScript = { ...SPEC, code: 'export function job() {}' };
    const source = { address: '', program: '', python: null };
    for (const language of ['mjs', 'ts'] as const)
      expect(() => scriptOf(language, { ...source, spec: inPython })).toThrow(
        new NoScriptError('This program is in Python: the playground does not translate programs.'),
      );
    expect(() => scriptOf('py', { ...source, spec: inJavaScript })).toThrow(
      new NoScriptError('This program is in JavaScript: the playground does not translate programs.'),
    );
  });
});
