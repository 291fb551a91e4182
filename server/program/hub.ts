/**
 * The queue and the locks of a pass. They are in main's process; or, where jobs are processes, in the server, which
 * lanes reach through their pipes. In a downloaded script (exports/harness) they are always in main.
 */
import type { Answer, Ask, Message, QueueState } from '../protocol/asks.ts';

/** The caller: a job on a lane, or main (`job` null). */
export type Party = { lane: number; job: number | null };

type Waiting = { party: Party; answer: (message: Message | null) => void };

/** The queue and the locks: hands out messages and locks in the order of the requests. */
export class Hub {
  #onState: (state: QueueState) => void;
  #messages: Message[] = [];
  #limit: number | null = null;
  #getting: Waiting[] = [];
  #putting: (Waiting & { message: Message })[] = [];
  #locks = new Map<string, { holder: Party; waiting: Waiting[] }>();

  /** `onState` is called with the queue's state whenever it changes. */
  constructor(onState: (state: QueueState) => void) {
    this.#onState = onState;
  }

  get state(): QueueState {
    return { size: this.#messages.length, limit: this.#limit };
  }

  /** Handles a lane's request. `answer` is called when it is the lane's turn, at once or later. */
  ask(lane: number, ask: Ask, answer: (answer: Answer) => void): void {
    const party = { lane, job: ask.job };
    const waiting = { party, answer: (message: Message | null) => answer({ id: ask.id, message }) };
    switch (ask.what) {
      case 'put':
        this.#putting.push({ ...waiting, message: ask.message });
        this.#move();
        return;
      case 'get':
        this.#getting.push(waiting);
        this.#move();
        return;
      case 'limit':
        this.#limit = ask.length;
        this.#onState(this.state);
        waiting.answer(null);
        this.#move();
        return;
      case 'acquire': {
        const lock = this.#locks.get(ask.lock);
        if (lock) lock.waiting.push(waiting);
        else {
          this.#locks.set(ask.lock, { holder: party, waiting: [] });
          waiting.answer(null);
        }
        return;
      }
      case 'release':
        this.#release(ask.lock, party);
        return;
    }
  }

  /**
   * Drops the waiting requests of a lane that has ended. Locks that it holds stay held: no other lane may release them.
   */
  leave(lane: number): void {
    const stays = ({ party }: Waiting) => party.lane !== lane;
    this.#getting = this.#getting.filter(stays);
    this.#putting = this.#putting.filter(stays);
    for (const lock of this.#locks.values()) lock.waiting = lock.waiting.filter(stays);
  }

  /** Moves messages from puts to gets while there is room. */
  #move(): void {
    const before = this.#messages.length;
    const answers: (() => void)[] = [];
    for (;;) {
      const isFull = this.#limit !== null && this.#messages.length >= this.#limit;
      const putting = isFull ? undefined : this.#putting.shift();
      if (putting) {
        this.#messages.push(putting.message);
        answers.push(() => putting.answer(null));
      }
      const getting = this.#messages.length > 0 ? this.#getting.shift() : undefined;
      if (getting) {
        const message = this.#messages.shift() ?? null;
        answers.push(() => getting.answer(message));
      }
      if (!putting && !getting) break;
    }
    // Before the answers, so that a lane that is answered sees a size that counts its own request.
    if (this.#messages.length !== before) this.#onState(this.state);
    for (const answer of answers) answer();
  }

  #release(name: string, party: Party): void {
    const lock = this.#locks.get(name);
    // Releasing a lock that the lane does not hold throws in that lane; here it changes nothing.
    if (lock?.holder.lane !== party.lane || lock.holder.job !== party.job) return;
    const next = lock.waiting.shift();
    if (!next) {
      this.#locks.delete(name);
      return;
    }
    lock.holder = next.party;
    next.answer(null);
  }
}
