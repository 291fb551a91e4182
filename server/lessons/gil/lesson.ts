import type { Lesson } from '../lesson.ts';

export default {
  group: 'computing',
  order: 2,
  title: 'Why Python threads get no faster',
  shortTitle: 'GIL',
  settings: {
    modes: ['sequential', 'threads', 'processes'],
    runtime: 'python',
    jobs: 4,
    minSeconds: 0.8,
    maxSeconds: 0.8,
    work: 'compute',
  },
  offer: { words: 'every runtime', settings: { everyRuntime: true } },
  ignores: ['work'],
  scriptMode: 'threads',
  prediction: {
    question: 'Jobs compute. Which is faster than one by one: threads, processes, both or neither?',
    choices: ['Both', 'Only the threads', 'Only the processes', 'Neither'],
  },
  text: {
    lookFor:
      'The same jobs compute one by one, in threads and in processes. Compare how long each takes as a whole. Then run it on every runtime: which of them have threads that are faster than one by one?',
    happened:
      'Jobs that compute need cores. On Node.js and Deno, threads compute at the same time, as far as there are cores. On Python, they take turns: in the usual builds, a global interpreter lock (GIL) lets only one thread of a process run Python code at a time, and passes to another every few milliseconds. All threads are under way, so all their bars are long, but together they use about one core. Each process has its own lock, so Python processes do compute at the same time. On a machine with one core, nothing is faster than one by one.',
    javascript:
      'The lock protects the objects that all Python threads share. JavaScript threads share no objects, only the bytes of a SharedArrayBuffer, so they need no such lock. A Python thread releases the lock while it waits, so threads do help programs that wait for the network or for files, and some libraries, such as NumPy, release it while they compute. Free-threaded builds of Python, which exist since 3.13, have no such lock: on them, threads that compute are faster than one by one, too. If this server has one, it is among the runtimes.',
    inRealWork:
      'If a Python program is slow because it computes, more threads do not help. Use processes, as with ProcessPoolExecutor or multiprocessing, a library that computes outside of the lock, or a free-threaded build. If it is slow because it waits, threads or asyncio are the right tool.',
  },
} satisfies Lesson;
