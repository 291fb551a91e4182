import { inTurns } from '../../figures/expect.ts';
import type { Lesson } from '../lesson.ts';

export default {
  group: 'waiting',
  order: 5,
  title: 'Join a daemon',
  settings: { modes: ['threads', 'processes'], jobs: 2, minSeconds: 0.8, maxSeconds: 1.2 },
  // Each step takes about as long as the first.
  passSeconds: ({ seconds: [job = 0, daemon = 0], working }) => inTurns([2 * job, 5 * daemon], working),
  prediction: {
    question: 'Now main joins all jobs before it ends. How far does the daemon get?',
    choices: ['It is cut off, as before', 'It does all five steps'],
  },
  text: {
    lookFor: 'Compare this with the previous lesson: only the join is new. Look at main’s row.',
    happened:
      'The rule is the same: the program ends when main and all jobs that are not daemons have ended. But now main itself waits for the daemon, so main ends later, and the daemon has time to finish. A join makes main wait for any job, daemon or not.',
    javascript:
      'In Python, join() does the same for a daemon thread or a daemon process. Processes need it more: without a join, Python ends a daemon process when main ends, but a daemon thread only when the program does. join(timeout) waits for a limited time and then returns, so the daemon can still be cut off. In Node, awaiting a promise does not keep a program alive: if the worker behind the promise is unref-ed and nothing else is pending, the program ends in the middle of the await. Call ref() before you wait.',
    inRealWork:
      'When a server shuts down, it stops taking new work and gives background jobs a limited time to finish before it cuts them off: a join with a timeout.',
  },
} satisfies Lesson;
