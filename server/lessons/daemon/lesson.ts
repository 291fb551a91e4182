import type { Lesson } from '../lesson.ts';

export default {
  group: 'waiting',
  order: 4,
  title: 'Daemon or not',
  settings: { modes: ['threads', 'processes'], jobs: 2, minSeconds: 0.8, maxSeconds: 1.2 },
  scriptMode: 'threads',
  // Each of its steps takes about as long as the first. The daemon is waited for only where jobs run one by one.
  passSeconds: ({ seconds: [job = 0, daemon = 0], waiting }) => 2 * job + (waiting === 1 ? 5 * daemon : 0),
  prediction: {
    question: 'Main ends at once. Job 0 has two steps to do; job 1, a daemon, has five. How much gets done?',
    choices: ['Nothing', 'Only job 0', 'Job 0 and part of job 1', 'Both jobs, to the end'],
  },
  text: {
    lookFor: 'Job 1 is a daemon. Watch what happens to it at the moment when the other job ends.',
    happened:
      'A program ends when main and all jobs that are not daemons have ended. It does not wait for a daemon: the daemon is cut off in the middle of its work, wherever it is. Whatever it had left to do is lost, and it gets no chance to clean up.',
    javascript:
      "Python has a daemon flag for threads and for processes. A daemon thread is cut off when the program ends, as here. A daemon process is cut off earlier: when main ends, before Python waits for the other processes. So in processes, the Python script shows almost nothing of it. Node has no such flag. There, worker.unref() means that a worker does not keep the program alive, and when the program ends, the worker is stopped. A child process is different: child.unref() alone is not enough, because pipes and the channel to the child also keep the parent alive. With stdio: 'ignore' as well (and disconnect() after a fork), the parent can end while the child continues on its own until something stops it. Python stops its daemon processes itself.",
    inRealWork:
      'Daemons suit work that may stop at any moment, such as sending a heartbeat or warming a cache. Never let a daemon write a file that must be complete.',
  },
} satisfies Lesson;
