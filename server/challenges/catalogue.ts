/** The challenges, in the order of the list, with the texts of their programs. */
import { fileURLToPath } from 'node:url';
import { readProgram } from '../lessons/read-program.ts';
import type { Challenge, ChallengeTexts } from './challenge.ts';
import deadlock from './deadlock/challenge.ts';
import diningPhilosophers from './dining-philosophers/challenge.ts';
import lostUpdate from './lost-update/challenge.ts';
import producerConsumer from './producer-consumer/challenge.ts';
import readersAndWriters from './readers-and-writers/challenge.ts';
import semaphore from './semaphore/challenge.ts';
import waitNotify from './wait-notify/challenge.ts';
import whichLock from './which-lock/challenge.ts';

/** By name, in the order of the list: from one step that goes wrong to several jobs that do. */
const TEXTS: Record<string, ChallengeTexts> = {
  'lost-update': lostUpdate,
  'which-lock': whichLock,
  deadlock,
  semaphore,
  'wait-notify': waitNotify,
  'producer-consumer': producerConsumer,
  'dining-philosophers': diningPhilosophers,
  'readers-and-writers': readersAndWriters,
};

/** The line that the end of a program begins with which must stay as it is. */
const BEFORE_CHECK = '// Leave the check as it is.';

/** Reads the challenges. Throws `LessonError` if a program cannot be read. */
export function readChallenges(): Challenge[] {
  return Object.entries(TEXTS).map(([slug, texts]) => {
    const program = readProgram(fileURLToPath(new URL(`./${slug}/program.ts`, import.meta.url)));
    return { ...texts, slug, program, check: program.slice(program.indexOf(BEFORE_CHECK)) };
  });
}
