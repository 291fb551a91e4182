import type { Lesson } from '../lesson.ts';

export default {
  group: 'computing',
  order: 4,
  title: 'A blocked event loop',
  settings: { modes: ['event-loop', 'threads'], jobs: 3, minSeconds: 2, maxSeconds: 2, work: 'compute' },
  ignores: ['work'],
  scriptMode: 'event-loop',
  // The timers take four seconds; where job 0 holds them up, longer by most of what it computes.
  passSeconds: ({ seconds: [computed = 0], waiting, computing }) =>
    waiting === 1 ? 1 + computed + 8 : Math.max(1 + computed, computing === 1 ? 3.5 + computed : 4),
  prediction: {
    question:
      'Job 0 computes for a while. The other jobs set a short timer, again and again. What happens to the timers on the event loop while it does?',
    choices: ['They fire on time', 'They fire late, when job 0 has finished', 'They are lost'],
  },
  text: {
    lookFor: 'Look at the waits beside the long computing bar, first on the event loop, then in threads.',
    happened:
      'A timer on the event loop can only fire when the thread is free. While job 0 computes, nothing else runs on its thread: the timers that fall due in that time fire late, all together, when job 0 is done. They are late, not lost. In threads, each job has its own event loop, so job 0 holds up no other job.',
    javascript:
      'Python’s asyncio is blocked in the same way, by computing or by a call such as time.sleep; asyncio.to_thread is its way out. Python threads pass the global interpreter lock (GIL) on every few milliseconds, so timers are only milliseconds late, but only one thread computes at a time. In JavaScript, use a worker, or compute in small pieces with pauses in between.',
    inRealWork:
      'One request that sorts a big table or parses a huge JSON file makes all other visitors of a Node server wait. Measure the delay of the event loop, and move long computing to a worker.',
  },
} satisfies Lesson;
