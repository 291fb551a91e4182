import type { Lesson } from '../lesson.ts';

export default {
  group: 'computing',
  order: 3,
  title: 'Many jobs, a few workers',
  shortTitle: 'A pool',
  settings: { modes: ['threads', 'processes'], jobs: 20, workers: 4, minSeconds: 0.5, maxSeconds: 1.5 },
  prediction: {
    question: 'A few workers run many jobs. How long does that take?',
    choices: [
      'As long as the longest job',
      'As long as all jobs one after another, divided by the number of workers',
      'As long as all jobs one after another',
    ],
  },
  text: {
    lookFor:
      'There are fewer workers than jobs. Follow one worker’s row: as soon as a job ends, the next one begins.',
    happened:
      'A pool is a fixed number of workers with a queue in front of them. A worker that has finished a job takes the next one, so long and short jobs even out, and all workers are busy almost to the end. Only the workers had to be started, not a thread or process for each job. Each job waits for a worker before it begins, and for anyone who needs its result, that wait is part of the time it takes.',
    javascript:
      'Python comes with pools: ThreadPoolExecutor and ProcessPoolExecutor in concurrent.futures. Node has a pool inside, for files and cryptography (four threads, set by UV_THREADPOOL_SIZE), but none for your own code: write a short one, or use a package.',
    inRealWork:
      'Database connections, web servers and build machines all use pools. When the queue in front grows, everything gets slow, although each job is as fast as ever. So watch the length of the queue.',
  },
} satisfies Lesson;
