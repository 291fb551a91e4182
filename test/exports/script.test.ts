/** Downloadable scripts: their parts, and how programs of any form run in them. */
import { describe, expect, it } from 'vitest';
import { type Language, modeOf, type ScriptSource, scriptOf } from '../../server/exports/script.ts';
import { MODES, type Mode } from '../../server/spec/modes.ts';
import type { Spec } from '../../server/spec/spec.ts';
import { modesFor, seldom } from '../everyday.ts';
import { type Played, SPEC, scriptRunner, scriptSaver } from './run-script.ts';
import { plain } from './script-lines.ts';

const run = scriptRunner();
const save = scriptSaver();

/** Those of both runtimes. */
const LANGUAGES = ['mjs', 'ts'] as const;
const RUNTIME_OF = { mjs: 'node', ts: 'deno' } as const;

const JOB = `export async function job(n: number, { log }: JobApi) {\n  log(\`Job \${n}\`);\n}\n`;

function scriptFor(language: Language, program: string, spec: Partial<Spec> = {}): string {
  const source: ScriptSource = { spec: { ...SPEC, ...spec }, address: '/runs/abc', program, python: null };
  return scriptOf(language, source);
}

/** Runs a test program in a mode, on Node and on Deno unless only in some `languages`. */
function runBoth(
  name: string,
  program: string,
  mode: Mode,
  spec: Partial<Spec> = {},
  languages: readonly Language[] = LANGUAGES,
): Promise<Played[]> {
  return Promise.all(
    languages.map((language) =>
      run(language, save(`${name}.${language}`, scriptFor(language, program, spec)), mode),
    ),
  );
}

/** Returns whether a module may declare `word`. */
function isName(word: string): boolean {
  try {
    return Boolean(new Function(`'use strict'; const ${word} = 0;`));
  } catch {
    return false;
  }
}

describe('scriptOf', () => {
  it('starts in the last chosen mode with workers', () => {
    expect(modeOf({ modes: ['sequential', 'threads'] })).toBe('threads');
    expect(modeOf({ modes: [...MODES] })).toBe('processes');
    expect(modeOf({ modes: [...MODES] }, 'threads')).toBe('threads');
    expect(modeOf({ modes: ['processes'] }, 'threads')).toBe('processes');
    expect(modeOf({ modes: ['sequential', 'event-loop'] })).toBe('event-loop');
    expect(scriptFor('mjs', JOB)).toContain("const MODE = process.argv[2] ?? 'sequential';");
  });

  it('has the settings of the run at its top', () => {
    const text = scriptFor('mjs', JOB, { workers: 2, work: 'mixed', seed: 1234567890123 });
    const top = text.slice(0, text.indexOf('// The program'));
    const settings = [...top.matchAll(/^const (\w+) = (.*?);/gm)].map(([, name, value]) => [name, value]);
    expect(Object.fromEntries(settings)).toMatchObject({
      JOBS: '3',
      WORKERS: '2',
      MIN_SECONDS: '0.02',
      MAX_SECONDS: '0.1',
      WORK: "'mixed'",
      SEED: '1234567890123',
    });
    expect(text).toMatch(/^\/\/ one-by-one: .*\/runs\/abc\n/);
  });

  it('leaves a program as it was written, on Node without its types', () => {
    const program = [
      "import type { JobApi } from '../../program/types.ts';",
      '',
      '/** A pair. */',
      'type Pair = { a: number; b: number };',
      'const twice = <T,>(x: T): T[] => [x,   x]; // as it was',
      'export async function job(n: number, { log }: JobApi): Promise<void> {',
      '  const list: Map<string, number[]> = new Map<string, number[]>();',
      '  log(list.size + (twice(n) as unknown[])!.length);',
      '}',
    ];
    expect(scriptFor('ts', program.join('\n'))).toContain(program.slice(2).join('\n'));
    expect(scriptFor('mjs', program.join('\n'))).toContain(
      [
        'const twice = (x) => [x,   x]; // as it was',
        'export async function job(n, { log }) {',
        '  const list = new Map();',
        '  log(list.size + (twice(n)).length);',
        '}',
      ].join('\n'),
    );
    expect(scriptFor('mjs', program.join('\n'))).not.toContain('A pair.');
  });

  it('throws with the reason if there is none: no Python, or more than types', () => {
    expect(() => scriptFor('py', JOB)).toThrow('no program in Python');
    expect(() => scriptFor('mjs', `enum Colour { red }\n${JOB}`)).toThrow('enum');
    expect(scriptFor('ts', `enum Colour { red }\n${JOB}`)).toContain('enum Colour');
  });

  it('runs whatever names a program declares', async () => {
    const [top = '', , harness = ''] = scriptFor('mjs', JOB).split(/^\/\/ -{100,}\n/m);
    // Every word of the script's harness: what it declares, what it uses, and what occurs only in comments.
    const words = new Set(`${top}${harness}`.match(/(?<![\w$])[a-z_$][\w$]*/gi));
    const names = [...words].filter((word) => !['job', 'main', 'await'].includes(word) && isName(word));
    expect(names).toEqual(
      expect.arrayContaining(['MODE', 'fork', 'delay', 'uniform', 'spin', 'lanes', 'begin']),
    );
    expect(names).toEqual(
      expect.arrayContaining(['Promise', 'process', 'undefined', 'Map', 'console', 'URL']),
    );
    const program = `${names.map((name) => `const ${name} = 'mine';`).join('\n')}
const globalThis = 'mine';
export async function job(n: number, { log, work, queue, shared, lock, lane }: JobApi) {
  await work(0.01);
  const one = lock('a');
  await one.acquire();
  shared.push(n);
  one.release();
  await queue.put(n);
  log(\`Job \${n} \${lane.threadId >= 0} \${MODE}\`);
}
export async function main({ jobs, start, join, queue }: MainApi) {
  const started = [];
  for (let n = 0; n < jobs; n++) started.push(await start(n));
  for (const _ of started) await queue.get();
  for (const one of started) await join(one);
}
`;
    const taken = /const \{ (.*) \} = \(0, eval\)/.exec(scriptFor('mjs', program))?.[1]?.split(', ');
    // This includes names that only error paths use, but not those that the harness imports under the same name.
    const imports = /const \{ (.*) \} = await import.*/g;
    const imported = [...harness.matchAll(imports)].flatMap(([, list = '']) => list.split(/, |: /));
    const own = new Set(harness.match(/(?<![\w$.])[a-z_$][\w$]*/gi));
    const used = names.filter(
      (name) => own.has(name) && Object.hasOwn(globalThis, name) && !imported.includes(name),
    );
    expect(taken?.sort()).toEqual(used.sort());
    for (const mode of MODES) {
      const languages = LANGUAGES.filter((one) => modesFor('names', RUNTIME_OF[one]).includes(mode));
      for (const played of await runBoth('names', program, mode, {}, languages)) {
        expect(played.stderr, mode).toBe('');
        expect(plain(played.lines).sort(), mode).toEqual([0, 1, 2].map((n) => `Job ${n} true mine`));
        expect(played.exitCode).toBe(0);
      }
    }
  });
});

describe('a program of any form', () => {
  it.each([
    [
      'a constant, with no semicolon behind it',
      'constant',
      `
export const job = async (n: number, { log }: JobApi) => log(\`Job \${n}: constant\`)`,
    ],
    [
      'exports under other names, and a default one',
      'list',
      `
const lanes = await Promise.resolve('list');
async function run(n: number, { log }: JobApi) {
  log(\`Job \${n}: \${lanes}\`);
}
const begin = async ({ jobs, start, join }: MainApi) => {
  for (let n = 0; n < jobs; n++) await join(await start(n));
};
export { run as job, begin as main };
export default class Hub {}`,
    ],
    [
      'imports of what the script needs too',
      'true function function',
      `
import { fork as delay } from 'node:child_process';
import process, { argv as JOBS } from 'node:process';
import { setTimeout } from 'node:timers/promises';
import * as Worker from 'node:worker_threads';
export async function job(n: number, { log }: JobApi) {
  await setTimeout(1);
  log(\`Job \${n}: \${JOBS.length === process.argv.length} \${typeof delay} \${typeof Worker.Worker}\`);
}`,
    ],
    [
      'strings and comments that look like code',
      '4 } // */ [{/*]',
      `
/* export function job() {} } */
// const MODE = 'mine'; {
const text = \`
import type { JobApi } from './types.ts';
export async function job() {
\`;
const JOBS_ = '} // */', JOBS = /[{/*]/;
export async function job(n: number, { log }: JobApi) {
  log(\`Job \${n}: \${text.split('\\n').length} \${JOBS_} \${JOBS.source}\`);
}
// the end`,
    ],
    [
      'types and classes by the names of those of the api',
      'shared',
      `
type Shared = 'shared';
class Queue { size: Shared = 'shared' }
class Lock extends Queue {}
interface JobApi { log(text: string): void }
export async function job(n: number, { log }: JobApi) {
  log(\`Job \${n}: \${new Lock().size}\`);
}`,
    ],
  ])('%s: runs as it is, on Node in two modes and on Deno in the others', async (form, printed, program) => {
    expect(scriptFor('ts', program)).toContain(`\n${program}\n`);
    const name = form.replace(/\W+/g, '-');
    await Promise.all(
      modesFor(form, 'node').map(async (mode) => {
        // A thread on one and a process on the other, for every form; all names above run on both in each mode.
        const language = MODES.indexOf(mode) % 2 === name.length % 2 ? 'mjs' : 'ts';
        const file = save(`${name}-${mode}.${language}`, scriptFor(language, program));
        const played = await run(language, file, mode);
        expect(played.stderr, mode).toBe('');
        expect(plain(played.lines).sort(), mode).toEqual([0, 1, 2].map((n) => `Job ${n}: ${printed}`));
        expect(played.exitCode, mode).toBe(0);
      }),
    );
  });
});

describe('a script', () => {
  it('exits with code 1 if main throws, if no lane can proceed, if check never ends, and if the mode is unknown', async () => {
    const throws = `${JOB}export async function main() { throw new Error('no.'); }`;
    const starves = `${JOB}export async function main({ queue }: MainApi) { await queue.get(); }`;
    const endless = `${JOB}export const check = () => new Promise(() => {});`;
    const outcomes = await Promise.all([
      runBoth('throws', throws, 'threads'),
      runBoth('starves', starves, 'event-loop'),
      runBoth('endless', endless, 'sequential'),
      run('mjs', save('none.mjs', scriptFor('mjs', JOB)), 'nowhere').then((one) => [one]),
    ]);
    const texts = [
      'Main failed: Error: no, 0',
      'Nothing can continue: main waits for a message',
      'Nothing can continue: check has not ended',
      'There is no mode "nowhere"',
    ];
    for (const [at, outcome] of outcomes.entries()) {
      for (const { lines, exitCode } of outcome) {
        expect(lines.at(-1)).toContain(texts[at]);
        expect(exitCode).toBe(1);
      }
    }
  });

  it('runs check with memory, lines and results, and exits with code 1 if it fails', async () => {
    const program = `export async function job(n: number, { log, sleep, shared }: JobApi) {
  shared.counter.add(1);
  log(\`job \${n}\`);
  await sleep(0.01);
  console.log(\`job \${n} again\`);
  if (n === 2) return new Map();
  return { n };
}
export function check({ shared, logs, results }: CheckApi) {
  const said = [0, 1, 2].map((n) => logs.flatMap(({ job, text }) => (job === n ? [text] : [])).join());
  console.log(JSON.stringify([shared, said, results.map((one) => one ?? '-')]));
  if (results.length === 3) throw new Error('as it must');
}
`;
    const said = ['job 0,job 0 again', 'job 1,job 1 again', 'job 2,job 2 again'];
    for (const mode of modesFor('check', 'node')) {
      const shared = { counter: mode === 'processes' ? 0 : 3, list: [] };
      const given = JSON.stringify([shared, said, [{ n: 0 }, { n: 1 }, '-']]);
      for (const { lines, exitCode, stderr } of await runBoth(`check-${mode}`, program, mode)) {
        expect(stderr, mode).toBe('');
        expect(plain(lines).slice(-2), mode).toEqual([given, 'Check failed: Error: as it must']);
        expect(plain(lines).join()).toContain('check is not given what job 2 returned: TypeError: A Map');
        expect(exitCode, mode).toBe(1);
      }
    }
  });

  seldom('computes on all lanes, and a pool has its number of workers', async () => {
    const program = `export async function job(n: number, { compute, lane, queue }: JobApi) {
  compute(0.02);
  await queue.put(lane.name);
}
export async function main({ jobs, start, queue, log }: MainApi) {
  for (let n = 0; n < jobs; n++) await start(n);
  const names = new Set();
  for (let n = 0; n < jobs; n++) names.add(await queue.get());
  log([...names].sort().join());
}
`;
    const cases = [
      ['threads', 5, 'worker 1,worker 2,worker 3,worker 4,worker 5'],
      ['processes', 1, 'worker 1'],
      ['threads', null, 'job 0,job 1,job 2,job 3,job 4'],
    ] as const;
    for (const [mode, workers, names] of cases) {
      const spec = { jobs: 5, workers, work: 'compute' as const };
      for (const { lines, exitCode, stderr } of await runBoth(`pool-${workers}`, program, mode, spec)) {
        expect({ lines: plain(lines), exitCode, stderr }, mode).toEqual({
          lines: [names],
          exitCode: 0,
          stderr: '',
        });
      }
    }
  });
});
