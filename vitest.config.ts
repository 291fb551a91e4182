import process from 'node:process';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests that compare how long computing takes: others that compete for the cores would show in it. */
const ALONE = [
  'test/contract/compute.test.ts',
  'test/lessons/computing.test.ts',
  'test/program/compute.test.ts',
];
const BROWSER = ['test/browser/**/*.test.ts'];
/**
 * What takes long and seldom changes: unusual networks, frames of other sites, very many bars, paper, short resources,
 * prefixes, misuse. An everyday run has to stay below ten minutes on two cores; `ALL=1` is for releases, and for whoever
 * has changed what these files are about.
 */
const SELDOM = [
  ...['accessible', 'addresses', 'big', 'coming-back', 'compare', 'compare-replay', 'connection', 'console'],
  ...['exports', 'families', 'follow-me', 'frames', 'held-streams', 'lines', 'look', 'look-around', 'look-kept', 'no-script'],
  ...['one-order', 'own-program', 'passes-together', 'print', 'take-away', 'tip', 'trace', 'weight'],
]
  .map((name) => `test/browser/${name}.test.ts`)
  .concat(
    ['budgets', 'check', 'console', 'gone-wrong', 'left', 'lines', 'memory', 'misuse', 'python-trouble', 'words'].map(
      (name) => `test/contract/${name}.test.ts`,
    ),
    ['drawings', 'script-lessons', 'script-workers'].map((name) => `test/exports/${name}.test.ts`),
    ['health', 'server-class', 'server-stranger', 'short-resources'].map((name) => `test/runtime/${name}.test.ts`),
    ['ready', 'sandbox', 'starter'].map((name) => `test/launch/${name}.test.ts`),
    ['test/lessons/harm.test.ts', 'test/programs/hints/limits.test.ts', 'test/rooms/faults.test.ts'],
    ['test/store/postgres/playground.test.ts', 'test/cluster/deaths.test.ts', 'test/launch/boots.test.ts'],
    ['test/cluster/two-servers.test.ts', 'test/runs/pass/never-began.test.ts', 'test/rooms/several-servers.test.ts'],
    ['test/challenges/challenges.test.ts', 'test/runs/pass/stuck-boot.test.ts', 'test/network/namespaces.test.ts'],
    ['own-exports', 'prefix'].map((name) => `test/routes/${name}.test.ts`),
  );
/** Whether they are tried, too. */
const ALL = process.env.ALL === '1';
/** Tests that put something in the place of a module, or load one anew, which other files load as it is. */
const MOCKS = [
  'test/program/asker.test.ts',
  'test/program/computing.test.ts',
  'test/program/shared.test.ts',
  'test/settings.test.ts',
];
/** Makes what all playgrounds of the suite share. */
const PREPARE = 'test/prepare.ts';

/** Where the files are that take longest, longest first; those of other folders take a moment. */
const SLOW = [
  /test\/browser\/(lesson-page|axe)/,
  /test\/lessons\//,
  /test\/exports\/script/,
  /test\/browser\//,
  /test\/runtime\//,
  /test\/contract\//,
  /test\/routes\//,
];

/**
 * The slow files first, so that no worker has one left when all others are done; a clean clone knows no times. Those of
 * a project stay together: a worker runs the files of one.
 */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = SLOW.findIndex((one) => one.test(moduleId));
      return at < 0 ? SLOW.length : at;
    };
    const projects = files.map(({ project }) => project.name).sort();
    const sorted = await super.sort(files);
    return sorted.toSorted(
      (a, b) => projects.indexOf(a.project.name) - projects.indexOf(b.project.name) || rank(a) - rank(b),
    );
  }
}

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Real processes and browsers share two busy cores: what is only late once is tried once more.
    retry: 2,
    // What is waited for comes at once where a machine is idle: only a failing test waits for so long.
    expect: { poll: { timeout: 15_000 } },
    sequence: { sequencer: SlowFirst },
    // Node runs TypeScript by itself: nothing is transformed, and no import goes through a runner.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // Mostly waiting, for jobs that wait and for pages: four files at a time keep two cores busy.
    maxWorkers: 4,
    // No module here holds state, so the files that a worker runs share what it has loaded.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'alone',
          include: ALONE,
          globalSetup: PREPARE,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: BROWSER,
          exclude: ALL ? [] : SELDOM,
          globalSetup: [PREPARE, 'test/browser/setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'mocks',
          include: MOCKS,
          isolate: true,
          // Mocked modules are transformed.
          experimental: { viteModuleRunner: true },
        },
      },
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: [...ALONE, ...BROWSER, ...MOCKS, ...(ALL ? [] : SELDOM)],
          globalSetup: PREPARE,
        },
      },
    ],
  },
});
