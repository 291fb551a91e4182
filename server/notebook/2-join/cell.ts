import type { CellTexts } from '../cell.ts';

export default {
  title: 'Join: wait for each thread in turn',
  lookFor:
    'The same five tasks in threads. Main keeps the threads in a list, and joins one after another. Watch which joins take time.',
  output:
    'Ten tasks end instead of five: the threads of the first cell were still asleep. The first join took 7.6\u00a0s, so it was by far the longest; two threads had already stopped when main came to them, and were joined at once.',
  seen: 'Main waits for the first thread, however long that sleeps. Each thread that has ended by then is joined in no time, and the whole takes as long as the longest sleep. Only main’s line has joins: the threads do not wait for each other.',
  repairs: [],
  lesson: 'join',
  mode: 'threads',
  settings: { jobs: 5, minSeconds: 0.2, maxSeconds: 2 },
} satisfies CellTexts;
