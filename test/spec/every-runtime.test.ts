/** The field `everyRuntime`: the runtimes of the family, and what it cannot be combined with. */
import { describe, expect, it } from 'vitest';
import type { SpecRules } from '../../server/spec/asked.ts';
import { runtimesFor } from '../../server/spec/every-runtime.ts';
import { specParser } from '../../server/spec/parse.ts';
import type { Runtime } from '../../server/spec/runtimes.ts';

const OWN = 'export function job() {}\n';
const rules: SpecRules = {
  maxJobs: 10,
  maxProcesses: 10,
  lessons: new Map([
    ['both', {}],
    ['javascript', {}],
    ['often', { repeat: 20 }],
  ]),
  python: { runtimes: ['python'], why: '', lessons: new Set(['both', 'often']) },
  code: { maxBytes: 1000, runtimes: ['node', 'deno'], why: '', programs: new Map() },
};

function parsed(input: Record<string, unknown>, more: Partial<SpecRules> = {}) {
  return specParser({ ...rules, ...more })({ lesson: 'both', everyRuntime: true, ...input });
}

function runtimesOf(input: Record<string, unknown>, more: Partial<SpecRules> = {}) {
  const result = parsed(input, more);
  return result.ok ? { runtimes: result.spec.everyRuntime, family: result.family } : result.errors;
}

describe('specParser', () => {
  it('specParser: a family has a run for each runtime that can run the program', () => {
    const all = { runtimes: ['node', 'deno', 'python'], family: { kind: 'runtimes', count: 3 } };
    const javascript = { runtimes: ['node', 'deno'], family: { kind: 'runtimes', count: 2 } };
    for (const everyRuntime of [true, 'true', 'on']) expect(runtimesOf({ everyRuntime })).toEqual(all);
    expect(runtimesOf({ runtime: 'python' })).toEqual(all);
    expect(runtimesOf({ lesson: 'javascript' })).toEqual(javascript);
    expect(runtimesOf({ code: OWN })).toEqual(javascript);
    // A lesson's own repeat is for where the field is left out.
    expect(runtimesOf({ lesson: 'often' })).toEqual(all);
    for (const everyRuntime of [false, 'false', '', null])
      expect(runtimesOf({ everyRuntime })).toEqual({ runtimes: undefined, family: null });
  });

  it('specParser: a runtime that does not start is left out, and one alone is refused', () => {
    const working = (lessons: Runtime[], own: Runtime[]) => ({ working: { lessons, own } });
    const python = working(['node', 'python'], []);
    expect(runtimesOf({}, python)).toMatchObject({ runtimes: ['node', 'python'] });
    expect(runtimesOf({ lesson: 'javascript' }, python)).toEqual({
      everyRuntime: 'Clear “On every runtime”: only Node.js can run this program here.',
    });
    expect(runtimesOf({ code: OWN }, working(['node', 'deno'], ['deno']))).toEqual({
      everyRuntime: 'Clear “On every runtime”: only Deno can run this program here.',
    });
    expect(runtimesOf({}, working([], []))).toEqual({
      everyRuntime: 'Clear “On every runtime”: no runtime here can run this program.',
    });
  });

  it('specParser: a cell of the notebook runs on each Python of the lessons, also where nothing of others does', () => {
    const cell = { lesson: '', code: 'import threading\r\nthreading.Lock()', runtime: 'python' };
    const both: Runtime[] = ['python', 'python-free-threaded'];
    const found = parsed(cell, {
      python: { runtimes: ['python', 'python-free-threaded'], why: '', lessons: new Set() },
      code: {
        ...{ maxBytes: 1000, runtimes: [], why: 'None.', programs: new Map() },
        notebook: ['import threading\nthreading.Lock()\n'],
      },
      working: { lessons: ['node', ...both], own: [] },
    });
    expect(found).toMatchObject({
      ok: true,
      spec: { code: 'import threading\nthreading.Lock()\n', everyRuntime: both },
      family: { count: 2 },
    });
    expect(parsed({ ...cell, everyRuntime: false })).toMatchObject({
      errors: { runtime: expect.stringContaining('only in a jail') },
    });
  });

  it('specParser: every runtime is refused beside what makes another family, or one order', () => {
    const message = 'Use “On every runtime” without Repeat, Sweep, “Try every order” and “One order”.';
    const others = [{ repeat: 2 }, { sweep: 3 }, { explore: true }, { schedule: '1-2' }];
    for (const other of others)
      expect(runtimesOf({ modes: ['threads'], ...other })).toEqual({ everyRuntime: message });
    expect(runtimesOf({ repeat: '1', sweep: '', explore: '', schedule: '' })).toMatchObject({
      family: { kind: 'runtimes' },
    });
    expect(runtimesOf({ everyRuntime: 'maybe' })).toEqual({ everyRuntime: 'Send true or false.' });
  });

  it('specParser: what tries every order that is possible is on one runtime', () => {
    expect(parsed({ explore: 'possible', modes: ['threads'] })).toMatchObject({
      family: { kind: 'exploration' },
    });
  });
});

it('runtimesFor: a program that somebody wrote runs where its language does', () => {
  const own: Runtime[] = ['python-free-threaded', 'python', 'deno', 'node'];
  const on = (runtime: Runtime) =>
    runtimesFor({ isOwn: true, hasPython: true, runtime }, { lessons: [], own });
  expect(on('deno')).toEqual(['node', 'deno']);
  expect(on('python')).toEqual(['python', 'python-free-threaded']);
});
