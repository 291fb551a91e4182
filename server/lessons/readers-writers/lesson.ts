import { inTurns } from '../../figures/expect.ts';
import type { Lesson } from '../lesson.ts';

export default {
  group: 'sharing',
  order: 9,
  title: 'Readers and writers',
  settings: {
    modes: ['event-loop', 'threads', 'processes'],
    jobs: 12,
    minSeconds: 0.6,
    maxSeconds: 0.7,
  },
  // The even jobs one at a time; then of the odd ones the readers together, but not while one writes.
  passSeconds({ seconds, working }) {
    const odd = seconds.filter((_, at) => at % 2 === 1);
    const groups = odd.reduce<number[][]>(
      (all, one, at) => {
        if (at % 4 === 2) all.push([one], []);
        else all.at(-1)?.push(one);
        return all;
      },
      [[]],
    );
    const even = seconds.filter((_, at) => at % 2 === 0);
    return (
      inTurns(even, 1) +
      groups.reduce((sum, group) => sum + (group.length > 0 ? inTurns(group, Math.min(4, working)) : 0), 0)
    );
  },
  prediction: {
    question:
      'Jobs use the same text: most of them read it, and a few change it. First a lock lets in one at a time. Then readers may be inside together, and only a writer must be alone. How long do as many jobs take now?',
    choices: ['Just as long', 'Less, but longer than one job', 'Only as long as one job'],
  },
  text: {
    lookFor:
      'In the first half of each timeline, count the jobs that are inside at once. In the second half, find a job that no other overlaps: it is a writer.',
    happened:
      'A lock does not ask what a job is going to do, so readers wait for readers. But they only look: they cannot disturb each other. A writer can disturb all of them, because a reader in between would see half of the change. Here, the text has four permits. A reader takes one of them. The writer takes all four, so it has to wait until the last reader has left, and no other job comes in before it is done. While it collects its permits, it keeps the door shut. Without the door, new readers could slip in again and again, and the writer might wait for ever: that is starvation.',
    javascript:
      'Neither language has a lock for readers and writers: Java, Go, C++ and Rust do. In Python, you build it from a semaphore or a condition, as here. On the event loop, code between two awaits is never interrupted, so short changes need no lock. In the browser, navigator.locks has the mode “shared” for readers, and “exclusive” for writers.',
    inRealWork:
      'Databases do this with rows and tables, and operating systems with files. It pays off if reading takes long and is much more common than writing. If each access is short, keeping count of the readers costs more than a plain lock. Many systems go a step further: readers keep the old version while a writer prepares a new one, so that none of them waits.',
  },
} satisfies Lesson;
