import type { Lesson } from '../lesson.ts';

export default {
  group: 'sharing',
  order: 4,
  title: 'Producer and consumer',
  settings: { modes: ['threads', 'processes'], jobs: 3, minSeconds: 0.1, maxSeconds: 0.2 },
  // Main sets the pace: 0.4 seconds for each of the four items of a job.
  passSeconds: ({ seconds }) => 4 * 0.4 * seconds.length,
  prediction: {
    question:
      'Three jobs make things quickly, main uses them slowly, and the queue has room for three. What do the jobs do most of the time?',
    choices: ['Make things', 'Wait to put them', 'Wait to get them'],
  },
  text: {
    lookFor: 'The striped parts are waits for the queue. See who waits: those who put, or the one who gets.',
    happened:
      'The queue soon is full, and put then waits until main has taken something out. So the jobs go at the pace of main, though they could make things several times as fast. That is backpressure: the slow end slows the quick one down, and the queue never holds more than three items. Without the limit they would pile up in memory.',
    javascript:
      'In Python the limit is a number given to the queue: queue.Queue(3), multiprocessing.Queue(3), asyncio.Queue(3). Messages between threads in JavaScript have no limit: postMessage never waits, and what is not read piles up. Streams have it: write() returns false when it is time to wait, and pipe or for await then do.',
    inRealWork:
      'Programs that fall over at the busiest hour often have a queue without a limit somewhere: it grows until memory is full. Decide what happens when it is full: wait, refuse, or drop.',
  },
} satisfies Lesson;
