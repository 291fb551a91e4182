import type { Lesson } from '../lesson.ts';

export default {
  group: 'trouble',
  order: 5,
  title: 'What goes down with it?',
  settings: { modes: ['threads', 'processes'], jobs: 5 },
  ignores: ['seconds', 'work'],
  scriptMode: 'threads',
  passSeconds: () => 5,
  prediction: {
    question:
      'Job 1 throws, job 2 calls process.exit(3), and job 3 eats memory until it is stopped. In threads, which of them takes job 4 down too?',
    choices: ['Job 1, which throws', 'Job 2, which exits', 'Job 3, which eats memory', 'None of them'],
  },
  text: {
    lookFor:
      'Job 4 only wants to wait for five seconds. See whether it gets there: first in threads, then in processes.',
    happened:
      'A job that throws fails alone; in threads only because somebody listens for the error event of the worker: in plain Node, with nobody listening, it ends the whole program. In a thread, process.exit ends that thread; in a process, that process, with exit code 3. Memory is different: threads share that of their process, so when one takes too much, the system or the server ends the process, and all threads are cut off with it, main too. In processes only the one that ate is killed, and the others do not notice.',
    javascript:
      'When the heap of JavaScript is full, nothing is thrown that a job could catch: Node aborts the process, or ends the worker alone if the heap is a worker’s. Bytes beside the heap, as the arrays here, have no such limit, and so the server watches what the whole process takes. Python throws a MemoryError where an allocation fails, which the job may survive; but most systems hand out memory first and kill the process later, and that no language survives. In Python sys.exit in a thread ends the thread, as process.exit does here; os._exit ends the process from any thread.',
    inRealWork:
      'This is why browsers and databases put what may go wrong into processes. A supervisor that starts a dead one again does the rest.',
  },
} satisfies Lesson;
