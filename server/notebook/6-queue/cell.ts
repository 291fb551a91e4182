import type { CellTexts } from '../cell.ts';

export default {
  title: 'A queue between processes',
  lookFor:
    'Each process puts its id into a queue, and main takes them out into its list. In which order do they come?',
  output:
    'None: this cell has not been run. Without `import os`, every process would have failed, and the list would have stayed empty.',
  seen: 'The list has five ids, in the order in which the processes put them: that of their sleeps. Main takes them out only after it has joined all processes. With large messages that would be a deadlock, since a process ends only when its messages have left it.',
  repairs: [
    '`import os`, which the notebook lacks.',
    'What the tasks print: they put an id into a queue, and no longer append to a list.',
  ],
  lesson: 'queue',
  mode: 'processes',
  settings: { jobs: 5, minSeconds: 0.2, maxSeconds: 2 },
} satisfies CellTexts;
