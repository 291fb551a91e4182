/** What the jobs of a pass wait for, and what they hold, from its events. */
import type { LaneFact } from '../../protocol/facts.ts';
import type { WaitKind } from '../../protocol/wait-kinds.ts';
import { wanted } from '../../protocol/wanted.ts';

/** A job on a lane, or main (`job` null), and what it waits for. */
export type Waiter = { lane: number; job: number | null; for: WaitKind; on: string };
/** A wait in progress: when it began, and at which line of the program. */
export type Wait = Waiter & {
  since: number;
  line: number | undefined;
  /** The last notification of its condition before the wait began, and the last since then. */
  missed: Notification | undefined;
  notified: Notification | undefined;
};

/** A notification of a condition: its id, the job that made it (null for main), and whether it ends all waits. */
type Notification = { id: string; job: number | null; all: boolean };

/**
 * A job on a lane, or main, that has not ended. `movedAt`: when one of its waits ended, or it released something, the
 * last time; 0 if never.
 */
export type Party = { lane: number; job: number | null; waits: Wait[]; movedAt: number };

/** Most notifications that are remembered to have ended a wait: more than there are conditions (open-waits.ts). */
const MAX_WOKEN = 20_000;

export class WaitGraph {
  #isScript: boolean;
  #parties = new Map<string, Party>();
  /** Lanes that have started and have no job yet. */
  #starting = new Set<number>();
  /** Who holds each lock, and each permit of a semaphore, by `lock A`, `semaphore S`. */
  #holders = new Map<string, { lane: number; job: number | null }[]>();
  /** How many permits each semaphore has. */
  #permits = new Map<string, number>();
  /** How many messages the queue has, and the most that it is known to hold. */
  #messages = 0;
  #room = 1;
  /** The last notification of each condition, and the ids of all that ended a wait. */
  #notified = new Map<string, Notification>();
  #woke = new Set<string>();

  /** `isScript`: see `Waits`. */
  constructor(isScript: boolean) {
    this.#isScript = isScript;
  }

  /** Those that have not ended. */
  get parties(): Party[] {
    return [...this.#parties.values()];
  }

  /** Whether a lane has started and has no job yet. */
  get isStarting(): boolean {
    return this.#starting.size > 0;
  }

  /** Applies a fact that arrived at `atMs`. */
  apply(fact: LaneFact, atMs: number): void {
    switch (fact.type) {
      case 'lane-started':
        if (fact.kind === 'main') this.party(0, null);
        else this.#starting.add(fact.lane);
        return;
      case 'lane-ended':
        this.#starting.delete(fact.lane);
        for (const [key, { lane }] of this.#parties) if (lane === fact.lane) this.#parties.delete(key);
        return;
      case 'job-started':
        this.#starting.delete(fact.lane);
        this.party(fact.lane, fact.job);
        return;
      case 'job-ended':
        this.#parties.delete(`${fact.lane} ${fact.job}`);
        return;
      case 'wait-started': {
        const { lane, job, on, line } = fact;
        if (fact.permits !== undefined) this.#permits.set(wanted(fact), fact.permits);
        // A job that waits for a worker has not started yet. For a timer of its own, what it waits for is unknown.
        if (fact.for !== 'worker' && !fact.timer)
          this.party(lane, job).waits.push({
            ...{ lane, job, for: fact.for, on, since: atMs, line },
            missed: fact.for === 'condition' ? this.#notified.get(on) : undefined,
            notified: undefined,
          });
        return;
      }
      case 'wait-ended': {
        const { lane, job, on } = fact;
        if (fact.for === 'lock' && !fact.gaveUp) this.#holders.set(wanted(fact), [{ lane, job }]);
        if (fact.for === 'semaphore' && !fact.gaveUp) this.holdersOf(fact).push({ lane, job });
        if (fact.by !== undefined) this.#noteWoken(fact.by);
        this.#noteMove(fact, atMs);
        const waits = this.#parties.get(`${lane} ${job}`)?.waits ?? [];
        const index = waits.findIndex((wait) => wait.for === fact.for && wait.on === on);
        if (index >= 0) waits.splice(index, 1);
        return;
      }
      case 'lock-released':
      case 'permit-released': {
        this.#noteMove(fact, atMs);
        const kind = fact.type === 'lock-released' ? 'lock' : 'semaphore';
        const holders = this.holdersOf({ for: kind, on: fact.on });
        const index = holders.findIndex(({ lane, job }) => lane === fact.lane && job === fact.job);
        // In a script, another job may give back a permit, or release a lock: it is the one that was taken first.
        if (index >= 0 || kind === 'semaphore' || this.#isScript) holders.splice(Math.max(0, index), 1);
        if (holders.length === 0) this.#holders.delete(wanted({ for: kind, on: fact.on }));
        return;
      }
      case 'message-sent':
        this.#messages++;
        this.#room = Math.max(this.#room, this.#messages);
        return;
      case 'message-received':
        this.#messages--;
        return;
      case 'condition-notified': {
        const { id, job, all } = fact;
        this.#notified.set(fact.on, { id, job, all });
        for (const { waits } of this.#parties.values())
          for (const wait of waits)
            if (wait.for === 'condition' && wait.on === fact.on) wait.notified = { id, job, all };
        return;
      }
      default:
        return;
    }
  }

  /** Notes that a notification ended a wait. The oldest are forgotten: their conditions have been notified since. */
  #noteWoken(id: string): void {
    this.#woke.add(id);
    const [oldest] = this.#woke;
    if (this.#woke.size > MAX_WOKEN && oldest !== undefined) this.#woke.delete(oldest);
  }

  #noteMove({ lane, job }: { lane: number; job: number | null }, atMs: number): void {
    const party = this.#parties.get(`${lane} ${job}`);
    if (party) party.movedAt = atMs;
  }

  /** Reports whether a wait for a condition began after its last notification, which ended no other wait. */
  isLate({ missed }: Wait): boolean {
    return missed !== undefined && !this.#woke.has(missed.id);
  }

  /**
   * Reports whether what a wait is for is there, as far as the facts say, and so on its way to one that waits for it.
   */
  isGiven(wait: Wait): boolean {
    switch (wait.for) {
      case 'lock':
      case 'semaphore':
        return this.#isFree(wait);
      case 'queue':
        return wait.on === 'a message' ? this.#messages > 0 : this.#messages < this.#room;
      case 'condition':
        return wait.notified !== undefined && (wait.notified.all || !this.#woke.has(wait.notified.id));
      default:
        return false;
    }
  }

  /** Reports whether the lock or a permit of the semaphore is free; not if it is unknown how many permits there are. */
  #isFree(wait: Wait): boolean {
    const count = wait.for === 'lock' ? 1 : (this.#permits.get(wanted(wait)) ?? 0);
    return this.holdersOf(wait).length < count;
  }

  party(lane: number, job: number | null): Party {
    const key = `${lane} ${job}`;
    const party = this.#parties.get(key) ?? { lane, job, waits: [], movedAt: 0 };
    this.#parties.set(key, party);
    return party;
  }

  /** Returns the parties of which each can end `wait`; none if any party could, or if they have ended. */
  awaited(wait: Wait): Party[] {
    if (wait.for === 'lock' || wait.for === 'semaphore') {
      if (this.#isFree(wait)) return [];
      return this.holdersOf(wait).flatMap(({ lane, job }) => this.#parties.get(`${lane} ${job}`) ?? []);
    }
    if (wait.for !== 'join') return [];
    const joined = [...this.#parties.values()].find(({ job }) => job !== null && wait.on === `job ${job}`);
    return joined ? [joined] : [];
  }

  /** Returns who holds the lock, or permits of the semaphore: a list that may be changed. */
  holdersOf(wait: { for: WaitKind; on: string }): { lane: number; job: number | null }[] {
    const key = wanted(wait);
    const holders = this.#holders.get(key) ?? [];
    if (holders.length === 0) this.#holders.set(key, holders);
    return holders;
  }
}
