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
    question: 'Main ends at once. Job 0 has two steps to do; job 1, a daemon, has five. What will be done?',
    choices: ['Nothing', 'Job 0 only', 'Job 0, and a part of job 1', 'Both, to the end'],
  },
  text: {
    lookFor: 'Watch what happens to the daemon at the moment when the other job ends.',
    happened:
      'A program ends when main and all jobs that are not daemons have ended. Nobody waits for a daemon: it is cut off in the middle of its work, wherever it stands. What it had not done is lost, and it gets no chance to clean up.',
    javascript:
      "Python has a daemon flag, for threads and for processes. A daemon thread is cut off when the program ends, as here; a daemon process already when main ends, before Python waits for the others, so in processes the Python script shows next to nothing of it. Node has no such flag. There, worker.unref() says that a worker does not keep the program alive, and when the program ends the worker is stopped. A child process is another matter: child.unref() alone is not enough, because pipes and the channel to the child also keep the parent alive. With stdio: 'ignore' too (after fork, with disconnect()), the parent ends and the child goes on alone, unless somebody stops it, which Python does with its daemon processes.",
    inRealWork:
      'Daemons suit work that may stop at any moment: a heartbeat, a cache being warmed. Never let one write a file that must be whole.',
  },
} satisfies Lesson;
