/** What the members of a room said in its rounds. */
import type { Phase } from '../figures/room-news.ts';
import type { StoredAnswer, StoredExplanation } from '../store/rooms.ts';

/** Most characters of an explanation: one line on the wall. */
export const MAX_EXPLANATION = 200;

/** Returns the vote that is open in a phase; null if none is. */
export function voteIn(phase: Phase): 1 | 2 | null {
  return phase === 'vote' ? 1 : phase === 'vote-again' ? 2 : null;
}

/** Returns the votes that are closed in a phase. */
export function closedVotes(phase: Phase): (1 | 2)[] {
  switch (phase) {
    case 'vote':
      return [];
    case 'talk':
    case 'vote-again':
      return [1];
    default:
      return [1, 2];
  }
}

/** What is stored; the room saves it first. */
export class Answers {
  #answers: StoredAnswer[];
  #explanations: StoredExplanation[];

  constructor(answers: StoredAnswer[], explanations: StoredExplanation[]) {
    this.#answers = answers;
    this.#explanations = explanations;
  }

  /** Sets a member's answer, in the place of an earlier one. */
  answer(answer: StoredAnswer): void {
    this.#answers = this.#answers.filter((one) => !isSame(one, answer));
    this.#answers.push(answer);
  }

  /** Sets a member's explanation, in the place of an earlier one. An empty text is none. */
  explain(explanation: StoredExplanation): void {
    const isOther = ({ round, member }: StoredExplanation) =>
      round !== explanation.round || member !== explanation.member;
    this.#explanations = this.#explanations.filter(isOther);
    this.#explanations.push(explanation);
  }

  /** Returns what a member chose; null if they have not. */
  choiceOf(round: number, vote: 1 | 2, member: number): number | null {
    return this.#answers.find((one) => isSame(one, { round, vote, member }))?.choice ?? null;
  }

  /** Returns how many chose each of `choices` choices in a vote. */
  counts(round: number, vote: 1 | 2, choices: number): number[] {
    const counts = Array.from({ length: choices }, () => 0);
    for (const answer of this.#answers)
      if (answer.round === round && answer.vote === vote)
        counts[answer.choice] = (counts[answer.choice] ?? 0) + 1;
    return counts.slice(0, choices);
  }

  /** Returns the explanations of a round, in the order in which they came. */
  explanations(round: number): StoredExplanation[] {
    return this.#explanations.filter((one) => one.round === round && one.text !== '');
  }

  /** Forgets what was said by those who are not in the room any more. */
  keepOnly(isMember: (number: number) => boolean): void {
    this.#answers = this.#answers.filter(({ member }) => isMember(member));
    this.#explanations = this.#explanations.filter(({ member }) => isMember(member));
  }
}

function isSame(a: StoredAnswer, b: Omit<StoredAnswer, 'choice'>): boolean {
  return a.round === b.round && a.vote === b.vote && a.member === b.member;
}
