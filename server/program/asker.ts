/** A lane's side of the hub: makes requests, waits for its turn, and reports both as events. */
import { Buffer } from 'node:buffer';
import type { Answer, Ask, Message, Question, QueueState } from '../protocol/asks.ts';
import { emit } from './emit.ts';
import { toJson } from './json.ts';
import { type Lines, MAX_FRAMES } from './line.ts';
import { shown } from './shown.ts';
import type { Lock, Queue } from './types.ts';
import { waiting } from './waiting.ts';

/**
 * Characters that a lock's name may not contain: control characters, line breaks, and lone surrogates, which UTF-8
 * cannot encode.
 */
const UNWRITABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

export class Asker {
  #lane: number;
  #send: (ask: Ask) => void;
  #lines: Lines;
  #pending = new Map<number, (message: Message | null) => void>();
  #asked = 0;
  #sent = 0;
  #held = new Set<string>();
  #state: QueueState = { size: 0, limit: null };

  /**
   * `send` takes a request to the hub. Its answer must be passed to `receiveAnswer`, and the queue's state to
   * `receiveState`. `lines` are those of the program.
   */
  constructor(lane: number, send: (ask: Ask) => void, lines: Lines) {
    this.#lane = lane;
    this.#send = send;
    this.#lines = lines;
  }

  receiveAnswer({ id, message }: Answer): void {
    this.#pending.get(id)?.(message);
    this.#pending.delete(id);
  }

  receiveState(state: QueueState): void {
    this.#state = state;
  }

  /** Returns the queue for `job` of this lane (null for main). */
  queue(job: number | null): Queue {
    const party = { lane: this.#lane, job };
    const size = () => this.#state.size;
    const put = async (value: unknown): Promise<void> => {
      const json = toJson(value);
      const message = { id: `${this.#lane}.${++this.#sent}`, json };
      const isBounded = this.#state.limit !== null;
      const wait = { ...party, for: 'queue', on: 'room in the queue' } as const;
      const ask = () => this.#ask({ what: 'put', job, message });
      const line = isBounded
        ? this.#lines.ofCall(put, MAX_FRAMES)
        : this.#lines.ofFrequentCall(put, MAX_FRAMES);
      const sent = () => emit({ type: 'message-sent', ...party, ...messageFact(message), line });
      if (isBounded) await waiting(wait, line, ask).then(sent);
      else {
        sent();
        await ask();
      }
    };
    const get = async (): Promise<unknown> => {
      const wait = { ...party, for: 'queue', on: 'a message' } as const;
      const ask = () => this.#ask({ what: 'get', job });
      const line = this.#lines.ofCall(get, MAX_FRAMES);
      const message = await waiting(wait, line, ask);
      if (!message) throw new Error('The queue gave nothing.');
      emit({ type: 'message-received', ...party, ...messageFact(message), line });
      return JSON.parse(message.json);
    };
    return {
      put,
      get,
      get size() {
        return size();
      },
      limit: (length) => {
        if (!(Number.isInteger(length) && length >= 1 && length <= 1e6)) {
          throw new RangeError(`queue.limit(${shown(length)}): needs a whole number from 1 to 1,000,000.`);
        }
        this.#state = { ...this.#state, limit: length };
        void this.#ask({ what: 'limit', job, length });
      },
    };
  }

  /** Returns the lock called `name` for `job` of this lane (null for main). */
  lock(name: string, job: number | null): Lock {
    if (typeof name !== 'string' || name === '' || name.length > 100 || UNWRITABLE.test(name))
      throw new TypeError(`lock(${shown(name)}): needs a name of 1 to 100 letters, in one line.`);
    const party = { lane: this.#lane, job };
    const key = `${job} ${name}`;
    const acquire = async (): Promise<void> => {
      const wait = { ...party, for: 'lock', on: name } as const;
      const ask = () => this.#ask({ what: 'acquire', job, lock: name });
      await waiting(wait, this.#lines.ofCall(acquire, MAX_FRAMES), ask);
      this.#held.add(key);
    };
    const release = (): void => {
      if (!this.#held.delete(key))
        throw new Error(`lock("${name}").release(): the lock is not held here. Await its acquire() first.`);
      const line = this.#lines.ofFrequentCall(release, MAX_FRAMES);
      emit({ type: 'lock-released', ...party, on: name, line });
      void this.#ask({ what: 'release', job, lock: name });
    };
    return { acquire, release };
  }

  #ask(question: Question): Promise<Message | null> {
    const id = ++this.#asked;
    return new Promise((resolve) => {
      // A release has no answer.
      if (question.what !== 'release') this.#pending.set(id, resolve);
      this.#send({ id, ...question });
      if (question.what === 'release') resolve(null);
    });
  }
}

/** A message in the form of its events. */
function messageFact({ id, json }: Message) {
  return { id, channel: 'queue', bytes: Buffer.byteLength(json), value: JSON.parse(json) } as const;
}
