import type { Lesson } from '../lesson.ts';

export default {
  group: 'sharing',
  order: 1,
  title: 'Shared memory',
  settings: { modes: ['threads'], minSeconds: 1, maxSeconds: 5 },
  prediction: {
    question: 'In threads, each job adds one entry to main’s list. How many entries does main find?',
    choices: ['None', 'One', 'One for each job'],
  },
  text: {
    lookFor:
      'Each thread adds its name to the list as its last step. Watch what main and the threads see in the list.',
    happened:
      'All threads of a process share the same memory. What one thread writes there, main and the others can read, and nothing has to be sent. The entries are in the order in which the jobs ended, not the order in which they started.',
    javascript:
      'In Python, threads share every object, so any list will do. JavaScript threads share no objects at all: each has its own variables, and what they send each other is copied, or transferred, so that the sender no longer has it. They can share plain bytes, in a SharedArrayBuffer. The shared list on this page is built on one: entries are written into it as text and read back as copies.',
    inRealWork:
      'Shared memory is the fastest way to pass data between threads, and the easiest to get wrong: nothing in the code shows which other threads write to it. The lesson “Lost updates” shows where that leads.',
  },
} satisfies Lesson;
