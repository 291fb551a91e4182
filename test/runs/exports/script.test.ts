import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LESSONS } from '../../../server/build.ts';
import type { RunEvent } from '../../../server/runs/events.ts';
import {
  LANGUAGES,
  type Language,
  modeOf,
  type ScriptSource,
  scriptOf,
} from '../../../server/runs/exports/script.ts';
import { MODES, type Mode, type Spec } from '../../../server/runs/spec.ts';
import { type PlaygroundApp, playgroundApp } from '../../playground-app.ts';
import { HAS_PYTHON, type Played, scriptRunner } from './run-script.ts';

const SPEC: Spec = {
  lesson: 'one-by-one',
  modes: ['sequential'],
  runtime: 'node',
  jobs: 3,
  workers: null,
  minSeconds: 0.02,
  maxSeconds: 0.1,
  work: 'wait',
  seed: 2 ** 40 + 7,
};

const JOB = `export async function job(n: number, { log }: JobApi) {\n  log(\`Job \${n}\`);\n}\n`;

function scriptFor(language: Language, program: string, spec: Partial<Spec> = {}): string {
  const source: ScriptSource = { spec: { ...SPEC, ...spec }, address: '/runs/abc', program, python: null };
  return scriptOf(language, source);
}

let folder: string;
const run = scriptRunner();

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'scripts-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

function save(name: string, text: string): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, text);
  return file;
}

/** Runs a program of ours in a mode, on Node and on Deno. */
function runBoth(name: string, program: string, mode: Mode, spec: Partial<Spec> = {}): Promise<Played[]> {
  return Promise.all(
    (['mjs', 'ts'] as const).map((language) =>
      run(language, save(`${name}.${language}`, scriptFor(language, program, spec)), mode),
    ),
  );
}

describe('scriptOf', () => {
  it('begins in the last chosen mode that has lanes of its own', () => {
    expect(modeOf({ modes: ['sequential', 'threads'] })).toBe('threads');
    expect(modeOf({ modes: [...MODES] })).toBe('processes');
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

  it('leaves a program as its author wrote it, on Node without its types', () => {
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

  it('says why there is none: no Python, or more than types', () => {
    expect(() => scriptFor('py', JOB)).toThrow('no program in Python');
    expect(() => scriptFor('mjs', `enum Colour { red }\n${JOB}`)).toThrow('enum');
    expect(scriptFor('ts', `enum Colour { red }\n${JOB}`)).toContain('enum Colour');
  });

  it('runs beside whatever names a program has taken', async () => {
    const bare = scriptFor('mjs', JOB);
    const [top = '', , harness = ''] = bare.split(/^\/\/ -{100,}\n/m);
    const declared = [...`${top}${harness}`.matchAll(/^(?:async function|function|const|let) (\w+)/gm)];
    const imported = [...top.matchAll(/^import \{ (.*) \}/gm)].flatMap(([, list = '']) => list.split(', '));
    const names = [...declared.map(([, name]) => name), ...imported.map((one) => one.replace(/.* as /, ''))];
    expect(names).toEqual(
      expect.arrayContaining(['MODE', 'fork', 'delay', 'uniform', 'spin', 'lanes', 'begin']),
    );
    const program = `${names.map((name) => `const ${name} = 'mine';`).join('\n')}
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
    for (const mode of MODES) {
      for (const played of await runBoth('names', program, mode)) {
        expect(played.stderr, mode).toBe('');
        expect(plain(played.lines).sort(), mode).toEqual([0, 1, 2].map((n) => `Job ${n} true mine`));
        expect(played.exitCode).toBe(0);
      }
    }
  });
});

describe('a script', () => {
  it('ends with code 1 where main throws, where nobody can go on, and where there is no such mode', async () => {
    const throws = `${JOB}export async function main() { throw new Error('no.'); }`;
    const starves = `${JOB}export async function main({ queue }: MainApi) { await queue.get(); }`;
    const outcomes = await Promise.all([
      runBoth('throws', throws, 'threads'),
      runBoth('starves', starves, 'event-loop'),
      run('mjs', save('none.mjs', scriptFor('mjs', JOB)), 'nowhere').then((one) => [one]),
    ]);
    const texts = [
      'Main failed: Error: no, 0',
      'Nobody can go on: main waits for a message',
      'There is no mode "nowhere"',
    ];
    for (const [at, outcome] of outcomes.entries()) {
      for (const { lines, exitCode } of outcome) {
        expect(lines.at(-1)).toContain(texts[at]);
        expect(exitCode).toBe(1);
      }
    }
  });

  it('computes on as many lanes as there are, and a pool has as many as it may', async () => {
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
      ['threads', 5, '#1,#2,#3,#4,#5'],
      ['processes', 1, '#1'],
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

/** A lesson's settings here, so that it is quick and its point is still there. */
const QUICK: Record<string, Partial<Spec>> = {
  computing: { jobs: 3, minSeconds: 0.1, maxSeconds: 0.1, work: 'compute' },
  crash: { jobs: 5 },
  daemon: { jobs: 2, minSeconds: 0.5, maxSeconds: 0.5 },
  'daemon-join': { jobs: 2 },
  // The circle closes if both jobs are there before the first is through with its work.
  deadlock: { jobs: 4, minSeconds: 1, maxSeconds: 1.1 },
  'event-loop-blocked': { jobs: 2, minSeconds: 0.1, maxSeconds: 0.1 },
  'lost-update': { jobs: 4 },
  pool: { jobs: 6, workers: 2 },
  'producer-consumer': { jobs: 1 },
};

/** Job 3 of this lesson eats 256 MiB: its scripts run for themselves, one a language, which takes less than a GiB. */
const EATER = 'crash';

/** Where a mode has no meaning in Python: what the script says instead, in its only line. */
const NOT_IN_PYTHON: Record<string, Partial<Record<Mode, string>>> = {
  'producer-consumer': {
    sequential:
      'One by one: job 0 would wait for room for ever, because main takes nothing until it has ended.',
  },
};

const lessons = fs
  .readdirSync(LESSONS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** A pass of a run of the page. */
type Page = { lines: string[]; completed: boolean };

describe('the scripts of a lesson', () => {
  let app: PlaygroundApp;
  const runs = new Map<string, Promise<{ id: string; pages: Promise<Page[]> }>>();

  beforeAll(async () => {
    app = await playgroundApp();
  });
  afterAll(() => app.close());

  /** The lesson's run on the page, in all modes. */
  function runOf(lesson: string) {
    const found = runs.get(lesson) ?? makeRun(lesson);
    runs.set(lesson, found);
    return found;
  }

  async function makeRun(lesson: string) {
    const spec = { ...SPEC, lesson, modes: MODES, ...QUICK[lesson] };
    const id = await app.start(spec);
    // The scripts run meanwhile.
    const pages = app.events(id).then((events) => MODES.map((_, pass) => pageOf(events, pass)));
    return { id, pages };
  }

  async function fetchScript(id: string, language: Language): Promise<string> {
    const response = await app.request(`/runs/${id}/program.${language}`);
    expect(response.status).toBe(200);
    const name =
      /^inline; filename="(.*)"$/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? '';
    return save(name, await response.text());
  }

  async function compare(lesson: string, language: Language, modes: readonly Mode[]): Promise<void> {
    const { id, pages } = await runOf(lesson);
    const file = await fetchScript(id, language);
    const saysInstead = language === 'py' ? NOT_IN_PYTHON[lesson] : undefined;
    await Promise.all(
      modes.map(async (mode) => {
        const { lines, stderr, exitCode } = await run(language, file, mode);
        const page = (await pages)[MODES.indexOf(mode)];
        const where = `${path.basename(file)} ${mode}\n${stderr}`;
        const instead = saysInstead?.[mode];
        if (instead !== undefined) {
          expect({ lines, exitCode }, where).toEqual({ lines: [instead], exitCode: 0 });
          return;
        }
        for (const line of lines) expect(line, where).toMatch(/[^.,], \d+\.\d s so far$/);
        let [own, shown] = [plain(lines), page?.lines ?? []];
        if (lesson === 'daemon' && mode !== 'sequential') {
          // Python ends a daemon process when main ends; everywhere else it goes on as long as the other job does.
          const isPythonProcess = language === 'py' && mode === 'processes';
          expect([own, shown].map(hasDaemonBegun), where).toEqual([!isPythonProcess, true]);
          [own, shown] = [withoutDaemon(own), withoutDaemon(shown)];
        }
        expect(comparable(own), where).toEqual(comparable(shown));
        expect(exitCode === 0, where).toBe(page?.completed);
      }),
    );
  }

  // Those that take longest first.
  const byLength = lessons
    .filter((one) => one !== EATER)
    .sort((a, b) => Number(b in QUICK) - Number(a in QUICK));
  describe.concurrent.each(byLength)('%s', (lesson) => {
    it('on Node and Deno print the lines of its run, in each mode', { timeout: 120_000 }, async () => {
      await Promise.all([compare(lesson, 'mjs', MODES), compare(lesson, 'ts', MODES)]);
    });

    const hasPython = fs.existsSync(path.join(LESSONS, lesson, 'program.py'));
    const reason = HAS_PYTHON
      ? hasPython
        ? ''
        : ': it has no program.py'
      : ': no python3 of 3.9 or newer here';
    const hasMeaning = MODES.filter((mode) => !NOT_IN_PYTHON[lesson]?.[mode]);
    it.skipIf(reason !== '')(
      `on Python print the lines of its run, in ${hasMeaning.join(', ')}${reason}`,
      { timeout: 120_000 },
      () => compare(lesson, 'py', MODES),
    );
  });

  const languages = LANGUAGES.filter((language) => language !== 'py' || HAS_PYTHON);
  it(`${EATER}: in ${languages.join(', ')}, who eats memory dies with its process`, {
    timeout: 120_000,
  }, async () => {
    // One by one and on the event loop it does not come to that: another ends them all before.
    await Promise.all(languages.map((language) => compare(EATER, language, ['sequential', 'event-loop'])));
    for (const mode of ['threads', 'processes'] as const)
      await Promise.all(languages.map((language) => compare(EATER, language, [mode])));
  });
});

/** What only the playground remarks, when it happens to be so: elsewhere a process that exits, or is killed, just goes. */
const REMARK =
  /^Main has ended; |\b[Ii]ts process took \d+ MiB of memory|^Job \d+ failed: It called process\.exit/;

function pageOf(events: RunEvent[], pass: number): Page {
  const own = events.filter((event) => event.pass === pass);
  return {
    lines: own.flatMap((event) => (event.type === 'log' && !REMARK.test(event.text) ? [event.text] : [])),
    completed: own.some((event) => event.type === 'pass-ended' && event.status === 'completed'),
  };
}

/** Lines without their times. */
function plain(lines: string[]): string[] {
  return lines.map((line) => line.replace(/, \d+\.\d s so far$/, ''));
}

/** What in a line depends on the moment, the process, or who came first. */
const MASKS: [RegExp, string][] = [
  [/\b(process|put) \d+\b(?!\.\d)/gi, '$1 PID'],
  [/^(join .*|All jobs are done) after [\d.]+ seconds/, '$1 after S seconds'],
  [/, (running|ended), after/, ', STATE, after'],
  [/\bentry \d+ in/, 'entry N in'],
  [/ by #\d+$/, ' by #N'],
  [/ read \d+ and wrote \d+$/, ' read N and wrote N'],
  [/ added 1, which made \d+$/, ' added 1, which made N'],
  [/^(Read and write: .* the counter is) \d+$/, '$1 N'],
  [/: [\d.]+ seconds, [\d.]+ times/, ': S seconds, X times'],
  [/[\d.]+ seconds late$/, 'S seconds late'],
  [/^(Main used item .*), \d+ of/, '$1, N of'],
  // Each language has its own name for it.
  [/^(Job \d+ failed:) \w*Error:/, '$1 ERROR:'],
  // Only the page counts the lines, and a script's line goes on with the time.
  [/(?<=\b(?:job \d+|main)), line \d+(?:,(?= waits))?/g, ''],
  [/\.$/, ''],
];

/** Lines in an order of their own, without what may differ from one time to the next. */
function comparable(lines: readonly string[]): string[] {
  return lines
    .map((line) => MASKS.reduce((text, [pattern, mask]) => text.replace(pattern, mask), line))
    .map((line) => line.replace(/\[(.*)\]/, (_, list: string) => `[${masked(list)}]`))
    .map(fromSmallest)
    .sort();
}

/** A deadlock's circle, told from the same one of its jobs, whoever closed it. */
function fromSmallest(line: string): string {
  const [, first, circle] = /^Deadlock: (job \d+) (waits for .*)$/.exec(line) ?? [];
  const steps = circle?.split(', which ') ?? [];
  const holderOf = (step = '') => /, held by (job \d+)$/.exec(step)?.[1];
  // One that does not come back to where it began is left as it is, and so is found.
  if (first === undefined || holderOf(steps.at(-1)) !== first) return line;
  const at = steps.indexOf(steps.toSorted()[0] ?? '');
  const turned = [...steps.slice(at), ...steps.slice(0, at)];
  return `Deadlock: ${holderOf(turned.at(-1))} ${turned.join(', which ')}`;
}

/** Whether the daemon of its lesson has begun: it is cut off when the other job has done two steps as long as this one. */
function hasDaemonBegun(lines: readonly string[]): boolean {
  return lines.includes('Job 1, daemon, has done step 1 of 5');
}

/** How far a daemon gets is a matter of chance, but not whether it comes to its end. */
function withoutDaemon(lines: readonly string[]): string[] {
  return lines.filter((line) => !/, daemon, (started|has done)/.test(line));
}

/** The entries of a list: names in order, numbers of processes as such. */
function masked(list: string): string {
  return list
    .split(', ')
    .map((entry) => entry.replace(/^\d+$/, 'PID'))
    .sort()
    .join(', ');
}
