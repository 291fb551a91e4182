import type { Lesson } from '../lesson.ts';

export default {
  group: 'sharing',
  order: 2,
  title: 'Every process has its own',
  settings: { modes: ['threads', 'processes'], minSeconds: 1, maxSeconds: 4 },
  prediction: {
    question: 'The same program, now also in five processes. How many entries does main find in its list?',
    choices: ['None', 'One', 'Five'],
  },
  text: {
    lookFor:
      'This is the program of the lesson before, unchanged. Compare the lists after the two passes, and how many entries each process finds in its own.',
    happened:
      'In threads there is one list, and it has all five entries. In processes there are six lists: each child adds to its own, which then has one entry and goes when the child ends. The list of main stays empty. No error tells of it: to each process everything looks right.',
    javascript:
      'A child of Node begins with empty memory and loads the program anew. In Python it depends on how it was started: with fork it begins with a copy of what the parent had at that moment, with spawn or forkserver it begins anew. After that every change stays where it is made. To share bytes between processes, Python has multiprocessing.shared_memory; Node has nothing of the kind.',
    inRealWork:
      'A cache or a count kept in a variable works while the server is one process. Run it as four, and each has its own: a login known to one is unknown to the next. Such things belong in a store that all of them ask.',
  },
} satisfies Lesson;
