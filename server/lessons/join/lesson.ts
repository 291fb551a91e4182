import type { Lesson } from '../lesson.ts';

export default {
  group: 'waiting',
  order: 2,
  title: 'Join: wait for each in turn',
  shortTitle: 'Join',
  settings: { modes: ['threads'], minSeconds: 1, maxSeconds: 6, seed: 198 },
  prediction: {
    question:
      'Main joins the jobs in the order of their numbers: it waits for each to end. What does it do when it joins a job that has already ended?',
    choices: ['It continues at once', 'It waits as long as that job took', 'It fails: that job is gone'],
  },
  text: {
    lookFor:
      'The dotted bars in main’s row are its waits, each with the job that main waits for. Some are long; some are too short to see.',
    happened:
      'Main starts all the jobs and then joins them in order. To join a job is to wait until it has ended, and nothing more: a join does not start the job, stop it or speed it up. While main waits for one job, others end, so joining those takes no time. Only a job that takes longer makes main wait again. All of main’s waits together take as long as the longest job.',
    javascript:
      'In Python, join blocks main’s thread. Here it is an await: main pauses at that line, but its event loop stays free for timers and messages. Node’s worker_threads has no join; a program waits for the worker’s exit event instead.',
    inRealWork:
      'If you fetch results in order, one slow result at the front holds up all the others, even those that are ready. If the order does not matter, take whichever comes first.',
  },
} satisfies Lesson;
