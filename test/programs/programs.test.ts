/** Where a run's compiled program comes from. */
import { describe, expect, it } from 'vitest';
import { programsOf } from '../../server/programs/programs.ts';
import { spec } from '../store/stored.ts';

describe('programsOf', () => {
  const built = {
    programs: new Map([['one-by-one', 'file:///one-by-one.mjs']]),
    pythonPrograms: new Map([['one-by-one', 'file:///one-by-one.py']]),
    cells: new Map(),
  };
  const programs = programsOf(built, {
    compile: () => Promise.reject(new Error('No program is compiled.')),
    forget: () => {},
  });

  it('of: a run of a lesson executes the program of that lesson', async () => {
    expect(await programs.of({ ...spec, lesson: 'one-by-one' })).toEqual({
      address: 'file:///one-by-one.mjs',
    });
  });

  it('of: a run on Python executes the lesson’s program in Python', async () => {
    const run = { ...spec, lesson: 'one-by-one', runtime: 'python' } as const;
    expect(await programs.of(run)).toEqual({ address: 'file:///one-by-one.py' });
  });

  it('of: rejects if there is no such lesson, whatever its name is', async () => {
    for (const lesson of ['nothing', 'constructor', '../one-by-one'])
      await expect(programs.of({ ...spec, lesson })).rejects.toThrow(`"${lesson}"`);
  });
});
