import { inTurns } from '../../figures/expect.ts';
import type { Lesson } from '../lesson.ts';

export default {
  group: 'waiting',
  order: 6,
  title: 'await in a loop',
  settings: { modes: ['event-loop', 'threads'], jobs: 8, minSeconds: 0.8, maxSeconds: 0.8 },
  scriptMode: 'event-loop',
  // The first half one after the other, the second half together.
  passSeconds({ seconds, working }) {
    const half = Math.ceil(seconds.length / 2);
    return inTurns(seconds.slice(0, half), 1) + inTurns(seconds.slice(half), working);
  },
  prediction: {
    question:
      'Main awaits half of the jobs in a loop, and the other half with Promise.all. How much longer does the loop take?',
    choices: ['No longer', 'Twice as long', 'As many times as long as it has jobs'],
  },
  text: {
    lookFor:
      'The first half of the jobs are awaited in a loop, the others with Promise.all. Look at where each bar starts: where the one before it ends, or at the same time.',
    happened:
      'An await in a loop stops the loop: the next job is not even started until the last one has ended, so the times add up. During each wait, the event loop had nothing else to do. With Promise.all, all jobs are started first, and then main waits for all of them at once, so together they take about as long as the longest of them. In threads, the mistake is the same: main waits for each thread before it starts the next, so only one works at a time. One by one, Promise.all changes nothing, because there a job runs to its end as soon as it is started. Nor does it help jobs that compute on the event loop: they share one thread.',
    javascript:
      'An await in a loop is right where each step needs the result of the one before, or where a server must not get a hundred requests at once. Promise.all rejects as soon as one of its promises does, while the other jobs continue; Promise.allSettled waits for all of them. In Python, asyncio.gather does the same, and an await in a for loop is just as slow. With threads, the mistake is to start and join in one loop.',
    inRealWork:
      'A page that loads ten records with an await in a loop takes as long as ten round trips; with Promise.all, about as long as one. ESLint has a rule that finds this, no-await-in-loop. If there are very many records, load a few at a time, or ask the server for all of them in one request.',
  },
} satisfies Lesson;
