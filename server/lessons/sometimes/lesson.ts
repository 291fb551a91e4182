import type { Lesson } from '../lesson.ts';

export default {
  group: 'trouble',
  order: 1,
  title: 'It only fails sometimes',
  shortTitle: 'Fails sometimes',
  settings: { modes: ['threads'], jobs: 3, minSeconds: 0.01, maxSeconds: 0.01, repeat: 50 },
  // Half of the way to the next full half second, and half of how late a job may be. Those that cannot run at the same
  // time begin at later ones.
  passSeconds({ seconds, waiting }) {
    const work = Math.max(...seconds);
    const turns = Math.ceil(seconds.length / waiting);
    return 0.25 + 0.06 + work + (turns - 1) * 0.5 * Math.ceil((0.06 + work) / 0.5);
  },
  prediction: {
    question:
      'Several threads each add 1 to a counter, at almost the same time. A test checks that no update was lost. How many of many runs fail?',
    choices: ['None', 'Some', 'All'],
  },
  text: {
    lookFor:
      'The same program runs many times, with the same settings and the same seed. See how many runs failed. Then open one that failed and one that passed, and compare when the jobs read and wrote.',
    happened:
      'A job takes only a moment from reading to writing. If no other job reads in that time, the counter is right; if one does, an update is lost, and the test fails. Chance decides between the two: when a thread is ready, when its timer fires, when a request arrives. So the program has the same mistake in every run, but shows it only in some. A program that ran right once, or ten times, proves nothing; only a reason why two jobs can never overlap would.',
    javascript:
      'The event loop has such races too: there, other jobs run at every await. In processes, each job has its own counter, so this test fails every time; one by one, it never does. Python threads lose updates in the same way. What is rare on your machine may be common on another: with more cores, a slower disk or more users.',
    inRealWork:
      'A test that fails once in twenty runs is called flaky, and is often just run again until it passes. But it may have found a race. Run it many times, under load, and with pauses where you suspect the race. Tools such as ThreadSanitizer and go test -race find races even in runs that pass.',
  },
} satisfies Lesson;
