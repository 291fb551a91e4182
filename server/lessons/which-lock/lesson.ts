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
      'Four jobs each hold a lock while they add 1 to a counter. Two of them hold lock A, the other two lock B. What is the counter in the end?',
    choices: ['4', '2', '1'],
  },
  text: {
    lookFor:
      'The even jobs use two locks, the odd jobs one. Look at which jobs wait for a lock, the cross-hatched parts, and which work at the same time.',
    happened:
      'Every job held a lock, and updates were lost all the same. A lock keeps out only those who ask for the same lock: while one job held A, another held B, and both read the same number. So both wrote the same number, and one update was lost. The odd jobs all used A; they took turns, and lost none. It also took them longer: what the two locks saved in time was paid for with a wrong result.',
    javascript:
      'A lock does not know which data it guards, in any language; that is an agreement between all who use the data. Java’s synchronized and Python’s with lock look safe, and lock nothing if each caller makes a lock of its own: self.lock in every object, while the data is in the class. In processes here, each has a counter of its own, so nothing is lost, and main’s counter stays 0.',
    inRealWork:
      'Write down beside the data which lock guards it, and keep both private in one class or module, so that nobody can use the one without the other. Rust goes further: there the data is inside the Mutex.',
  },
} satisfies Lesson;
