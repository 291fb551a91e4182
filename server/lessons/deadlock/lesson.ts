import { inTurns } from '../../figures/expect.ts';
import type { Lesson } from '../lesson.ts';

export default {
  group: 'trouble',
  order: 3,
  title: 'Deadlock',
  settings: { modes: ['threads'], jobs: 4, minSeconds: 1, maxSeconds: 1.4 },
  ignores: ['jobs'],
  // The first two take turns. The other two end where both have what the other wants.
  passSeconds: ({ seconds, working }) => inTurns(seconds.slice(0, 2), 1) + inTurns(seconds.slice(2), working),
  prediction: {
    question:
      'Job 2 holds lock A and wants B. Job 3 holds B and wants A. Which one gets its second lock first?',
    choices: ['Job 2', 'Job 3', 'The one that asked first', 'Neither'],
  },
  text: {
    lookFor:
      'First, jobs 0 and 1 take the two locks in the same order. Then jobs 2 and 3 take them in opposite orders.',
    happened:
      'Jobs 0 and 1 both take A first, so one of them waits until the other has finished with both locks; then it is its turn. Jobs 2 and 3 each hold the lock that the other wants, and neither releases it: a circle of waiting, which is a deadlock. It would last for ever; here it was detected, and the run ended as failed. The fix is what you saw first: all jobs take the locks in the same order. Then no circle can form. Try it: press Edit, give job 3 the same order as the others, and run it again.',
    javascript:
      'Neither language detects a deadlock for you. A Python program hangs and shows nothing; the Python script here detects this deadlock because its jobs note which locks they hold and want. A Node program in which every await waits for another simply ends when its event loop has nothing left to do: with exit code 13 if a top-level await is waiting; otherwise with 0 and no message, which is the worse trap. With Atomics.wait it hangs, as Python does. In Python, acquire(timeout=…) is a way out.',
    inRealWork:
      'Databases detect deadlocks and end one of the transactions with an error, so a program must be ready to try again. Decide on the order of the locks once, such as always the smaller account number first, and write it down.',
  },
} satisfies Lesson;
