import type { Lesson } from '../lesson.ts';

export default {
  group: 'waiting',
  order: 3,
  title: 'The same in processes',
  settings: { modes: ['threads', 'processes'], minSeconds: 1, maxSeconds: 4 },
  prediction: {
    question: 'How much more memory do main and five processes need, together, than main and five threads?',
    choices: ['No more', 'About three times as much', 'Ten times as much', 'A hundred times as much'],
  },
  text: {
    lookFor:
      'Compare the two passes: the hatched pieces at the left of the bars, which are the starting; the memory; and, in the console, the process numbers.',
    happened:
      'The jobs overlap as in threads. Yet each child process has a number of its own (its pid), and when it ends it leaves an exit code: 0 says that all went well. Threads live inside the process of main, so all show one number; here they have no exit code, though a worker of Node tells one in its exit event. A process starts a whole runtime with memory of its own. Measured on Node, one takes about 50 MiB and a thread about 10, so main and five processes need about three times the memory of main and five threads; on Deno a little less. Which of the two starts faster depends on the machine and on how busy it is; measured here, not promised.',
    javascript:
      'Node starts a child as a fresh program, always. Python has a choice: fork, which copies the parent as it is (the default on Linux until Python 3.13), and spawn or forkserver, which begin afresh. On this page the server starts the children when main asks, so that it can always end them, and their parent is the server; in the scripts to take away it is main.',
    inRealWork:
      'Processes are worth their price where a part may crash, leak or hang and the rest must go on: browsers give each site one. For many small jobs the starting costs more than the work, with threads and with processes.',
  },
} satisfies Lesson;
