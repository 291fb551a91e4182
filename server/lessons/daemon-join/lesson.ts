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
    question: 'Now main joins both jobs before it ends. How far does the daemon get?',
    choices: ['It is cut off as before', 'It does all five steps'],
  },
  text: {
    lookFor: 'Compare with the lesson before: only the join is new. Look at the lane of main.',
    happened:
      'The rule is the same: the program ends when main and the jobs that are not daemons have ended. But main itself now waits for the daemon, so the end of main comes later, and the daemon has time to finish. A join makes main wait for whatever it is given, daemon or not.',
    javascript:
      'In Python, join() on a daemon thread or process does the same, and a process needs it more: without it Python ends a daemon process when main ends, a daemon thread only when the program does. join(timeout) waits for a while only and then lets it be cut off. In Node, waiting on a promise is not enough to keep a program alive: if the worker behind it is unref-ed and nothing else is going on, the program ends in the middle of the await. Call ref() before waiting.',
    inRealWork:
      'On shutdown, servers stop taking new work and give background jobs a limited time to finish before cutting them off: a join with a timeout.',
  },
} satisfies Lesson;
