import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What compares how long computing takes: files that raced it for the cores would be seen. */
const ALONE = [
  'test/contract/compute.test.ts',
  'test/lessons/computing.test.ts',
  'test/program/compute.test.ts',
];

/** Where the files are that take longest, longest first; those of other folders are done in a moment. */
const SLOW = [
  /test\/browser\/(lesson-page|axe)/,
  /test\/lessons\//,
  /test\/exports\/script/,
  /test\/browser\//,
  /test\/runtime\//,
  /test\/contract\//,
  /test\/routes\//,
];

/** The slow files first, so that nobody has one left when all others are done; a clean clone knows no times. */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = SLOW.findIndex((one) => one.test(moduleId));
      return at < 0 ? SLOW.length : at;
    };
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for comes at once where a machine is idle: only a failing test waits for so long.
    expect: { poll: { timeout: 15_000 } },
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        extends: true,
        test: { name: 'alone', include: ALONE, fileParallelism: false, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        // Mostly waiting, for jobs that wait and for pages: three at a time keep two cores busy.
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: ALONE,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
    ],
  },
});
