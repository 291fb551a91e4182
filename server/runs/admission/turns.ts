/**
 * Whose turn it is: people take turns, one pass each per round, and within a round the run that entered first goes first
 * (start-time fair queueing, Goyal et al. 1996). Within a round networks take turns in the same way, because anybody
 * gets as many cookies as they like: a round's first passes of many people at one address are spread among those from
 * elsewhere. Ended passes count too while any run waits; otherwise a person with many waiting runs would be first again
 * as soon as one of their passes ended.
 */
import type { Applicant } from './places.ts';

type Party = { applicant: Applicant };

/** An entry with its round, and its turn among the networks of the round. */
type Ranked<Entry> = { entry: Entry; round: number; turn: number };

/** Keeps the rounds and turns of people and networks. */
export class Turns {
  /** The current round: that of the pass that was admitted last. */
  #round = 0;
  /** The round of each person's next pass; the current round for people without an entry. */
  #rounds = new Map<string, number>();
  /** The turn of the networks within the current round, and the turn in it of each network's next pass. */
  #turn = 0;
  #turns = new Map<string, number>();

  /** Returns those who wait, oldest run first, in the order in which they go: with round and turn, at least the current. */
  order<Entry extends Party>(waiting: readonly Entry[]): Ranked<Entry>[] {
    const rounds = new Map<string, number>();
    const turns = new Map<string, number>();
    const ranked = waiting.map((entry) => {
      const { person } = entry.applicant;
      const round = rounds.get(person) ?? Math.max(this.#round, this.#rounds.get(person) ?? 0);
      rounds.set(person, round + 1);
      return { entry, round };
    });
    return ranked
      .sort((a, b) => a.round - b.round)
      .map(({ entry, round }) => {
        const network = networkKey(entry);
        const inRound = `${round} ${network}`;
        const first = round === this.#round ? Math.max(this.#turn, this.#turns.get(network) ?? 0) : 0;
        const turn = turns.get(inRound) ?? first;
        turns.set(inRound, turn + 1);
        return { entry, round, turn };
      })
      .sort((a, b) => a.round - b.round || a.turn - b.turn);
  }

  /**
   * Notes that an entry has had its turn. `isAhead`: it went before others in line, whose round and turn it still is; it
   * only counts for the person.
   */
  took({ entry, round, turn }: Ranked<Party>, isAhead = false): void {
    if (isAhead) {
      this.#rounds.set(entry.applicant.person, round + 1);
      return;
    }
    // Turns begin again with each round.
    if (round !== this.#round) this.#turns.clear();
    this.#round = round;
    this.#rounds.set(entry.applicant.person, round + 1);
    this.#turn = turn;
    this.#turns.set(networkKey(entry), turn + 1);
  }

  /** No run waits, so no turns are owed: forgets people and networks without a pass under way. */
  forgetIdle(active: readonly Party[]): void {
    const people = new Set(active.map(({ applicant }) => applicant.person));
    for (const person of this.#rounds.keys()) if (!people.has(person)) this.#rounds.delete(person);
    const networks = new Set(active.map(networkKey));
    for (const network of this.#turns.keys()) if (!networks.has(network)) this.#turns.delete(network);
  }
}

/** Returns the network that takes turns with the others. All unknown networks count as one. */
function networkKey({ applicant }: Party): string {
  return applicant.network ?? '';
}
