/** The settings of a run in one line. */
import { expect, it } from 'vitest';
import { differentSettings } from '../../server/figures/different-settings.ts';
import { DEFAULTS, type Spec } from '../../server/spec/spec.ts';
import { askedWords } from '../../server/words/asked-words.ts';

const spec: Spec = { ...DEFAULTS, lesson: 'pool', seed: 1, modes: ['threads'] };
const script: Spec = { ...spec, lesson: '', runtime: 'python', code: 'import threading\n' };

it('askedWords: a script says itself how many jobs it starts', () => {
  expect(askedWords({ ...spec, jobs: 1, minSeconds: 2, maxSeconds: 2 })).toBe(
    '1 job of 2 s, threads, Node.js',
  );
  expect(askedWords(script)).toBe('a script, threads, Python');
});

it('differentSettings: those that a script does not have are not compared', () => {
  const names = (a: Spec, b: Spec) =>
    differentSettings({ spec: a, title: 'A' }, { spec: b, title: 'B' }).map(({ name }) => name);
  const other = { jobs: 9, seed: 9, maxSeconds: 9 };
  expect(names(spec, { ...spec, ...other })).toEqual(['jobs', 'seconds', 'seed']);
  expect(names(script, { ...script, ...other })).toEqual([]);
  expect(names(spec, { ...script, ...other })).toEqual(['lesson', 'runtime']);
});
