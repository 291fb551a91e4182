import type { Lesson } from '../lesson.ts';

export default {
  group: 'computing',
  order: 6,
  title: 'Make your own',
  settings: { jobs: 4, minSeconds: 1, maxSeconds: 2 },
  prediction: {
    question:
      'Each job waits for a while, then counts primes, which takes this machine a few milliseconds. Which mode is the slowest by far?',
    choices: ['One by one', 'Event loop', 'Threads', 'Processes'],
  },
  text: {
    lookFor:
      'This is a complete program to start from. Run it once as it is. Then press Edit, above the program, and change it: the comments that begin with CHANGE show where your own work goes. The next run is of your program.',
    happened:
      'Each job works on its own part of the numbers, which it finds from its number n, and puts its result into the queue. Main gets one result from each job and adds them up. The sum is the same in every mode; only the time differs. One by one is slow because the waits add up.',
    javascript:
      'The program has the shape of a typical multiprocessing example in Python: a function for the work, a queue for the results, and a main that starts the jobs and collects the results. The scripts under “Get the code” use what each language comes with: worker_threads and child_process, or threading, multiprocessing and asyncio.',
    inRealWork:
      'Most work that is shared between workers has this shape: split, work, collect. If the parts are independent, the jobs have to communicate only once, at the end.',
  },
} satisfies Lesson;
