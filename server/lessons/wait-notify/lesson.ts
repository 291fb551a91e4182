import type { Lesson } from '../lesson.ts';

export default {
  group: 'sharing',
  order: 8,
  title: 'Wait and notify',
  settings: { modes: ['event-loop', 'threads', 'processes'], jobs: 4, minSeconds: 1.5, maxSeconds: 2 },
  ignores: ['jobs'],
  // Jobs 1 and 2 wait until job 0 has its result; then job 3 waits a second.
  passSeconds: ({ seconds: [first = 0] }) => first + 1,
  prediction: {
    question:
      'Job 0 has a result and notifies the jobs that wait for it. A moment later, job 3 starts to wait for the same condition. What happens to job 3?',
    choices: [
      'It continues at once: the notification is kept for it',
      'It waits until the next notification',
      'It fails: there is nothing left to wait for',
    ],
  },
  text: {
    lookFor:
      'Compare jobs 1 and 2 while job 0 works: one computes all the time, the other waits for a condition. Then see what ends job 3’s wait.',
    happened:
      'Job 1 spins: it looks again and again, and keeps a core busy. Job 2 waits for a condition and uses almost no CPU time. A notification wakes the jobs that wait at that moment, and is then forgotten. Job 3 waits too late and never looks whether the result is there: that is a lost wake-up. Its wait ends only because main notifies once more. The cure is what job 2 does: hold the lock, look first, and wait in a loop: while (!ready) await condition.wait(lock). Waiting releases the lock in the same step, so no notification can slip in between. And after waking, the job looks again, because another job may have been faster.',
    javascript:
      'Python has Condition in threading, multiprocessing and asyncio; its wait_for(…) is that loop. One by one, job 3 waits for ever there, because main cannot go on before it has ended; here it can, since start returns a promise. JavaScript has Atomics.wait and Atomics.notify on memory that threads share; wait looks at a number first, for this very reason. On the event loop, a promise does the same and is safer: it stays resolved for jobs that come later. A loop without an await would never end there, because nothing else could run.',
    inRealWork:
      'Looking again and again (polling) costs battery and money, and notices a change late: by half a pause, on average. Most programs never need a condition themselves: queues, locks and semaphores are built from it, with the loop inside.',
  },
} satisfies Lesson;
