/**
 * The queue, the locks, the semaphores and the conditions of a pass. They are in main's process; or, where jobs are
 * processes, in the server, which lanes reach through their pipes. In a downloaded script (exports/harness) they are
 * always in main.
 */
import type { Answer, Ask, Message, QueueState } from '../protocol/asks.ts';
import { Locks, type Party, Semaphores } from './turns.ts';

type QueueWait = { party: Party; answer: (message: Message | null) => void };

/** Hands out messages, locks, permits and notifications, each in the order of the requests. */
export class Hub {
  #onState: (state: QueueState) => void;
  #messages: Message[] = [];
  #limit: number | null = null;
  #getting: QueueWait[] = [];
  #putting: (QueueWait & { message: Message })[] = [];
  #locks = new Locks();
  #semaphores = new Semaphores();

  /** `onState` is called with the queue's state whenever it changes. */
  constructor(onState: (state: QueueState) => void) {
    this.#onState = onState;
  }

  get state(): QueueState {
    return { size: this.#messages.length, limit: this.#limit };
  }

  /** Handles a lane's request. `answer` is called when it is the lane's turn, at once or later. */
  ask(lane: number, ask: Ask, answer: (answer: Answer) => void): void {
    const { id } = ask;
    const party = { lane, job: ask.job };
    const withMessage = (message: Message | null) => answer({ id, message });
    const onTurn = (by?: string) => answer({ id, message: null, by });
    switch (ask.what) {
      case 'put':
        this.#putting.push({ party, answer: withMessage, message: ask.message });
        this.#move();
        return;
      case 'get':
        this.#getting.push({ party, answer: withMessage });
        this.#move();
        return;
      case 'limit':
        this.#limit = ask.length;
        this.#onState(this.state);
        withMessage(null);
        this.#move();
        return;
      case 'acquire':
        this.#locks.acquire(ask.lock, { party, answer: onTurn });
        return;
      case 'release':
        this.#locks.release(ask.lock, party);
        return;
      case 'semaphore': {
        const error = this.#semaphores.fix(ask.semaphore, ask.permits);
        answer({ id, message: null, ...(error !== null && { error }) });
        return;
      }
      case 'take-permit':
        this.#semaphores.acquire(ask.semaphore, { party, answer: onTurn });
        return;
      case 'give-permit':
        this.#semaphores.release(ask.semaphore, party, ask.by);
        return;
      case 'wait': {
        const notified = (by: string) => answer({ id: ask.notified, message: null, by });
        this.#locks.wait(ask.condition, { party, lock: ask.lock, notified, answer: onTurn });
        return;
      }
      case 'notify':
        this.#locks.notify(ask.condition, ask.all, ask.by);
        return;
    }
  }

  /** Drops the waiting requests of a lane that has ended. What it holds stays held: no other lane may release it. */
  leave(lane: number): void {
    const stays = ({ party }: QueueWait) => party.lane !== lane;
    this.#getting = this.#getting.filter(stays);
    this.#putting = this.#putting.filter(stays);
    this.#locks.leave(lane);
    this.#semaphores.leave(lane);
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
}
