/**
 * Checks what jobs and main report of their use of the api: waits, messages, locks, shared memory, and computing. That
 * the job is one of the lane is for the ledger to check.
 */
import type { LaneFact } from '../../protocol/facts.ts';
import { EventIds } from './event-ids.ts';
import { OpenWaits } from './open-waits.ts';

/**
 * Most facts about computing in a pass: they only add lines to the drawing, and other facts need the room in the log.
 */
const MAX_COMPUTES = 1000;

/** Most waits for timers of the program in a pass, for the same reason: each is two facts. */
const MAX_TIMER_WAITS = 1000;

/** The uses of the api in a pass, as its processes report them. */
export class ApiUses {
  readonly #isScheduled: boolean;
  #waits = new OpenWaits();
  #ids = new EventIds();
  #computes = 0;
  #timerWaits = 0;

  /** `isScheduled`: a scheduler of ours gives the order, and says which steps the lanes take. */
  constructor(isScheduled: boolean) {
    this.#isScheduled = isScheduled;
  }

  /** What there is too much of for the server to follow, in a sentence; null if nothing is. */
  get excess(): string | null {
    return this.#waits.excess;
  }

  /** Notes a use. Returns false if it is not possible. `lanes`: the numbers of all lanes so far. */
  accepts(fact: LaneFact, lanes: ReadonlySet<number>): boolean {
    switch (fact.type) {
      case 'wait-started':
        if (fact.timer && this.#timerWaits++ >= MAX_TIMER_WAITS) return false;
        return this.#waits.start(fact);
      case 'wait-ended':
        return this.#waits.end(fact);
      case 'message-sent':
        return this.#ids.send(fact.lane, fact.id);
      case 'message-received':
        return this.#ids.receive(fact.id, lanes);
      case 'shared-written':
        return fact.key === 'list' ? fact.length !== null : fact.length === null && isCount(fact.value);
      case 'shared-read':
        return isCount(fact.value);
      case 'lock-released':
        return this.#waits.knows('lock', fact.on);
      case 'permit-released':
        return this.#waits.knows('semaphore', fact.on) && this.#ids.send(fact.lane, fact.id);
      case 'condition-notified':
        return this.#waits.knows('condition', fact.on) && this.#ids.send(fact.lane, fact.id);
      case 'compute-started':
        return this.#computes++ < MAX_COMPUTES;
      case 'step-taken':
        return this.#isScheduled;
      default:
        return false;
    }
  }

  /** Drops the waits of a lane that has ended. */
  leave(lane: number): void {
    this.#waits.leave(lane);
  }

  /** Returns the fact without an id of an event that there has not been. */
  withBy(fact: LaneFact): LaneFact {
    if (fact.type !== 'wait-ended' || fact.by === undefined || this.#ids.has(fact.by)) return fact;
    return { ...fact, by: undefined };
  }
}

/** Reports whether a value can be that of the counter: a 32-bit whole number. */
function isCount(value: unknown): boolean {
  return typeof value === 'number' && (value | 0) === value;
}
