import type { Lesson } from '../lesson.ts';

export default {
  group: 'computing',
  order: 3,
  title: 'A blocked event loop',
  settings: { modes: ['event-loop', 'threads'], jobs: 3, minSeconds: 2, maxSeconds: 2, work: 'compute' },
  ignores: ['work'],
  scriptMode: 'event-loop',
  // The timers take four seconds; where job 0 holds them up, longer by most of what it computes.
  passSeconds: ({ seconds: [computed = 0], waiting, computing }) =>
    waiting === 1 ? 1 + computed + 8 : Math.max(1 + computed, computing === 1 ? 3.5 + computed : 4),
  prediction: {
    question:
      'Jobs 1 and 2 set a timer for half a second, again and again. Job 0 computes for two seconds. What happens to the timers meanwhile, on the event loop?',
    choices: ['They come on time', 'They come late, by up to two seconds', 'They are lost'],
  },
  text: {
    lookFor: 'Look at the waits beside the long computing bar, first on the event loop, then in threads.',
    happened:
      'A timer on the event loop can only be served when the thread is free. While job 0 computes, nothing else on its thread runs: the timers that fall due in that time come late, all together, when it is done. They are late, not lost. In threads, each job has an event loop of its own, and job 0 keeps nobody waiting.',
    javascript:
      'asyncio is blocked in the same way, by computing or by a call such as time.sleep, and helps itself with asyncio.to_thread. In Python threads the global interpreter lock passes from one to the next every few milliseconds, so timers are late by milliseconds, while the computing itself is not shared out. In JavaScript only a worker helps, or computing in small pieces with pauses between.',
    inRealWork:
      'One request that sorts a big table or parses a huge JSON makes every other visitor of a Node server wait. Measure the delay of the event loop, and send long computing to a worker.',
  },
} satisfies Lesson;
