import { inTurns } from '../../figures/expect.ts';
import type { Lesson } from '../lesson.ts';

export default {
  group: 'trouble',
  order: 2,
  title: 'Which lock?',
  settings: { modes: ['event-loop', 'threads'], jobs: 8, minSeconds: 0.5, maxSeconds: 0.7 },
  scriptMode: 'threads',
  // First the even jobs, behind two locks; then the odd ones, behind one.
  passSeconds({ seconds, working }) {
    const round = (first: number) => seconds.filter((_, n) => n % 2 === first);
    return inTurns(round(0), Math.min(2, working)) + inTurns(round(1), 1);
  },
  prediction: {
    question:
      'Jobs each hold a lock while they add 1 to a counter. Half of them hold lock A, the other half lock B. What is the counter at the end?',
    choices: ['As many as there are jobs', 'Half as many', '1'],
  },
  text: {
    lookFor:
      'The even jobs use two locks, the odd jobs one. See which jobs wait for a lock (the cross-hatched parts), and which work at the same time.',
    happened:
      'Every job held a lock, and updates were still lost. A lock keeps out only the jobs that ask for the same lock: while one job held A, another held B, and both read the same number. So both wrote the same number, and one update was lost. The odd jobs all used A, so they took turns and lost none. That took longer: the two locks saved time, and the price was a wrong result.',
    javascript:
      'In no language does a lock know which data it guards: all code that uses the data must agree on that. Java’s synchronized and Python’s with lock look safe, but protect nothing if each caller makes its own lock, such as self.lock in every object for data that belongs to the class. In processes here, each job has its own counter, so nothing is lost, and main’s counter stays 0.',
    inRealWork:
      'Next to the data, write down which lock guards it. Keep both private in one class or module, so that no code can use one without the other. Rust goes further: there, the data is inside the Mutex.',
  },
} satisfies Lesson;
