import type { Lesson } from '../lesson.ts';

export default {
  group: 'computing',
  order: 2,
  title: 'Twenty jobs, four workers',
  settings: { modes: ['threads', 'processes'], jobs: 20, workers: 4, minSeconds: 0.5, maxSeconds: 1.5 },
  prediction: {
    question: 'Twenty jobs of about a second each, four workers. How long will it take?',
    choices: ['About 1 second', 'About 5 seconds', 'About 20 seconds'],
  },
  text: {
    lookFor:
      'There are four lanes, not twenty. Follow one lane: as soon as a job ends, the next in line begins.',
    happened:
      'A pool is a fixed number of workers with a queue in front. Each worker takes the next job when it has done one, so long jobs and short ones even out, and all four are busy nearly to the end. Starting was paid four times instead of twenty. Jobs wait for a worker before they begin; that waiting is part of how long they seem to take.',
    javascript:
      'Python brings pools along: ThreadPoolExecutor and ProcessPoolExecutor in concurrent.futures. Node has a pool inside, for files and cryptography (four threads, set by UV_THREADPOOL_SIZE), but none for your own code: there you write a short one, or take a package.',
    inRealWork:
      'Database connections, web servers, build machines: all are pools. When the queue in front grows, everything gets slow although each job is as quick as ever, so watch the length of the queue.',
  },
} satisfies Lesson;
