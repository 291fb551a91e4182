import { defineConfig } from 'vitest/config';

/** What looks at how long computing takes, or at what a server holds: files that raced it for the cores would be seen. */
const ALONE = [
  'test/contract/compute.test.ts',
  'test/launch/*.test.ts',
  'test/lessons/*.test.ts',
  'test/program/*.test.ts',
  'test/runtime/*.test.ts',
];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: 'alone', include: ALONE, fileParallelism: false, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        // Mostly waiting, for jobs that wait and for pages: two at a time take half as long.
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: ALONE,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
    ],
  },
});
