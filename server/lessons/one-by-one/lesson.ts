import type { Lesson } from '../lesson.ts';

export default {
  group: 'waiting',
  order: 1,
  title: 'One by one, then in threads',
  settings: { minSeconds: 0.5, maxSeconds: 2 },
  offer: { words: '1 to 10 s per job, as in the notebook', settings: { minSeconds: 1, maxSeconds: 10 } },
  prediction: {
    question: 'Compared with one by one, how long will threads take?',
    choices: ['Just as long', 'Half as long', 'As long as the longest job', 'As long as the shortest job'],
  },
  text: {
    lookFor:
      'The same five jobs run four times. Look at where each bar begins: below the one before, or beside it.',
    happened:
      'Each job waits for a few seconds, as for an answer from a server. One by one the waits add up. In threads, in processes and on the event loop all jobs wait at the same time, so the whole takes about as long as the longest job. The hatched part at the start of a thread or a process is the time that it took to start.',
    javascript:
      'One thread of JavaScript can wait for many things at once: that is the event loop, and most programs need no more. Python has the same in asyncio, where the functions that wait must be written with async. With time.sleep a Python thread waits for one thing only, so there it takes threads to wait for five.',
    inRealWork:
      'A page that asks three services for data, one await after the other, takes the sum of their times. Asking all three and then waiting takes the time of the slowest.',
  },
} satisfies Lesson;
