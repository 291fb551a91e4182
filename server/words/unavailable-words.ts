/** Words for what does not work on a server now: on its pages, in its answers, and as the end of a run. */
import { RUNTIME_NAMES, type Runtime } from '../spec/runtimes.ts';
import { capital } from './english.ts';

/**
 * Why nothing can be saved: the disk is `full`; a `quota` is used up; the disk is `read-only`; the data folder is
 * `missing`, or is not the one that the server opened; another program keeps the database `busy`; or the disk or the
 * database is `failing` in another way. Of a database on another machine: it is `unreachable`, or has `refused` this
 * server; or its disk is full, it is read-only, has too much to do, or fails.
 */
export type StorageTrouble =
  | ('full' | 'quota' | 'read-only' | 'missing' | 'busy' | 'failing')
  | (
      | 'unreachable'
      | 'refused'
      | 'database-full'
      | 'database-read-only'
      | 'database-busy'
      | 'database-failing'
    );

const WHY: Record<StorageTrouble, string> = {
  full: 'the disk of this server is full',
  quota: 'this server has used up its disk quota',
  'read-only': 'the disk of this server is read-only',
  missing: 'the data folder of this server is missing',
  busy: 'another program, such as a backup, is using the database of this server',
  failing: 'the disk or the database of this server does not work',
  unreachable: 'this server cannot reach its database',
  refused: 'the database does not accept this server',
  'database-full': 'the disk of the database is full',
  'database-read-only': 'the database is read-only',
  'database-busy': 'the database is too busy',
  'database-failing': 'the database of this server does not work',
};

/** Says why no run can start, though nothing is wrong with what was asked for. */
export const noRunWords = {
  storage: (trouble: StorageTrouble) => `No run can start now: ${WHY[trouble]}.`,
  guard: 'No run can start now: this server cannot watch over its programs.',
  /** `isOwn`: a program that somebody wrote. `others` are the runtimes that it could run on. */
  runtime(runtime: Runtime, isOwn: boolean, others: readonly Runtime[]): string {
    if (others.length === 0)
      return isOwn
        ? 'Changed programs cannot run now. The lessons run as they are.'
        : 'The lessons cannot run now: none of the runtimes of this server starts.';
    const name = RUNTIME_NAMES[runtime];
    const what = isOwn
      ? `${name} cannot run changed programs now`
      : `${name} does not start on this server now`;
    return `${what}. Choose ${others.map((other) => RUNTIME_NAMES[other]).join(' or ')}.`;
  },
  byHand:
    'You cannot be the scheduler of a changed program on this server. You can run it, or try every order.',
  compiler: 'Changed programs cannot be compiled now. The lessons run as they are.',
  noRunner: 'No run can start now: no server that executes runs is up.',
  all: 'No run can start now: none of the runtimes of this server starts.',
};

/** Says that a runtime is not among those that can be chosen. */
export function notOfferedWords(missing: readonly Runtime[]): string {
  const names = missing.map((runtime) => RUNTIME_NAMES[runtime]).join(' and ');
  return `${names} cannot be chosen: ${missing.length === 1 ? 'it does' : 'they do'} not start on this server now.`;
}

/** Says why something else that was asked for was not done. */
export function notSavedWords(trouble: StorageTrouble): string {
  return `This could not be saved: ${WHY[trouble]}.`;
}

/** Says why what was asked for cannot be shown. */
export function notReadWords(trouble: StorageTrouble): string {
  return `This could not be read: ${WHY[trouble]}.`;
}

/** Says on the page of a run why no events come. */
export function lateEventsWords(trouble: StorageTrouble): string {
  return `${capital(WHY[trouble])}, so events cannot be saved. They will appear here once they are.`;
}

/** Says why a run was stopped. */
export function tooMuchUnsavedWords(trouble: StorageTrouble): string {
  return `Too many events could not be saved: ${WHY[trouble]}.`;
}

export function unsavedRunWords(trouble: StorageTrouble, seconds: number): string {
  return `Its events could not be saved for ${seconds} s: ${WHY[trouble]}.`;
}
