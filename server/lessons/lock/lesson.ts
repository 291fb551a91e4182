import { inTurns } from '../../figures/expect.ts';
import type { Lesson } from '../lesson.ts';

export default {
  group: 'sharing',
  order: 6,
  title: 'A lock',
  settings: { modes: ['event-loop', 'threads'], jobs: 4, minSeconds: 0.8, maxSeconds: 1.2 },
  // One after the other, in every mode.
  passSeconds: ({ seconds }) => inTurns(seconds, 1),
  prediction: {
    question:
      'Now each of the four jobs holds a lock while it reads, works and writes. The counter will be right. What does it cost?',
    choices: ['Nothing', 'A little time', 'About four times the time'],
  },
  text: {
    lookFor:
      'Look at the cross-hatched parts: that is waiting for the lock. At any moment only one job works.',
    happened:
      'Only one job at a time can hold the lock; the others wait in line. So nobody reads between another one’s read and write, and no update is lost. But the jobs now run one after the other, and all that was won by running them at once is gone. The less is done while holding a lock, the less it costs.',
    javascript:
      'Python has threading.Lock, multiprocessing.Lock and asyncio.Lock, used as with lock: … (with asyncio, async with), so that they are released whatever happens. The language JavaScript has only what a lock is built from, Atomics.wait and Atomics.notify on shared memory; its surroundings bring one along: navigator.locks in browsers, in Deno and in Node 26, where node:worker_threads has it too, as locks. It is released when the callback given to it has ended, and in Node and Deno it holds between the threads of one process, not between processes. Here acquire is awaited, and try … finally sees to the release.',
    inRealWork:
      'Take a lock for the few lines that need it, never around a call over the network. And release it in a finally: a lock that is never released stops everyone behind it.',
  },
} satisfies Lesson;
