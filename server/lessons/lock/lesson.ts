import { inTurns } from '../../figures/expect.ts';
import type { Lesson } from '../lesson.ts';

export default {
  group: 'sharing',
  order: 6,
  title: 'A lock',
  settings: { modes: ['event-loop', 'threads'], jobs: 4, minSeconds: 0.8, maxSeconds: 1.2 },
  scriptMode: 'threads',
  // One after the other, in every mode.
  passSeconds: ({ seconds }) => inTurns(seconds, 1),
  prediction: {
    question:
      'Now each job holds a lock while it reads, works and writes. The counter will be right. How long do the jobs take?',
    choices: ['As long as without the lock', 'A little longer', 'As long as one after another'],
  },
  text: {
    lookFor: 'The cross-hatched parts are waits for the lock. Look how many jobs work at any moment.',
    happened:
      'Only one job at a time can hold the lock; the others wait in line. So no job reads between another job’s read and write, and no update is lost. But now the jobs run one after another, and all the time saved by running them at once is gone. The less a job does while it holds the lock, the less the lock costs.',
    javascript:
      'Python has threading.Lock, multiprocessing.Lock and asyncio.Lock. Use them in a with block (async with, for asyncio), and they are released whatever happens. The JavaScript language has only what a lock is built from: Atomics.wait and Atomics.notify on shared memory. Its runtimes add a lock: navigator.locks in browsers, in Deno and in Node 26, where node:worker_threads also has it, as locks. It is released when the callback you give it has ended. In Node and Deno it works between the threads of one process, not between processes. On this page, you await acquire, and try … finally makes sure of the release.',
    inRealWork:
      'Hold a lock for the few lines that need it, never during a call over the network. And release it in a finally block: a lock that is never released stops every job that waits for it.',
  },
} satisfies Lesson;
