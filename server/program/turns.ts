/**
 * Turns: who holds the locks and the permits of semaphores, who waits for them, and who waits for a condition, each in
 * the order of the requests. The hub (hub.ts) has them.
 */

/** The caller: a job on a lane, or main (`job` null). */
export type Party = { lane: number; job: number | null };

/**
 * A request that waits for its turn. `answer` is called when it is its turn; `by` is the id of the release or the
 * notify that ended the wait, left out if there was no wait or its id is not known.
 */
export type Waiting = { party: Party; answer: (by?: string) => void };

/** A wait for a condition. `notified` is called when it is notified, `answer` when the lock is held again. */
type ConditionWait = Waiting & { lock: string; notified: (by: string) => void };

/** The locks, and the conditions that are waited for with them. */
export class Locks {
  #locks = new Map<string, { holder: Party; waiting: Waiting[] }>();
  #conditions = new Map<string, ConditionWait[]>();

  /** How many locks are held. */
  get size(): number {
    return this.#locks.size;
  }

  /** Returns who holds a lock; null if nobody does. */
  holderOf(name: string): Party | null {
    return this.#locks.get(name)?.holder ?? null;
  }

  acquire(name: string, waiting: Waiting): void {
    const lock = this.#locks.get(name);
    if (lock) lock.waiting.push(waiting);
    else {
      this.#locks.set(name, { holder: waiting.party, waiting: [] });
      waiting.answer();
    }
  }

  /** Passes the lock to the next in line. Does nothing if `party` does not hold it: that throws in its own lane. */
  release(name: string, party: Party): void {
    const lock = this.#locks.get(name);
    if (!lock || !isSame(lock.holder, party)) return;
    const next = lock.waiting.shift();
    if (!next) {
      this.#locks.delete(name);
      return;
    }
    lock.holder = next.party;
    next.answer();
  }

  /**
   * Releases the lock and waits for the condition, in one step: no notify can come between. Does nothing if the party
   * does not hold the lock: that throws in its own lane.
   */
  wait(condition: string, wait: ConditionWait): void {
    const holder = this.#locks.get(wait.lock)?.holder;
    if (!holder || !isSame(holder, wait.party)) return;
    const waits = this.#conditions.get(condition) ?? [];
    waits.push(wait);
    this.#conditions.set(condition, waits);
    this.release(wait.lock, wait.party);
  }

  /**
   * Ends the first wait for the condition, or all of them; without one, the notify is lost. Those notified then wait
   * for their lock, in the same order.
   */
  notify(condition: string, all: boolean, by: string): void {
    const waits = this.#conditions.get(condition) ?? [];
    const notified = waits.splice(0, all ? waits.length : 1);
    if (waits.length === 0) this.#conditions.delete(condition);
    for (const wait of notified) {
      wait.notified(by);
      this.acquire(wait.lock, wait);
    }
  }

  /** Drops the waits of a lane that has ended. What it holds stays held: no other lane may release it. */
  leave(lane: number): void {
    const stays = ({ party }: Waiting) => party.lane !== lane;
    for (const lock of this.#locks.values()) lock.waiting = lock.waiting.filter(stays);
    for (const [name, waits] of this.#conditions) {
      const left = waits.filter(stays);
      if (left.length > 0) this.#conditions.set(name, left);
      else this.#conditions.delete(name);
    }
  }
}

/** Most semaphores of a pass. */
const MAX_SEMAPHORES = 1000;

/** The semaphores: how many permits each has, and which party holds how many of them. */
export class Semaphores {
  #semaphores = new Map<
    string,
    { permits: number; free: number; held: Map<string, number>; waiting: Waiting[] }
  >();
  #held = 0;

  /** How many semaphores there are, and how many permits are held. */
  get size(): number {
    return this.#semaphores.size + this.#held;
  }

  /** Fixes the number of permits if the name is new. Returns what is wrong if it has another number; else null. */
  fix(name: string, permits: number): string | null {
    const known = this.#semaphores.get(name);
    if (known) return known.permits === permits ? null : otherPermits(name, permits, known.permits);
    if (this.#semaphores.size >= MAX_SEMAPHORES) return `There are ${MAX_SEMAPHORES} semaphores already.`;
    this.#semaphores.set(name, { permits, free: permits, held: new Map(), waiting: [] });
    return null;
  }

  /** Returns who holds permits of a semaphore. */
  holdersOf(name: string): Party[] {
    const keys = [...(this.#semaphores.get(name)?.held.keys() ?? [])];
    return keys.map((key) => {
      const [lane, job] = key.split(' ');
      return { lane: Number(lane), job: job === 'null' ? null : Number(job) };
    });
  }

  /** Does nothing if the semaphore is not known. */
  acquire(name: string, waiting: Waiting): void {
    const semaphore = this.#semaphores.get(name);
    if (!semaphore) return;
    if (semaphore.free === 0) semaphore.waiting.push(waiting);
    else {
      semaphore.free--;
      this.#held++;
      hold(semaphore.held, waiting.party, 1);
      waiting.answer();
    }
  }

  /** Passes a permit to the next in line. Does nothing if `party` holds none: that throws in its own lane. */
  release(name: string, party: Party, by: string): void {
    const semaphore = this.#semaphores.get(name);
    if (!semaphore || !hold(semaphore.held, party, -1)) return;
    const next = semaphore.waiting.shift();
    if (!next) {
      semaphore.free++;
      this.#held--;
      return;
    }
    hold(semaphore.held, next.party, 1);
    next.answer(by);
  }

  /** Drops the waits of a lane that has ended. The permits that it holds stay held. */
  leave(lane: number): void {
    for (const semaphore of this.#semaphores.values())
      semaphore.waiting = semaphore.waiting.filter(({ party }) => party.lane !== lane);
  }
}

/** What is wrong with a semaphore that is given another number of permits than it has. */
export function otherPermits(name: string, permits: number, fixed: number): string {
  return `semaphore(${JSON.stringify(name)}, ${permits}): an earlier call fixed it at ${fixed} permit${fixed === 1 ? '' : 's'}.`;
}

/** Changes how many permits a party holds; returns false, and changes nothing, if it would be fewer than none. */
function hold(held: Map<string, number>, { lane, job }: Party, change: 1 | -1): boolean {
  const key = `${lane} ${job}`;
  const count = (held.get(key) ?? 0) + change;
  if (count > 0) held.set(key, count);
  else held.delete(key);
  return count >= 0;
}

function isSame(a: Party, b: Party): boolean {
  return a.lane === b.lane && a.job === b.job;
}
