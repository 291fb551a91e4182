import type { CellTexts } from '../cell.ts';

export default {
  title: 'A daemon thread that is joined',
  lookFor: 'The same two threads, but main joins both. Does the daemon reach its last line now?',
  output: 'None: this cell has not been run, either.',
  seen: 'Main waits for the daemon in join, so the daemon always reaches its last line. What cuts off a daemon is the end of the program, and that now comes after it.',
  repairs: [
    '`d.daemon = True` in place of `d.setDaemon(True)`.',
    '`startedAt`, which the tasks print, is set here; in the notebook, it comes from the cell before.',
  ],
  lesson: 'daemon-join',
  mode: 'threads',
  settings: { jobs: 2, minSeconds: 0.2, maxSeconds: 2 },
} satisfies CellTexts;
