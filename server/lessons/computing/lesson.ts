import { inTurns } from '../../figures/expect.ts';
import type { Lesson } from '../lesson.ts';

export default {
  group: 'computing',
  order: 1,
  title: 'Computing is not waiting',
  shortTitle: 'Computing',
  settings: { modes: ['event-loop', 'threads'], jobs: 15, minSeconds: 1.5, maxSeconds: 1.5, work: 'compute' },
  ignores: ['work'],
  // Each group waits, then computes what one job alone would; the program ends with the last group that is whole.
  passSeconds({ seconds, waiting, computing }) {
    let sum = 0;
    for (let parts = 1; 2 * parts - 1 <= seconds.length; parts *= 2) {
      const group = seconds.slice(parts - 1, 2 * parts - 1).map((alone) => alone / parts);
      sum += 0.3 * Math.ceil(parts / waiting) + inTurns(group, computing);
    }
    return sum;
  },
  prediction: {
    question:
      'Several threads share work that one thread could also do alone. How many times as fast are they?',
    choices: [
      'As many times as there are threads',
      'At most as many times as this machine has cores',
      'No faster',
    ],
  },
  text: {
    lookFor:
      'The same work is done again and again: by one job, then shared by two, by four, and so on. Each job first waits, then computes. On the event loop, see which of the two overlaps.',
    happened:
      'On the event loop, the waits overlap, but the computing does not: one thread can do only one thing at a time, so sharing the work gains nothing. Threads compute at the same time, up to the number of cores; further threads only take turns. Even with many cores, eight threads would not be eight times as fast, because the wait at the start is as long for eight jobs as for one. That limit is Amdahl’s law: if a share s of the time cannot be split up, no number of workers makes the work more than 1/s times as fast.',
    javascript:
      'JavaScript threads compute at the same time. Python threads mostly do not: in the usual builds, the global interpreter lock (GIL) lets only one thread run Python code at a time. To compute faster, Python programs use processes, libraries that release the GIL, or the free-threaded builds, which exist since 3.13 and have no GIL.',
    inRealWork:
      'Before you buy more cores, measure the part that cannot be split up. If it is a tenth of the time, ten times as fast is the limit, however many cores you buy.',
  },
} satisfies Lesson;
