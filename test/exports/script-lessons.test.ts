/** The scripts of every lesson print the same as its run on the page, in JavaScript and in Python. */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LANGUAGES, type Language } from '../../server/exports/script.ts';
import { LESSONS } from '../../server/programs/build.ts';
import type { RunEvent } from '../../server/protocol/events.ts';
import { MODES, type Mode } from '../../server/spec/modes.ts';
import type { Spec } from '../../server/spec/spec.ts';
import { ALL, seldom, withAllModes } from '../everyday.ts';
import { type PlaygroundApp, playgroundApp } from '../playground-app.ts';
import { HAS_PYTHON, SPEC, scriptRunner, scriptSaver } from './run-script.ts';
import { comparable, hasDaemonBegun, plain, withoutDaemon } from './script-lines.ts';

const run = scriptRunner();
const save = scriptSaver();

/** Settings that make a lesson quick but keep its point. */
const QUICK: Record<string, Partial<Spec>> = {
  computing: { jobs: 3, minSeconds: 0.1, maxSeconds: 0.1, work: 'compute' },
  crash: { jobs: 5 },
  // The daemon finishes its first step before the other job has done two, however slowly threads start here.
  daemon: { jobs: 2, minSeconds: 1.2, maxSeconds: 1.2 },
  'daemon-join': { jobs: 2, workers: 1 },
  // The circle closes if both jobs have started before the first has finished its work.
  deadlock: { jobs: 4, minSeconds: 1, maxSeconds: 1.1 },
  'event-loop-blocked': { jobs: 2, minSeconds: 0.1, maxSeconds: 0.1 },
  gil: { jobs: 2, minSeconds: 0.1, maxSeconds: 0.1 },
  join: { workers: 2 },
  'lost-update': { jobs: 4 },
  pool: { jobs: 6, workers: 2 },
  processes: { workers: 2 },
  'producer-consumer': { jobs: 1 },
  // So long that the jobs overlap however slowly threads start here.
  sometimes: { jobs: 2, minSeconds: 2.2, maxSeconds: 2.2 },
  semaphore: { jobs: 8 },
};

/**
 * Job 3 of this lesson allocates 256 MiB: its scripts run one at a time, one per language, which takes less than a GiB.
 */
const EATER = 'crash';

/** If the program cannot end in a mode in Python: the script's last line. */
const NOT_IN_PYTHON: Record<string, Partial<Record<Mode, string>>> = {
  'producer-consumer': {
    sequential: 'Job 0 is stuck for ever: nothing else runs that could end its put (messages)',
  },
  'wait-notify': {
    sequential: 'Job 3 is stuck for ever: nothing else runs that could end its wait (condition ready)',
  },
};

const lessons = fs
  .readdirSync(LESSONS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** On one thread and on several, in each combination. Lessons take turns: the harness of a mode is the same for all. */
const PAIRS = withAllModes([
  ['sequential', 'threads'],
  ['event-loop', 'processes'],
  ['sequential', 'processes'],
  ['event-loop', 'threads'],
]);

/** Of sixteen lessons, four, with a pair of modes each, and two for each order of the runtimes. */
const EVERYDAY = [0, 5, 10, 15];

/** Returns the modes in which the scripts of a lesson are run. */
function modesOf(lesson: string): readonly Mode[] {
  const modes = lesson === EATER ? MODES : (PAIRS[lessons.indexOf(lesson) % PAIRS.length] ?? MODES);
  return MODES.filter((mode) => modes.includes(mode) || NOT_IN_PYTHON[lesson]?.[mode] !== undefined);
}

/** A pass of a run on the page. */
type Page = { lines: string[]; completed: boolean };

describe('the scripts of a lesson', () => {
  let app: PlaygroundApp;
  const runs = new Map<string, Promise<{ id: string; pages: Promise<Page[]> }>>();

  beforeAll(async () => {
    app = await playgroundApp();
  });
  afterAll(() => app.close());

  /** Runs the lesson on the page. */
  function runOf(lesson: string) {
    const found = runs.get(lesson) ?? makeRun(lesson);
    runs.set(lesson, found);
    return found;
  }

  async function makeRun(lesson: string) {
    const modes = modesOf(lesson);
    const spec = { ...SPEC, lesson, modes, repeat: 1, ...QUICK[lesson] };
    const id = await app.start(spec);
    // The scripts run meanwhile.
    const pages = app.events(id).then((events) => modes.map((_, pass) => pageOf(events, pass)));
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
        const page = (await pages)[modesOf(lesson).indexOf(mode)];
        const where = `${path.basename(file)} ${mode}\n${stderr}`;
        const instead = saysInstead?.[mode];
        if (instead !== undefined) {
          expect({ last: plain(lines).at(-1), exitCode }, where).toEqual({ last: instead, exitCode: 1 });
          return;
        }
        for (const line of lines) expect(line, where).toMatch(/[^.,], \d+\.\d s so far$/);
        let [own, shown] = [plain(lines), page?.lines ?? []];
        if (lesson === 'daemon' && mode !== 'sequential') {
          // It continues as long as the other job does.
          expect([own, shown].map(hasDaemonBegun), where).toEqual([true, true]);
          [own, shown] = [withoutDaemon(own), withoutDaemon(shown)];
        }
        if (lesson === EATER && mode === 'threads') [own, shown] = [withoutLast(own), withoutLast(shown)];
        expect(comparable(own), where).toEqual(comparable(shown));
        expect(exitCode === 0, where).toBe(page?.completed);
      }),
    );
  }

  // Of eight lessons one of each pair of modes, in both halves of the order in which modes meet runtimes.
  const isTried = (one: string) => ALL || EVERYDAY.includes(lessons.indexOf(one) % 16);
  // The longest first.
  const byLength = lessons
    .filter((one) => one !== EATER && isTried(one))
    .sort((a, b) => Number(b in QUICK) - Number(a in QUICK));
  describe.concurrent.each(byLength)('%s', (lesson) => {
    const modes = modesOf(lesson);
    // Both runtimes run the same harness: each runs one of the modes, and of four lessons later the other.
    const isFirst = (_: Mode, at: number) =>
      (Math.floor(lessons.indexOf(lesson) / PAIRS.length) + at) % 2 === 0;
    const onNode = modes.filter(isFirst);
    const onDeno = modes.filter((mode) => !onNode.includes(mode));
    const name = `on Node, in ${onNode.join(' and ')}, and on Deno, in ${onDeno.join(' and ')}, print the lines of its run`;
    it(name, { timeout: 120_000 }, async () => {
      await Promise.all([compare(lesson, 'mjs', onNode), compare(lesson, 'ts', onDeno)]);
    });

    const hasPython = fs.existsSync(path.join(LESSONS, lesson, 'program.py'));
    const reason = HAS_PYTHON
      ? hasPython
        ? ''
        : ': it has no program.py'
      : ': no python3 of 3.9 or newer here';
    const hasMeaning = modes.filter((mode) => !NOT_IN_PYTHON[lesson]?.[mode]);
    it.skipIf(reason !== '')(
      `on Python print the lines of its run, in ${hasMeaning.join(', ')}${reason}`,
      { timeout: 120_000 },
      () => compare(lesson, 'py', modes),
    );
  });

  const languages = LANGUAGES.filter((language) => language !== 'py' || HAS_PYTHON);
  seldom(
    `${EATER}: in ${languages.join(', ')}, the job that runs out of memory ends with its process`,
    {
      timeout: 120_000,
    },
    async () => {
      // One by one and on the event loop this does not happen: another job ends them all first.
      await Promise.all(languages.map((language) => compare(EATER, language, ['sequential', 'event-loop'])));
      for (const mode of ['threads', 'processes'] as const)
        await Promise.all(languages.map((language) => compare(EATER, language, [mode])));
    },
  );
});

/** Returns the lines without that of job 4, which ends first where memory fills slowly, as when the cores are busy. */
function withoutLast(lines: string[]): string[] {
  return lines.filter((line) => line !== 'Job 4 done');
}

/** What only the playground logs, when it happens: elsewhere a process that exits or is killed just disappears. */
const REMARK =
  /^Main has ended; |\b[Ii]ts process took \d+ MiB of memory|^Job \d+ failed: It called process\.exit/;

function pageOf(events: RunEvent[], pass: number): Page {
  const own = events.filter((event) => event.pass === pass);
  return {
    lines: own.flatMap((event) => (event.type === 'log' && !REMARK.test(event.text) ? [event.text] : [])),
    completed: own.some((event) => event.type === 'pass-ended' && event.status === 'completed'),
  };
}
