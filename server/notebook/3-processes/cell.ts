import type { CellTexts } from '../cell.ts';

export default {
  title: 'The same in processes',
  lookFor:
    'The same five tasks, each in a process of its own. Only the name of the class differs from the threads. Watch how long a process takes to start, and how each ends.',
  output:
    'The five processes have ids of their own, 50261 to 50265, and the same parent. Those that had ended when main joined them show exit code 0. All of it took 8.1\u00a0s, as long as the longest sleep.',
  seen: 'The processes sleep at the same time, and main joins one after another, as it does with threads. Each process is a line of its own, with its id and its exit code. Each begins as a copy of main (a fork), which takes less time than to start Python again.',
  repairs: [],
  lesson: 'processes',
  mode: 'processes',
  settings: { jobs: 5, minSeconds: 0.2, maxSeconds: 2 },
} satisfies CellTexts;
