/** Semaphores as programs see them. */
import { type Answer, MAX_PERMITS, type Question } from '../protocol/asks.ts';
import { emit } from './emit.ts';
import { type Lines, MAX_FRAMES } from './line.ts';
import { shown } from './shown.ts';
import type { BeforeAccess } from './steps.ts';
import { otherPermits } from './turns.ts';
import type { Semaphore } from './types.ts';
import { waiting } from './waiting.ts';

/** The semaphores of a lane. */
export class SemaphoreApis {
  #lane: number;
  #ask: (question: Question) => Promise<Answer>;
  #nextId: () => string;
  #lines: Lines;
  #before: BeforeAccess;
  /** How many permits each has according to this lane's first call, and the hub's answer to that. */
  #fixed = new Map<string, { permits: number; agreed: Promise<unknown> }>();
  /** How many permits each job holds. */
  #held = new Map<string, number>();

  /** `ask` sends a request to the hub; `nextId` returns an id for an event; `before` is called before each access. */
  constructor(
    lane: number,
    ask: (question: Question) => Promise<Answer>,
    nextId: () => string,
    lines: Lines,
    before: BeforeAccess,
  ) {
    this.#lane = lane;
    this.#ask = ask;
    this.#nextId = nextId;
    this.#lines = lines;
    this.#before = before;
  }

  /** Returns the semaphore for `job` of the lane. Throws if `permits` is no possible number or differs from before. */
  of(name: string, permits: number, job: number | null): Semaphore {
    if (!(Number.isInteger(permits) && permits >= 1 && permits <= MAX_PERMITS)) {
      const called = `semaphore("${name}", ${shown(permits)})`;
      throw new RangeError(
        `${called}: needs a whole number of permits, from 1 to ${MAX_PERMITS.toLocaleString('en')}.`,
      );
    }
    const { agreed } = this.#fix(name, permits, job);
    const party = { lane: this.#lane, job };
    const key = `${job} ${name}`;

    const acquire = async (): Promise<void> => {
      const line = this.#lines.ofCall(acquire, MAX_FRAMES);
      // A refused number of permits is not a wait.
      await agreed;
      this.#before({ what: 'take-permit', on: `semaphore ${name}`, job }, line);
      const wait = { ...party, for: 'semaphore', on: name, permits } as const;
      const ask = () => this.#ask({ what: 'take-permit', job, semaphore: name });
      await waiting(wait, line, ask, ({ by }) => by);
      this.#held.set(key, (this.#held.get(key) ?? 0) + 1);
    };
    const release = (): void => {
      const held = this.#held.get(key) ?? 0;
      if (held === 0) {
        const called = `semaphore("${name}").release()`;
        throw new Error(
          `${called}: no permit is held here. Await its acquire() first, once for each release().`,
        );
      }
      const line = this.#lines.ofFrequentCall(release, MAX_FRAMES);
      this.#before({ what: 'give-permit', on: `semaphore ${name}`, job }, line);
      this.#held.set(key, held - 1);
      const id = this.#nextId();
      emit({ type: 'permit-released', ...party, on: name, id, line });
      void this.#ask({ what: 'give-permit', job, semaphore: name, by: id });
    };
    return { acquire, release };
  }

  #fix(name: string, permits: number, job: number | null): { permits: number; agreed: Promise<unknown> } {
    const known = this.#fixed.get(name);
    if (known && known.permits !== permits) throw new RangeError(otherPermits(name, permits, known.permits));
    if (known) return known;
    const fixed = { permits, agreed: this.#ask({ what: 'semaphore', job, semaphore: name, permits }) };
    this.#fixed.set(name, fixed);
    void this.#dropIfRefused(name, fixed.agreed);
    return fixed;
  }

  /** A refusal rejects each acquire. Until then it is handled here: the program may never call one. */
  async #dropIfRefused(name: string, agreed: Promise<unknown>): Promise<void> {
    try {
      await agreed;
    } catch {
      this.#fixed.delete(name);
    }
  }
}
