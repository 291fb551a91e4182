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
      'Jobs make items quickly, main uses them slowly, and the queue has room for three. What do the jobs do most of the time?',
    choices: ['Make items', 'Wait to put items into the queue', 'Wait to get items from the queue'],
  },
  text: {
    lookFor:
      'The striped parts are waits for the queue. See which side waits: the jobs, which put items in, or main, which gets them out.',
    happened:
      'The queue is soon full, and then put waits until main has taken an item out. So the jobs run at main’s pace, although they could make items several times as fast. That is backpressure: the slow end slows down the fast end, and the queue never holds more than three items. Without a limit, items would pile up in memory.',
    javascript:
      'In Python, you give the queue its limit: queue.Queue(3), multiprocessing.Queue(3), asyncio.Queue(3). In JavaScript, messages between threads have no limit: postMessage never waits, and unread messages pile up. Streams do have one: write() returns false when it is time to wait, and pipe and for await do the waiting for you.',
    inRealWork:
      'Programs that fail at the busiest hour often have a queue without a limit somewhere: it grows until memory is full. Decide what happens when a queue is full: wait, refuse or drop.',
  },
} satisfies Lesson;
