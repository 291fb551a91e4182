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
    question: 'Job 2 holds lock A and wants B. Job 3 holds B and wants A. Who gets the second lock first?',
    choices: ['Job 2', 'Job 3', 'Whoever asked first', 'Neither'],
  },
  text: {
    lookFor:
      'First jobs 0 and 1 take the two locks in the same order. Then jobs 2 and 3 take them in opposite orders.',
    happened:
      'Jobs 0 and 1 both take A first, so one waits until the other is through with both, and then has its turn. Jobs 2 and 3 each hold what the other wants, and neither will let go: a circle of waiting, which is a deadlock. Left alone it would last for ever; here it was found, and the run ended as failed. The fix is what you saw first: everybody takes the locks in the same order. Then no circle can close. Try it in a script from “Get the code”: give job 3 the order of the others.',
    javascript:
      'Neither language finds a deadlock for you. A Python program hangs, and shows nothing; the Python script finds this one because its jobs note what they hold and want. A Node program in which every await waits for another simply ends when nothing is left on its event loop: with exit code 13 if a top-level await waits, else with 0 and without a word, which is the worse trap; with Atomics.wait it hangs as Python does. In Python, acquire(timeout=…) is a way out.',
    inRealWork:
      'Databases find deadlocks and end one of the transactions with an error, so the program must be ready to try again. The order of locks, such as always the smaller account number first, is decided once and written down.',
  },
} satisfies Lesson;
