import type { CellTexts } from '../cell.ts';

export default {
  title: 'Make your own, in processes',
  lookFor:
    'Four processes each count the primes in a part of the numbers, and main adds up what they put into a queue. It is a script to start from: run it, then change a copy of it.',
  output:
    'None: the notebook ends with a note that points to an example to start from. The example is not in it, so this script is ours.',
  seen: 'Processes compute at the same time, as far as there are cores: each has an interpreter of its own, and with it, in the usual builds of Python, a lock (the GIL) of its own. Higher numbers take longer to check, so the last part takes longest. Main takes all results out of the queue before it joins the processes.',
  repairs: [],
  lesson: 'make-your-own',
  mode: 'processes',
  settings: { jobs: 4, minSeconds: 0.2, maxSeconds: 0.8, work: 'compute' },
} satisfies CellTexts;
