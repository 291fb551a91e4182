import { inTurns } from '../../figures/expect.ts';
import type { Lesson } from '../lesson.ts';

export default {
  group: 'sharing',
  order: 7,
  title: 'A semaphore: three at a time',
  shortTitle: 'A semaphore',
  settings: {
    modes: ['event-loop', 'threads', 'processes'],
    jobs: 12,
    minSeconds: 0.8,
    maxSeconds: 1.2,
  },
  // The even jobs wait before they go in; then the odd ones, three at a time.
  passSeconds({ seconds, waiting, working }) {
    const even = seconds.filter((_, n) => n % 2 === 0);
    const odd = seconds.filter((_, n) => n % 2 === 1);
    return (
      0.4 * Math.ceil(even.length / waiting) + inTurns(even, working) + inTurns(odd, Math.min(3, working))
    );
  },
  prediction: {
    question:
      'Only three jobs may be inside at once. First, half of the jobs each look at a number, and go in if it is below three. Then each of the other jobs takes one of three permits. Which group keeps to three?',
    choices: ['Both', 'Only the jobs with permits', 'Only the jobs with the number', 'Neither'],
  },
  text: {
    lookFor:
      'In the first half of each timeline, count the jobs that are inside at once. In the second half, the striped parts are jobs that wait for a permit.',
    happened:
      'All the jobs without permits look at the number before the first of them has changed it. So all of them see 0, and all go in. In processes it is worse: each process has its own number, which never says anything about the others. A semaphore looks and takes in one step. It has three permits; a job that finds none free waits in line, and a release passes the permit on to the first in line. With one permit, a semaphore is like a lock.',
    javascript:
      'Python has Semaphore in threading, multiprocessing and asyncio. Use it in a with block (async with, for asyncio). A BoundedSemaphore also raises an error if it is released more often than it was acquired. JavaScript has none: on one thread, programs use a counter with a list of waiting promises, or a package such as p-limit. On the event loop, the number would also work, if each job changed it before its next await.',
    inRealWork:
      'Connections to a database, downloads from one server, licences: many things allow only a few users at a time. A pool of workers limits how many jobs run; a semaphore limits how many do one particular thing.',
  },
} satisfies Lesson;
