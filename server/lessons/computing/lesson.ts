import { inTurns } from '../../figures/expect.ts';
import type { Lesson } from '../lesson.ts';

export default {
  group: 'computing',
  order: 1,
  title: 'Computing is not waiting',
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
      'Eight threads share work that takes one of them a second and a half. How much faster are they?',
    choices: ['8 times', 'As many times as this machine has cores, or less', 'No faster'],
  },
  text: {
    lookFor:
      'The work is done four times: by one job, then shared by two, four and eight. Each job first waits, then computes. On the event loop, look at which of the two overlaps.',
    happened:
      'On the event loop the waits lie side by side, but the computing comes one after the other: one thread can do one thing at a time, and sharing the work gains nothing. Threads compute at once, up to the number of cores; more threads than cores only take turns. Even with many cores it would not be eight times as fast, because the wait at the start is as long for eight as for one. That limit is Amdahl’s law: if a share s of the time cannot be shared out, no number of workers makes it more than 1/s times as fast.',
    javascript:
      'Threads of JavaScript compute side by side. Those of Python mostly do not: in the usual builds the global interpreter lock (GIL) lets only one thread run Python code at a time. For computing, Python takes processes, libraries that release the lock, or the free-threaded builds, which exist since 3.13 and have no such lock.',
    inRealWork:
      'Before buying more cores, measure the part that cannot be shared out. If it is a tenth of the time, ten times is the best that any machine will do.',
  },
} satisfies Lesson;
