/**
 * The queue, the locks, the semaphores and the conditions of a pass. They are in main's process; or, where jobs are
 * processes, in the server, which lanes reach through their pipes. In a downloaded script (exports/harness) they are
 * always in main.
 */
import { type Answer, type Ask, isUnanswered, type Message, type QueueState } from '../protocol/asks.ts';
import type { WaitKind } from '../protocol/wait-kinds.ts';
import { Locks, type Party, Semaphores } from './turns.ts';

type QueueWait = { party: Party; answer: (message: Message | null) => void };

/** What a hub keeps: messages, requests that wait, locks that are held, and semaphores; and the bytes of the messages. */
export type HubLoad = { entries: number; messageBytes: number };

/** Hands out messages, locks, permits and notifications, each in the order of the requests. */
export class Hub {
  #onState: (state: QueueState) => void;
  #messages: Message[] = [];
  #limit: number | null = null;
  #getting: QueueWait[] = [];
  #putting: (QueueWait & { message: Message })[] = [];
  #locks = new Locks();
  #semaphores = new Semaphores();
  /** How many requests of each lane wait for their answer. */
  #pending = new Map<number, number>();
  #messageBytes = 0;

  /** `onState` is called with the queue's state whenever it changes. */
  constructor(onState: (state: QueueState) => void) {
    this.#onState = onState;
  }

  get state(): QueueState {
    return { size: this.#messages.length, limit: this.#limit };
  }

  /** What it keeps now. Names and messages are short (protocol/parse.ts), so that entries bound their memory. */
  get load(): HubLoad {
    let entries = this.#messages.length + this.#locks.size + this.#semaphores.size;
    for (const pending of this.#pending.values()) entries += pending;
    return { entries, messageBytes: this.#messageBytes };
  }

  /** The messages in the queue, in order, as JSON. */
  get messages(): string[] {
    return this.#messages.map(({ json }) => json);
  }

  /** Returns who holds the lock, or permits of the semaphore, that a wait is for. */
  holdersOf({ for: kind, on }: { for: WaitKind; on: string }): Party[] {
    if (kind === 'semaphore') return this.#semaphores.holdersOf(on);
    const holder = kind === 'lock' ? this.#locks.holderOf(on) : null;
    return holder ? [holder] : [];
  }

  /** Handles a lane's request. `send` is called with the answer when it is the lane's turn, at once or later. */
  ask(lane: number, ask: Ask, send: (answer: Answer) => void): void {
    const { id } = ask;
    if (!isUnanswered(ask)) this.#pending.set(lane, (this.#pending.get(lane) ?? 0) + 1);
    const answer = (answer: Answer) => {
      if (answer.id === id) this.#pending.set(lane, (this.#pending.get(lane) ?? 1) - 1);
      send(answer);
    };
    const party = { lane, job: ask.job };
    const withMessage = (message: Message | null) => answer({ id, message });
    const onTurn = (by?: string) => answer({ id, message: null, by });
    switch (ask.what) {
      case 'put':
        this.#messageBytes += ask.message.json.length;
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
    for (const { party, message } of this.#putting)
      if (party.lane === lane) this.#messageBytes -= message.json.length;
    this.#pending.delete(lane);
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
        this.#messageBytes -= message?.json.length ?? 0;
        answers.push(() => getting.answer(message));
      }
      if (!putting && !getting) break;
    }
    // Before the answers, so that a lane that is answered sees a size that counts its own request.
    if (this.#messages.length !== before) this.#onState(this.state);
    for (const answer of answers) answer();
  }
}
