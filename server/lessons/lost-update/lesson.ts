import { inTurns } from '../../figures/expect.ts';
import type { Lesson } from '../lesson.ts';

export default {
  group: 'sharing',
  order: 5,
  title: 'Lost updates',
  settings: { modes: ['event-loop', 'threads', 'processes'], jobs: 8, minSeconds: 1, maxSeconds: 1.4 },
  scriptMode: 'threads',
  // First the even jobs, then the odd ones.
  passSeconds({ seconds, working }) {
    const round = (first: number) => seconds.filter((_, n) => n % 2 === first);
    return inTurns(round(0), working) + inTurns(round(1), working);
  },
  prediction: {
    question:
      'Several threads each add 1 to a counter: read it, work for a while, then write what was read plus 1. What is the counter at the end?',
    choices: ['As many as there are threads', '1', '0'],
  },
  text: {
    lookFor:
      'The even jobs read, work and write. Then the odd jobs add in one step. Compare the counter after each group.',
    happened:
      'All the jobs read 0 before the first of them wrote. So each wrote 1 over the 1 of another, and all updates but one were lost, without an error. Between a job’s read and its write, the value it had read went out of date. Nothing can interrupt an add in one step, so no update is lost: the counter is right. In processes, each job has its own counter, and main’s stays 0 both times: nothing is shared, so nothing is lost and nothing is added up.',
    javascript:
      'The event loop loses updates just as threads do: at every await, other jobs may run, so a value read before the await may be out of date after it. Between two awaits, nothing can interrupt the code. For threads, there is Atomics.add on a SharedArrayBuffer. In Python, even counter += 1 is several steps, and another thread may run between them. The global interpreter lock (GIL) does not prevent that; use a threading.Lock.',
    inRealWork:
      'Two people buy the last seat; two requests read, change and save the same balance at once. Databases can add in one step too: UPDATE … SET n = n + 1.',
  },
} satisfies Lesson;
