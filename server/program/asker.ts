/** A lane's side of the hub: makes requests, waits for its turn, and reports both as events. */
import {
  type Answer,
  type Ask,
  isUnanswered,
  type Message,
  type Question,
  type QueueState,
} from '../protocol/asks.ts';
import { isName } from '../protocol/names.ts';
import { Buffer } from './builtins.ts';
import { conditionApi } from './condition.ts';
import { emit } from './emit.ts';
import { toJson } from './json.ts';
import { type Lines, MAX_FRAMES } from './line.ts';
import { SemaphoreApis } from './semaphore.ts';
import { shown } from './shown.ts';
import type { BeforeAccess } from './steps.ts';
import type { Condition, Lock, Queue, Semaphore } from './types.ts';
import { waiting } from './waiting.ts';

export class Asker {
  #lane: number;
  #send: (ask: Ask) => void;
  #lines: Lines;
  #before: BeforeAccess;
  /** Whether accesses are steps of an order, of which each has its line. */
  #isOrdered: boolean;
  #pending = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  #asked = 0;
  #sent = 0;
  #held = new Set<string>();
  #lockNames = new WeakMap<Lock, string>();
  #semaphores: SemaphoreApis;
  #state: QueueState = { size: 0, limit: null };

  /**
   * `send` takes a request to the hub. Its answer must be passed to `receiveAnswer`, and the queue's state to
   * `receiveState`. `lines` are those of the program. `before` is called before each access.
   */
  constructor(lane: number, send: (ask: Ask) => void, lines: Lines, before?: BeforeAccess) {
    this.#lane = lane;
    this.#send = send;
    this.#lines = lines;
    this.#isOrdered = before !== undefined;
    this.#before = before ?? (() => {});
    this.#semaphores = new SemaphoreApis(lane, this.ask, () => this.#nextId(), lines, this.#before);
  }

  /** Whether a request has no answer yet. */
  get isWaiting(): boolean {
    return this.#pending.size > 0;
  }

  receiveAnswer(answer: Answer): void {
    const { id, error } = answer;
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (error === undefined) pending?.resolve(answer);
    else pending?.reject(new RangeError(error));
  }

  receiveState(state: QueueState): void {
    this.#state = state;
  }

  /** Returns the queue for `job` of this lane (null for main). */
  queue(job: number | null): Queue {
    const party = { lane: this.#lane, job };
    const before = (what: 'put' | 'get' | 'limit' | 'size', line?: number) =>
      this.#before({ what, on: 'queue', job }, line);
    const ofStep = (called: (...args: never[]) => unknown) =>
      this.#isOrdered ? this.#lines.ofFrequentCall(called, MAX_FRAMES) : undefined;
    const size = (): number => {
      before('size', ofStep(size));
      return this.#state.size;
    };
    const limit = (length: number): void => {
      if (!(Number.isInteger(length) && length >= 1 && length <= 1e6)) {
        throw new RangeError(`queue.limit(${shown(length)}): needs a whole number from 1 to 1,000,000.`);
      }
      before('limit', ofStep(limit));
      this.#state = { ...this.#state, limit: length };
      void this.ask({ what: 'limit', job, length });
    };
    const put = async (value: unknown): Promise<void> => {
      const json = toJson(value);
      const message = { id: this.#nextId(), json };
      const isBounded = this.#state.limit !== null;
      const wait = { ...party, for: 'queue', on: 'room in the queue' } as const;
      const ask = () => this.ask({ what: 'put', job, message });
      const line = isBounded
        ? this.#lines.ofCall(put, MAX_FRAMES)
        : this.#lines.ofFrequentCall(put, MAX_FRAMES);
      before('put', line);
      const sent = () => emit({ type: 'message-sent', ...party, ...messageFact(message), line });
      if (isBounded) {
        await waiting(wait, line, ask);
        sent();
      } else {
        sent();
        await ask();
      }
    };
    const get = async (): Promise<unknown> => {
      const wait = { ...party, for: 'queue', on: 'a message' } as const;
      const ask = () => this.ask({ what: 'get', job });
      const line = this.#lines.ofCall(get, MAX_FRAMES);
      before('get', line);
      const { message } = await waiting(wait, line, ask);
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
      limit,
    };
  }

  /** Returns the lock called `name` for `job` of this lane (null for main). */
  lock(name: string, job: number | null): Lock {
    checkName('lock', name);
    const party = { lane: this.#lane, job };
    const key = `${job} ${name}`;
    const acquire = async (): Promise<void> => {
      const wait = { ...party, for: 'lock', on: name } as const;
      const ask = () => this.ask({ what: 'acquire', job, lock: name });
      const line = this.#lines.ofCall(acquire, MAX_FRAMES);
      this.#before({ what: 'acquire', on: `lock ${name}`, job }, line);
      await waiting(wait, line, ask);
      this.#held.add(key);
    };
    const release = (): void => {
      if (!this.#held.delete(key))
        throw new Error(`lock("${name}").release(): the lock is not held here. Await its acquire() first.`);
      const line = this.#lines.ofFrequentCall(release, MAX_FRAMES);
      this.#before({ what: 'release', on: `lock ${name}`, job }, line);
      emit({ type: 'lock-released', ...party, on: name, line });
      void this.ask({ what: 'release', job, lock: name });
    };
    const lock: Lock = { acquire, release };
    this.#lockNames.set(lock, name);
    return lock;
  }

  /** Returns the semaphore called `name` for `job` of this lane (null for main). */
  semaphore(name: string, permits: number, job: number | null): Semaphore {
    checkName('semaphore', name);
    return this.#semaphores.of(name, permits, job);
  }

  /** Returns the condition called `name` for `job` of this lane (null for main). */
  condition(name: string, job: number | null): Condition {
    checkName('condition', name);
    return conditionApi(name, { lane: this.#lane, job }, this.#lines, {
      ask: this.ask,
      answerTo: (id) => this.#answerTo(id),
      nextAnswer: () => ++this.#asked,
      nextId: () => this.#nextId(),
      nameOf: (lock) => this.#lockNames.get(lock),
      held: this.#held,
      before: this.#before,
    });
  }

  /** Sends a request. Resolves with its answer; at once if it has none. Rejects if it is refused. */
  ask = async (question: Question): Promise<Answer> => {
    const id = ++this.#asked;
    const answer = isUnanswered(question) ? { id, message: null } : this.#answerTo(id);
    this.#send({ id, ...question });
    return answer;
  };

  #answerTo(id: number): Promise<Answer> {
    return new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }));
  }

  /** Returns an id for an event, different from those of all other lanes. */
  #nextId(): string {
    return `${this.#lane}.${++this.#sent}`;
  }
}

function checkName(called: string, name: unknown): void {
  if (!isName(name))
    throw new TypeError(`${called}(${shown(name)}): needs a name of 1 to 100 characters, on one line.`);
}

/** A message in the form of its events. */
function messageFact({ id, json }: Message) {
  return { id, channel: 'queue', bytes: Buffer.byteLength(json), value: JSON.parse(json) } as const;
}
