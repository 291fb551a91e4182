import type { CellTexts } from '../cell.ts';

export default {
  title: 'One by one, then in threads',
  lookFor:
    'Five tasks each sleep for a while, first one after another in the main thread, then each in a thread of its own. Compare how long the two parts take.',
  output:
    'One by one, the five tasks took 25.22\u00a0s: the sum of their sleeps, 5.2, 2.0, 2.1, 6.7 and 9.2\u00a0s. Of the threads, there is only the line that they start. The cell ended there, because nothing in it waits for them, so their lines are among those of the next cell.',
  seen: 'The first five sleeps stand one behind the other on main’s line. Then five threads sleep at the same time, and take as long as the longest sleep. A script has no next cell: Python waits for its threads before it ends, and the console says so.',
  repairs: [],
  lesson: 'one-by-one',
  mode: 'threads',
  settings: { jobs: 5, minSeconds: 0.2, maxSeconds: 2 },
  passSeconds: ({ seconds }) => seconds.reduce((sum, one) => sum + one, 0) + Math.max(...seconds),
} satisfies CellTexts;
