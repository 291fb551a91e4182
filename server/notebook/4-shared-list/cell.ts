import type { CellTexts } from '../cell.ts';

export default {
  title: 'Threads share a list',
  lookFor:
    'Each task appends the number of its thread to one list, which main has made. Look at what the list contains at the end.',
  output:
    'The list is empty at first. Five tasks append to it, the last after 5.6\u00a0s; then the copy of the output breaks off.',
  seen: 'At the end the list contains five numbers, one for each thread: threads have the same memory, so main finds what they have written. The comment warns of a race condition. Appending to a list is one step in Python, so nothing is lost here; to read a value and then write a new one takes two steps, and loses updates.',
  repairs: [],
  lesson: 'shared-memory',
  mode: 'threads',
  settings: { jobs: 5, minSeconds: 0.2, maxSeconds: 2 },
} satisfies CellTexts;
