import type { Lesson } from '../lesson.ts';

export default {
  group: 'waiting',
  order: 3,
  title: 'The same in processes',
  shortTitle: 'Processes',
  settings: { modes: ['threads', 'processes'], minSeconds: 1, maxSeconds: 4 },
  prediction: {
    question: 'How much memory do main and its processes need, compared with main and as many threads?',
    choices: ['About the same', 'About three times as much', 'Ten times as much', 'A hundred times as much'],
  },
  text: {
    lookFor:
      'Compare threads with processes: the hatched part at the left of each bar, which is the start-up; the memory; and the process numbers in the console.',
    happened:
      'The jobs overlap, as they do in threads. But each child process has its own number (its pid), and leaves an exit code when it ends: 0 means that all went well. Threads live inside main’s process, so they all show the same number. Here they have no exit code, although a Node worker reports one in its exit event. Each process starts a whole runtime with its own memory. Measured on Node, a process takes about 50\u00a0MiB and a thread about 10\u00a0MiB, so main with five processes needs about three times as much memory as main with five threads; on Deno, a little less. Which of the two starts faster depends on the machine and on how busy it is.',
    javascript:
      'Node always starts a child as a fresh program. Python offers a choice: fork copies the parent as it is (the default on Linux until Python 3.13); spawn and forkserver start afresh. On this page, main asks the server to start the children, so the server is their parent and can always end them. In the scripts under “Get the code”, main is their parent.',
    inRealWork:
      'Processes are worth their price where one part may crash, leak or hang and the rest must keep running: browsers give each site its own process. For many small jobs, starting a thread or a process for each costs more than the work itself.',
  },
} satisfies Lesson;
