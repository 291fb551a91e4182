import type { Lesson } from '../lesson.ts';

export default {
  group: 'computing',
  order: 4,
  title: 'Make your own',
  settings: { jobs: 4, minSeconds: 1, maxSeconds: 2 },
  prediction: {
    question:
      'Counting the primes takes this machine a few milliseconds a job; the wait before takes a second or two. Which mode is the slowest by far?',
    choices: ['One by one', 'Event loop', 'Threads', 'Processes'],
  },
  text: {
    lookFor:
      'A complete program to start from. The comments that begin with CHANGE say where to put work of your own.',
    happened:
      'Each job works on its own part of the numbers, which it knows from n, and puts its result into the queue. Main gets as many results as there are jobs and adds them up. The sum is the same in every mode; only the time differs. One by one is slow because the waits add up.',
    javascript:
      'The shape is that of the multiprocessing example in Python: a function for the work, a queue for the results, and a main that starts and collects. The scripts to take away use what each language brings along: worker_threads and child_process, or threading, multiprocessing and asyncio.',
    inRealWork:
      'Most work that is spread out has this shape: split, work, collect. Keep the parts independent, and the jobs need to talk only once, at the end.',
  },
} satisfies Lesson;
