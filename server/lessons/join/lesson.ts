import type { Lesson } from '../lesson.ts';

export default {
  group: 'waiting',
  order: 2,
  title: 'Join: wait for each in turn',
  settings: { modes: ['threads'], minSeconds: 1, maxSeconds: 6, seed: 198 },
  prediction: {
    question:
      'Main joins the jobs in order, 0 to 4. Job 1 ends long before job 0. What does main do when it comes to join job 1?',
    choices: ['It goes on at once', 'It waits as long as job 1 took', 'It fails: job 1 is gone'],
  },
  text: {
    lookFor:
      'The dotted bars on the lane of main are its waits, each with the job it waits for. Some are long, some are too short to see.',
    happened:
      'Main starts all jobs and then joins them in order. Joining is waiting until that job has ended, and no more: it does not start the job, stop it or hurry it. While main waits for job 0, jobs 1, 2 and 4 end. Their joins then return at once, and only job 3, the longest, makes main wait again. All waits together are as long as the longest job.',
    javascript:
      'In Python join blocks the thread of main. Here it is an await: main goes no further in its own program, yet its event loop stays free for timers and messages. In worker_threads there is no join; a program waits for the exit event of the worker.',
    inRealWork:
      'Results that are fetched in order can be held up by one slow part in front, while the rest lies ready. Where the order does not matter, take what comes first.',
  },
} satisfies Lesson;
