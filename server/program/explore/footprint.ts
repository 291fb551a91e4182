/**
 * The footprints of steps: what each reads and changes. Two steps commute unless one changes what the other reads or
 * changes. A step counts with all that it makes happen at once: the lanes that it sends something to go on in it.
 */
import type { Effect } from './effects.ts';
import type { Option, SoFar } from './execution.ts';

/** What a step touches: objects (`counter`, `lock a`), and lanes (`#2`). `isWide`: it affects all other steps. */
export type Footprint = {
  readonly lane: number;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly isWide: boolean;
};

/** Accesses that change nothing. */
const READS: readonly string[] = ['read', 'values', 'size'];

/** Returns the name of a lane in footprints. */
export function laneName(lane: number): string {
  return `#${lane}`;
}

/** Reports whether the order of two steps matters. */
export function areDependent(a: Footprint, b: Footprint): boolean {
  if (a.isWide || b.isWide) return true;
  return (
    a.writes.some((one) => b.writes.includes(one) || b.reads.includes(one)) ||
    a.reads.some((one) => b.writes.includes(one))
  );
}

/** Returns a key for a step that a lane can take: its access, the delivery of its next message, or the end of a sleep. */
export function keyOf({ lane, access, sleep }: Option): string {
  if (access) return `${lane}`;
  return `${lane}:${sleep ?? 'told'}`;
}

/** The footprints of an execution's steps. */
export class Footprints {
  readonly all: Footprint[] = [];
  #effects = 0;
  /** Requests that wait for an answer, by lane and id, with what they wait for. */
  #waiting = new Map<string, { lane: number; for: string[] }>();
  /** The locks that waits for a condition take again. */
  #locksOf = new Map<string, Set<string>>();
  #permits = new Map<string, number>();

  /** Adds footprints until there are `count`: the execution must have come that far. */
  extend({ taken, effects }: SoFar, count: number): void {
    // What main did before the first choice comes before everything.
    if (this.#effects === 0) this.#hear(effects, 0, [], []);
    for (let at = this.all.length; at < count; at++) {
      const one = taken[at];
      const option = one?.options[one.chosen];
      if (!option) return;
      const { lane, access } = option;
      const reads: string[] = [];
      const writes = [laneName(lane)];
      let isWide = false;
      if (access) {
        const { what, on, with: lock } = access;
        (READS.includes(what) ? reads : writes).push(on);
        if (lock !== undefined) {
          writes.push(lock);
          this.#locksOf.set(on, (this.#locksOf.get(on) ?? new Set()).add(lock));
        }
        // Those notified ask for their locks at once.
        if (what === 'notify') writes.push(...(this.#locksOf.get(on) ?? []));
        // Each lane looks at the limit before it puts.
        isWide = what === 'limit';
      }
      if (this.#hear(effects, at + 1, reads, writes)) isWide = true;
      this.all.push({ lane, reads, writes, isWide });
    }
  }

  /** Takes what step `at` did. Returns whether the program ended. */
  #hear(effects: readonly Effect[], at: number, reads: string[], writes: string[]): boolean {
    let hasEnded = false;
    for (let effect = effects[this.#effects]; effect?.at === at; effect = effects[++this.#effects]) {
      switch (effect.did) {
        case 'ask': {
          const { lane, ask } = effect;
          if (ask.what === 'semaphore') {
            // The first to fix a number of permits decides it, and the same number is always agreed.
            const name = `permits of ${ask.semaphore}`;
            const known = this.#permits.get(name) ?? ask.permits;
            this.#permits.set(name, known);
            (known === ask.permits ? reads : writes).push(name);
          }
          const waitsFor = objectsOf(effect);
          if (waitsFor.length > 0) this.#waiting.set(`${lane} ${ask.id}`, { lane, for: waitsFor });
          break;
        }
        case 'send':
          writes.push(laneName(effect.to));
          if (effect.answer !== null) this.#waiting.delete(`${effect.to} ${effect.answer}`);
          break;
        case 'leave':
          for (const [id, wait] of this.#waiting)
            if (wait.lane === effect.lane) {
              writes.push(...wait.for);
              this.#waiting.delete(id);
            }
          break;
        case 'line':
          writes.push('lines');
          break;
        case 'sleep':
          writes.push('sleeps');
          break;
        case 'end':
          hasEnded = true;
      }
    }
    return hasEnded;
  }
}

/** Returns what a request waits for. */
function objectsOf({ ask }: Effect & { did: 'ask' }): string[] {
  switch (ask.what) {
    case 'put':
    case 'get':
      return ['queue'];
    case 'acquire':
      return [`lock ${ask.lock}`];
    case 'take-permit':
      return [`semaphore ${ask.semaphore}`];
    case 'wait':
      return [`condition ${ask.condition}`, `lock ${ask.lock}`];
    default:
      return [];
  }
}
