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
      'Each of eight jobs takes 0.8 seconds. Main awaits four of them in a loop, and the other four with Promise.all. How much longer does the loop take?',
    choices: ['No longer', 'Twice as long', 'Four times as long'],
  },
  text: {
    lookFor:
      'Jobs 0 to 3 are awaited in a loop, jobs 4 to 7 with Promise.all. Look at where each bar begins: after the one before, or beside it.',
    happened:
      'An await inside a loop stops the loop: the next job is not even started until the answer to the last is there, so the times add up. The event loop had nothing else to do meanwhile. With Promise.all every job is started first, and then main waits for all of them at once, so four take about as long as the longest. In threads it is the same mistake: main waits for each thread before it starts the next, and only one works at a time. Only one by one does Promise.all change nothing, because there a job runs to its end when it is started. Nor does it help jobs that compute on the event loop: they have one thread between them.',
    javascript:
      'Await in a loop is right where each step needs the result of the one before, or where a server must not get a hundred requests at once. Promise.all rejects as soon as one of its promises does, while the others carry on; Promise.allSettled waits for all. Python’s asyncio.gather is the same, and await in a for loop is as slow there. With threads, the mistake is start and join in one loop.',
    inRealWork:
      'A page that loads ten records with an await in a loop takes ten round trips instead of one. ESLint has a rule for it, no-await-in-loop. If there are very many, start a few at a time, or ask the server for all of them in one request.',
  },
} satisfies Lesson;
