import type { Lesson } from '../lesson.ts';

export default {
  group: 'waiting',
  order: 1,
  title: 'One by one, then in threads',
  shortTitle: 'One by one',
  settings: { minSeconds: 0.5, maxSeconds: 2 },
  offer: { words: '1 to 10 s per job', settings: { minSeconds: 1, maxSeconds: 10 } },
  prediction: {
    question: 'Compared with one by one, how long will threads take?',
    choices: ['Just as long', 'Half as long', 'As long as the longest job', 'As long as the shortest job'],
  },
  text: {
    lookFor:
      'The same jobs run in each of the modes. Look at where each bar starts: where the one before it ends, or at the same time.',
    happened:
      'Each job waits, as if for an answer from a server. One by one, the waits add up. In threads, in processes and on the event loop, all jobs wait at the same time, so all of them together take about as long as the longest job. The hatched part at the left of a thread or process is the time it took to start.',
    javascript:
      'A single JavaScript thread can wait for many things at once. That is the event loop, and most programs need nothing more. Python has the same in asyncio, but there, functions that wait must be written with async. A Python thread that calls time.sleep can only wait for that one thing, so five waits at the same time take five threads.',
    inRealWork:
      'A page that asks three services for data, with one await after another, takes the sum of their times. If it asks all three first and then waits, it takes only as long as the slowest.',
  },
} satisfies Lesson;
