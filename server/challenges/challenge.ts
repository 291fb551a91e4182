/** A challenge: a small program to break, and then to fix. */

/** What a challenge's folder says of it, beside its program. */
export type ChallengeTexts = {
  title: string;
  /** The number of jobs that it is about, each in a thread of its own. */
  jobs: number;
  /** What the program is to do, in one or two sentences of plain text. */
  story: string;
  /** What must hold in every order, as the rest of a sentence: see `mustHold`. */
  goal: string;
  /** The fewest preemptions of an order in which it fails: of how many steps a lane is made to wait that could go on. */
  fewest: number;
  /** The lesson that shows what is needed; null if there is none. */
  lesson: string | null;
};

/** A challenge with its name, and the text of its program. */
export type Challenge = ChallengeTexts & {
  slug: string;
  program: string;
  /** The end of the program, from the comment before its check on: it is no part of what may be changed. */
  check: string;
};

/** Returns what must hold in every order, as a sentence. */
export function mustHold({ goal }: Pick<ChallengeTexts, 'goal'>): string {
  return `In every order, ${goal}.`;
}

/** The two parts of a challenge. */
export type Part = 'break' | 'fix';
