import { defineConfig } from 'vitest/config';

/** What runs real jobs and looks at when they ran: files that raced each other for the cores would see each other's load. */
const ALONE = ['test/contract/**', 'test/launch/**', 'test/lessons/**', 'test/program/**', 'test/runtime/**'].map(
  (folder) => `${folder}/*.test.ts`,
);

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: 'alone', include: ALONE, fileParallelism: false, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        // Pages and pure functions: mostly waiting for each other's pages, so that two at a time take half as long.
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: ALONE,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
