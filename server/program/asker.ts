/** A lane's side of the hub: asks, waits for its turn, and tells the log of it. */
import { Buffer } from 'node:buffer';
import type { Answer, Ask, Message, Question, QueueState } from '../protocol/asks.ts';
import { emit } from './emit.ts';
import { toJson } from './json.ts';
import type { Lines } from './line.ts';
import { shown } from './shown.ts';
import type { Lock, Queue } from './types.ts';
import { waiting } from './waiting.ts';

/** Most frames between the program and what it calls: it may hand it to `Array.map`. */
export const FRAMES = 2;

/** What a lock's name may not hold: line breaks and other control characters, and halves of letters, which no pipe takes. */
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

  /** `send` takes a question to the hub; the answer comes by `answered`, the queue's state by `heard`. `lines` are the program's. */
  constructor(lane: number, send: (ask: Ask) => void, lines: Lines) {
    this.#lane = lane;
    this.#send = send;
    this.#lines = lines;
  }

  answered({ id, message }: Answer): void {
    this.#pending.get(id)?.(message);
    this.#pending.delete(id);
  }

  heard(state: QueueState): void {
    this.#state = state;
  }

  /** The queue, for `job` of this lane (null for main). */
  queue(job: number | null): Queue {
    const who = { lane: this.#lane, job };
    const size = () => this.#state.size;
    const put = async (value: unknown): Promise<void> => {
      const json = toJson(value);
      const message = { id: `${this.#lane}.${++this.#sent}`, json };
      const isBounded = this.#state.limit !== null;
      const wait = { ...who, for: 'queue', on: 'room in the queue' } as const;
      const ask = () => this.#ask({ what: 'put', job, message });
      const sent = () => emit({ type: 'message-sent', ...who, ...told(message) });
      if (isBounded) await waiting(wait, this.#lines.ofCall(put, FRAMES), ask).then(sent);
      else {
        sent();
        await ask();
      }
    };
    const get = async (): Promise<unknown> => {
      const wait = { ...who, for: 'queue', on: 'a message' } as const;
      const ask = () => this.#ask({ what: 'get', job });
      const message = await waiting(wait, this.#lines.ofCall(get, FRAMES), ask);
      if (!message) throw new Error('The queue gave nothing.');
      emit({ type: 'message-received', ...who, ...told(message) });
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

  /** The lock of that name, for `job` of this lane (null for main). */
  lock(name: string, job: number | null): Lock {
    if (typeof name !== 'string' || name === '' || name.length > 100 || UNWRITABLE.test(name))
      throw new TypeError(`lock(${shown(name)}): needs a name of 1 to 100 letters, in one line.`);
    const who = { lane: this.#lane, job };
    const key = `${job} ${name}`;
    const acquire = async (): Promise<void> => {
      const wait = { ...who, for: 'lock', on: name } as const;
      const ask = () => this.#ask({ what: 'acquire', job, lock: name });
      await waiting(wait, this.#lines.ofCall(acquire, FRAMES), ask);
      this.#held.add(key);
    };
    return {
      acquire,
      release: () => {
        if (!this.#held.delete(key))
          throw new Error(`lock("${name}").release(): the lock is not held here. Await its acquire() first.`);
        emit({ type: 'lock-released', ...who, on: name });
        void this.#ask({ what: 'release', job, lock: name });
      },
    };
  }

  #ask(question: Question): Promise<Message | null> {
    const id = ++this.#asked;
    return new Promise((resolve) => {
      // Nothing is answered to a release.
      if (question.what !== 'release') this.#pending.set(id, resolve);
      this.#send({ id, ...question });
      if (question.what === 'release') resolve(null);
    });
  }
}

/** A message as its events tell it. */
function told({ id, json }: Message) {
  return { id, channel: 'queue', bytes: Buffer.byteLength(json), value: JSON.parse(json) } as const;
}
