import type { Lesson } from '../lesson.ts';

export default {
  group: 'trouble',
  order: 5,
  title: 'What goes down with it?',
  shortTitle: 'A crash',
  settings: { modes: ['threads', 'processes'], jobs: 5 },
  ignores: ['seconds', 'work'],
  scriptMode: 'threads',
  passSeconds: () => 5,
  prediction: {
    question:
      'Job 1 throws an error, job 2 calls process.exit(3), and job 3 uses more and more memory until it is stopped. In threads, which of them takes job 4 down too?',
    choices: ['Job 1, which throws', 'Job 2, which exits', 'Job 3, which uses up memory', 'None of them'],
  },
  text: {
    lookFor:
      'Job 4 only wants to wait for five seconds. See whether it gets to its end: first in threads, then in processes.',
    happened:
      'A job that throws fails alone. In threads, that is only because something listens for the worker’s error event: in plain Node, if nothing listens, the error ends the whole program. In a thread, process.exit ends that thread; in a process, it ends that process, with exit code 3. Memory is different: threads share the memory of their process, so when one takes too much, the system or the server ends the process, and all its threads are cut off, main’s too. In processes, only the one that took too much is killed, and the others do not notice.',
    javascript:
      'When the JavaScript heap is full, nothing is thrown that a job could catch: Node aborts the process, or ends only the worker if the heap is the worker’s. Bytes outside the heap, such as the arrays here, have no such limit, so the server watches how much memory the whole process takes. Python raises a MemoryError when it cannot get the memory it asks for, and the job may survive that; but most systems hand out memory first and kill the process later, which no language survives. In Python, sys.exit in a thread ends the thread, as process.exit does here; os._exit ends the process from any thread.',
    inRealWork:
      'This is why browsers and databases put parts that may fail into processes of their own. A supervisor that restarts a dead process does the rest.',
  },
} satisfies Lesson;
