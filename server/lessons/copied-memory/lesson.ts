import type { Lesson } from '../lesson.ts';

export default {
  group: 'sharing',
  order: 2,
  title: 'Each process has its own memory',
  shortTitle: 'Copied memory',
  settings: { modes: ['threads', 'processes'], minSeconds: 1, maxSeconds: 4 },
  prediction: {
    question:
      'Now the same program also runs in processes. How many entries does main find in its list there?',
    choices: ['None', 'One', 'One for each job'],
  },
  text: {
    lookFor:
      'This is the program of the previous lesson, unchanged. Compare main’s list in threads and in processes, and see how many entries each process finds in its own.',
    happened:
      'In threads there is one list, and it has all entries. In processes, each has a list of its own, and so has main: each child adds one entry to its own list, which is gone when the child ends. Main’s list stays empty. There is no error: to each process, everything looks right.',
    javascript:
      'A child of Node starts with empty memory and loads the program again. In Python it depends on how the child is started: with fork, it starts with a copy of what the parent had at that moment; with spawn or forkserver, it starts afresh. After that, every change stays in the process that made it. To share bytes between processes, Python has multiprocessing.shared_memory; Node has nothing like it.',
    inRealWork:
      'A cache or a counter in a variable works while the server is one process. Run it as four processes and each has its own: a login that one of them knows is unknown to the next. Keep such data in a store that all of them use.',
  },
} satisfies Lesson;
