import type { Lesson } from '../lesson.ts';

export default {
  group: 'sharing',
  order: 1,
  title: 'Shared memory',
  settings: { modes: ['threads'], minSeconds: 1, maxSeconds: 5 },
  prediction: {
    question: 'Five threads each add one entry to a list of main. How many entries does main find?',
    choices: ['None', 'One', 'Five'],
  },
  text: {
    lookFor:
      'Each thread writes its name into the list as its last act. Watch what main and the threads see of the list.',
    happened:
      'All threads of a process see the same memory. What one writes there, the others and main can read, with nothing sent. The entries stand in the order in which the jobs ended, not in the order in which they were started.',
    javascript:
      'In Python threads share every object, so any list will do. Threads of JavaScript share no objects at all: each has its own variables, and what they send each other is copied, or handed over and gone from the sender. They can share plain bytes, in a SharedArrayBuffer. The shared list of this page is built on one: entries are written into it as text, and read back as copies.',
    inRealWork:
      'Shared memory is the quickest way to pass data between threads, and the easiest to get wrong: nothing in the code shows who else writes there. The lesson on lost updates shows what that leads to.',
  },
} satisfies Lesson;
