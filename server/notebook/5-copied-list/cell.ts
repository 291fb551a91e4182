import type { CellTexts } from '../cell.ts';

export default {
  title: 'Each process has its own list',
  lookFor:
    'The tasks that append to a list once more, now in processes. Look at what main’s list contains at the end.',
  output:
    'The list is empty at first. The copy of the output breaks off after two tasks, so the last line, which says that the list is still empty, is not in it.',
  seen: 'Every process appends to its own copy of the list, which it got when it started, and the copy ends with the process. Main’s list stays empty. Nothing fails, and nothing warns you.',
  repairs: [],
  lesson: 'copied-memory',
  mode: 'processes',
  settings: { jobs: 5, minSeconds: 0.2, maxSeconds: 2 },
} satisfies CellTexts;
