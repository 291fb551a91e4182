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
      'Four threads each add 1 to a counter: read it, work for a second, write what was read plus 1. What is the counter in the end?',
    choices: ['4', '1', '0'],
  },
  text: {
    lookFor:
      'The even jobs read, work and write. Then the odd jobs add in one step. Compare the counter after each.',
    happened:
      'All four read 0 before the first of them wrote. So each wrote 1 over the 1 of another, and three updates were lost, without an error. Between reading and writing the value had grown old. An add in one step, which nobody can come between, loses none: the counter is 4. In processes each has a counter of its own, and that of main stays 0 both times: nothing is shared, so nothing is lost, and nothing gained.',
    javascript:
      'The event loop loses updates just as threads do: at every await other jobs may run, so a value read before it may be old after it. Between two awaits nothing can interrupt it. For threads there is Atomics.add on a SharedArrayBuffer. In Python even counter += 1 is several steps, between which another thread may run, and the GIL does not prevent it; there one takes a threading.Lock.',
    inRealWork:
      'Two people buy the last seat; a balance is read, changed and saved by two requests at once. Databases have an add in one step too: UPDATE … SET n = n + 1.',
  },
} satisfies Lesson;
