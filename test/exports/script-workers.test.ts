/** The Python scripts of all lessons keep to the number of workers: counted where their jobs begin and end. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { scriptOf } from '../../server/exports/script.ts';
import { LESSONS } from '../../server/programs/build.ts';
import { MODE_TRAITS, MODES, type Mode } from '../../server/spec/modes.ts';
import type { Spec } from '../../server/spec/spec.ts';
import { ALL } from '../everyday.ts';
import { HAS_PYTHON, SPEC, scriptRunner, scriptSaver } from './run-script.ts';

const run = scriptRunner();
const save = scriptSaver();

/** The settings, where jobs of 0.2 seconds, which wait, would not do. */
const OWN: Record<string, Partial<Spec>> = {
  computing: { jobs: 3, minSeconds: 0.4, maxSeconds: 0.4, work: 'compute' },
  crash: { jobs: 3 },
  'event-loop-blocked': { minSeconds: 0.1, maxSeconds: 0.1 },
  gil: { jobs: 3, minSeconds: 0.4, maxSeconds: 0.4 },
  // One after the other holds the lock: a worker that starts late must still find one.
  lock: { minSeconds: 1, maxSeconds: 1 },
};

const read = (...names: string[]) => fs.readFileSync(path.join(LESSONS, ...names), 'utf8');
const lessons = fs
  .readdirSync(LESSONS)
  .filter((name) => fs.existsSync(path.join(LESSONS, name, 'program.py')));
const modes = MODES.filter((mode) => MODE_TRAITS[mode].overlaps);

/** Lessons with a pool of their own, or for which a lane that ends by itself is different in each mode. */
const IN_ALL = ['crash', 'pool'];

/** Returns the modes of a lesson. Lessons take turns: the pool of a mode is the same for all. */
function modesOf(lesson: string): Mode[] {
  // Without an async function, jobs do not overlap on the event loop.
  const overlaps = (mode: Mode) => mode !== 'event-loop' || read(lesson, 'program.py').includes('job_async');
  const own = modes.filter(overlaps);
  return own.filter((_, at) => at === lessons.indexOf(lesson) % own.length || IN_ALL.includes(lesson));
}

/** Python that writes a line where a job begins and one where it ends; a job that is killed has no end. */
const MARKS = `
import functools

def mark(sign, n):
    os.write(1, f"@ {sign} {n}\\n".encode())

def marked(job):
    @functools.wraps(job)
    def wrapper(n, *args):
        mark("+", n)
        try:
            return job(n, *args)
        finally:
            mark("-", n)
    return wrapper

def marked_async(job):
    @functools.wraps(job)
    async def wrapper(n, *args):
        mark("+", n)
        try:
            return await job(n, *args)
        finally:
            mark("-", n)
    return wrapper

`;

function scriptFor(lesson: string, more: Partial<Spec>): string {
  const spec = { ...SPEC, lesson, jobs: 5, minSeconds: 0.2, maxSeconds: 0.3, ...OWN[lesson], ...more };
  const python = { prelude: read('prelude.py'), program: read(lesson, 'program.py') };
  const script = scriptOf('py', { spec, address: '/runs/abc', program: read(lesson, 'program.ts'), python });
  const end = 'if __name__ == "__main__":';
  const [top = '', main = '', ...rest] = script.split(end);
  expect(rest).toEqual([]);
  return `${top}${MARKS}job = marked(job)\nif "job_async" in globals():\n    job_async = marked_async(job_async)\n\n${end}${main}`;
}

/** Returns the most jobs that ran at the same time, and the jobs in the order in which they began. */
function countOf(lines: string[]): { most: number; order: number[] } {
  let [running, most] = [0, 0];
  const order: number[] = [];
  for (const line of lines) {
    const [, sign, n] = /^@ ([+-]) (\d+)$/.exec(line) ?? [];
    if (sign === '+') order.push(Number(n));
    if (sign !== undefined) running += sign === '+' ? 1 : -1;
    most = Math.max(most, running);
  }
  return { most, order };
}

async function play(lesson: string, mode: Mode, more: Partial<Spec>) {
  const file = save(`${lesson}-${mode}-${more.workers}.py`, scriptFor(lesson, more));
  const { lines, stderr } = await run('py', file, mode);
  return { ...countOf(lines), said: [...lines, stderr].join('\n') };
}

/** Everyday every second one: in turn, in every mode. */
const tried = lessons.filter((one, at) => ALL || at % 2 === 0 || IN_ALL.includes(one));

describe.skipIf(!HAS_PYTHON).concurrent.each(tried)('the Python script of %s', (lesson) => {
  it.each(modesOf(lesson))('has two jobs at a time with two workers, %s', async (mode) => {
    const { most, order, said } = await play(lesson, mode, { workers: 2 });
    expect(most, said).toBe(2);
    expect(new Set(order).size, said).toBe(order.length);
  });
});

describe.skipIf(!HAS_PYTHON).concurrent.each(modes)('a Python script, %s', (mode) => {
  it('takes the jobs in order with one worker, and all at once with more workers than jobs', async () => {
    const [one, many] = await Promise.all([
      play('one-by-one', mode, { workers: 1 }),
      // As long as all of them need to start, on a busy machine too.
      play('one-by-one', mode, { workers: 6, minSeconds: 2, maxSeconds: 2 }),
    ]);
    expect(one, one.said).toMatchObject({ most: 1, order: [0, 1, 2, 3, 4] });
    expect(many, many.said).toMatchObject({ most: 5 });
  });
});
