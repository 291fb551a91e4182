/**
 * The wait-for graph of a pass, from its events. Detects deadlocks, and passes in which nothing is left that could end
 * a wait. Events of several processes can arrive slightly out of order, so a state must last before it is reported.
 */
import type { LaneFact } from '../protocol/facts.ts';
import type { WaitKind } from '../protocol/wait-kinds.ts';
import { wanted } from '../protocol/wanted.ts';
import { MODE_TRAITS, type Mode } from '../spec/modes.ts';
import { capital, jobOrMain } from '../words/english.ts';
import { circleSentence, enumerated, partyNames, waitWords } from '../words/stuck-words.ts';

/** A job on a lane, or main (`job` null), and what it waits for. */
type Waiter = { lane: number; job: number | null; for: WaitKind; on: string };
/** A wait in progress: when it began, and at which line of the program. */
type Wait = Waiter & {
  since: number;
  line: number | undefined;
  /** The last notification of its condition before the wait began, and the last since then. */
  missed: Notification | undefined;
  notified: Notification | undefined;
};

/** A notification of a condition: its id, the job that made it (null for main), and whether it ends all waits. */
type Notification = { id: string; job: number | null; all: boolean };

/** Why a pass cannot continue. In `circle`, each waits for the next, and the last for the first; null without one. */
export type Stuck = { text: string; circle: Waiter[] | null };

/** How long a circle must last, or a pass must be without a fact, before it is reported, in ms. */
const QUIET_MS = 750;

/**
 * How long a party has to report that its wait has ended, after it was given what it waits for, in ms. On a machine
 * that is short of cores, a thread or a process may not run for a second or two.
 */
const GIVEN_MS = 5000;

/** Most notifications that are remembered to have ended a wait: more than there are conditions (open-waits.ts). */
const MAX_WOKEN = 20_000;

/** Kinds of waits that only another party can end. */
const NEEDS_RELEASE: ReadonlySet<WaitKind> = new Set(['lock', 'semaphore', 'condition', 'queue']);

/**
 * A job on a lane, or main, that has not ended. `movedAt`: when one of its waits ended, or it released something, the
 * last time; 0 if never.
 */
type Party = { lane: number; job: number | null; waits: Wait[]; movedAt: number };

/** The waits of a pass that are in progress. */
export class Waits {
  #mode: Mode;
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
  #lastFactAt = 0;
  /** When each lane was sent an answer that ends a wait, if it has reported nothing since. */
  #answeredAt = new Map<number, number>();
  /** Until when each lane has timers of the program, as far as it has said. */
  #timersUntil = new Map<number, number>();
  #restartedAt = 0;

  /**
   * `isScript`: a script's main may end whatever is stuck, as after a join with a timeout, and it does not wait for its
   * daemons. So a circle counts there only if nothing else can continue.
   */
  constructor(mode: Mode, isScript = false) {
    this.#mode = mode;
    this.#isScript = isScript;
  }

  /** Applies a fact that arrived at `atMs`, on the clock that `stuck` is called with. */
  apply(fact: LaneFact, atMs: number): void {
    this.#lastFactAt = atMs;
    if ('lane' in fact) this.#answeredAt.delete(fact.lane);
    switch (fact.type) {
      case 'lane-started':
        if (fact.kind === 'main') this.#party(0, null);
        else this.#starting.add(fact.lane);
        return;
      case 'lane-ended':
        this.#starting.delete(fact.lane);
        this.#timersUntil.delete(fact.lane);
        for (const [key, { lane }] of this.#parties) if (lane === fact.lane) this.#parties.delete(key);
        return;
      case 'job-started':
        this.#starting.delete(fact.lane);
        this.#party(fact.lane, fact.job);
        return;
      case 'job-ended':
        this.#parties.delete(`${fact.lane} ${fact.job}`);
        return;
      case 'wait-started': {
        const { lane, job, on, line } = fact;
        if (fact.permits !== undefined) this.#permits.set(wanted(fact), fact.permits);
        // A job that waits for a worker has not started yet. For a timer of its own, what it waits for is unknown.
        if (fact.for !== 'worker' && !fact.timer)
          this.#party(lane, job).waits.push({
            ...{ lane, job, for: fact.for, on, since: atMs, line },
            missed: fact.for === 'condition' ? this.#notified.get(on) : undefined,
            notified: undefined,
          });
        return;
      }
      case 'wait-ended': {
        const { lane, job, on } = fact;
        if (fact.for === 'lock' && !fact.gaveUp) this.#holders.set(wanted(fact), [{ lane, job }]);
        if (fact.for === 'semaphore' && !fact.gaveUp) this.#holdersOf(fact).push({ lane, job });
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
        const holders = this.#holdersOf({ for: kind, on: fact.on });
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

  /** Notes that a lane was sent an answer that ends one of its waits: until it says so, it is about to continue. */
  answered(lane: number, atMs: number): void {
    this.#answeredAt.set(lane, atMs);
  }

  /** Notes that the program has timers on a lane until `untilMs`: by one of them it may release, or send, anything. */
  timers(lane: number, untilMs: number): void {
    this.#timersUntil.set(lane, untilMs);
  }

  /** Notes that nothing was read until `atMs`, because the server stood still: no state has lasted before. */
  restart(atMs: number): void {
    this.#restartedAt = atMs;
  }

  /** Returns why the pass cannot continue at `nowMs`, or null if it may. */
  stuck(nowMs: number): Stuck | null {
    if (nowMs - this.#restartedAt < QUIET_MS) return null;
    const circle = this.#circle(nowMs - QUIET_MS);
    if (circle) {
      const waiters = circle.map(({ lane, job, for: kind, on }) => ({ lane, job, for: kind, on }));
      return { text: circleSentence(circle), circle: waiters };
    }
    const isQuiet = nowMs - this.#lastFactAt >= QUIET_MS && this.#starting.size === 0;
    const parties = [...this.#parties.values()].filter((party) => !this.#isInStart(party));
    const waits = parties.flatMap((party) => party.waits);
    const needsRelease = waits.some((wait) => NEEDS_RELEASE.has(wait.for));
    const isRecent = nowMs - Math.max(this.#lastFactAt, this.#restartedAt) < GIVEN_MS;
    // A party with several waits continues when the first of them ends, as with a timeout.
    const mayContinue =
      parties.some(({ lane, waits }) => waits.length === 0 || this.#isAnswered(lane, nowMs)) ||
      [...this.#timersUntil.values()].some((untilMs) => untilMs > nowMs - QUIET_MS) ||
      waits.some((wait) => wait.for === 'sleep' || (isRecent && this.#isGiven(wait)));
    if (!isQuiet || !needsRelease || mayContinue) return null;
    const sentences = parties.flatMap(({ waits: [wait] }) => (wait ? [this.#sentence(wait)] : []));
    return { text: `Nothing can continue: ${enumerated(sentences)}.`, circle: null };
  }

  /** Returns a sentence on what has not ended and what each of them waits for; null if everything has ended. */
  unended(): string | null {
    const parties = [...this.#parties.values()].filter((party) => !this.#isInStart(party));
    if (parties.length === 0) return null;
    // Lanes take their jobs in no certain order.
    const inOrder = parties.toSorted((one, other) => (one.job ?? -1) - (other.job ?? -1));
    const sentences = inOrder.map((party) =>
      party.waits[0] ? this.#sentence(party.waits[0]) : `${jobOrMain(party)} has not ended`,
    );
    return `${capital(enumerated(sentences))}.`;
  }

  /** Returns what main is waiting for. */
  ofMain(): { on: string; line: number | undefined }[] {
    const { waits } = this.#party(0, null);
    return waits.map((wait) => ({ on: wanted(wait), line: wait.line }));
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

  #isAnswered(lane: number, nowMs: number): boolean {
    return nowMs - (this.#answeredAt.get(lane) ?? Number.NEGATIVE_INFINITY) < GIVEN_MS;
  }

  /**
   * Reports whether what a wait is for is there, as far as the facts say, and so on its way to one that waits for it.
   */
  #isGiven(wait: Wait): boolean {
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
    return this.#holdersOf(wait).length < count;
  }

  /** Reports whether a party is main in `start`, in a mode without overlap: no event reports that wait for the job. */
  #isInStart({ job, waits }: Party): boolean {
    return !MODE_TRAITS[this.#mode].overlaps && job === null && waits.length === 0 && this.#parties.size > 1;
  }

  #party(lane: number, job: number | null): Party {
    const key = `${lane} ${job}`;
    const party = this.#parties.get(key) ?? { lane, job, waits: [], movedAt: 0 };
    this.#parties.set(key, party);
    return party;
  }

  /** Returns the parties of which each can end `wait`; none if any party could, or if they have ended. */
  #awaited(wait: Wait): Party[] {
    if (wait.for === 'lock' || wait.for === 'semaphore') {
      if (this.#isFree(wait)) return [];
      return this.#holdersOf(wait).flatMap(({ lane, job }) => this.#parties.get(`${lane} ${job}`) ?? []);
    }
    if (wait.for !== 'join') return [];
    const joined = [...this.#parties.values()].find(({ job }) => job !== null && wait.on === `job ${job}`);
    return joined ? [joined] : [];
  }

  /** Returns who holds the lock, or permits of the semaphore: a list that may be changed. */
  #holdersOf(wait: { for: WaitKind; on: string }): { lane: number; job: number | null }[] {
    const key = wanted(wait);
    const holders = this.#holders.get(key) ?? [];
    if (holders.length === 0) this.#holders.set(key, holders);
    return holders;
  }

  /**
   * Returns a circle of waits that all began by `latest`. A party that also waits for something that may still happen,
   * such as the end of a sleep, is not in a circle; nor is one that has gone on since, as one that waits many times at
   * once does.
   */
  #circle(latest: number): Wait[] | null {
    const isBlocked = ({ waits, movedAt }: Party) =>
      movedAt <= latest && waits.length > 0 && waits.every(({ since }) => since <= latest);
    const blocked = new Set([...this.#parties.values()].filter(isBlocked));
    const mayContinue = ({ waits }: Party) =>
      waits.some((wait) => {
        const awaited = this.#awaited(wait);
        return awaited.length === 0 || awaited.some((party) => !blocked.has(party));
      });
    for (let before = -1; before !== blocked.size; ) {
      before = blocked.size;
      for (const party of blocked) if (mayContinue(party)) blocked.delete(party);
    }
    const isAll = blocked.size === this.#parties.size && this.#starting.size === 0;
    if (this.#isScript && !isAll) return null;
    // The parties left wait only for each other, so following their waits leads into a circle.
    const path: Wait[] = [];
    const visited: Party[] = [];
    for (let [party] = blocked; party; ) {
      const at = visited.indexOf(party);
      if (at >= 0) {
        const isOfOne = at === path.length - 1;
        // What it holds itself, a timer of its own may release. Where several wait for each other, none does that.
        return isOfOne && (this.#timersUntil.get(party.lane) ?? 0) > latest ? null : path.slice(at);
      }
      const [wait]: Party['waits'] = party.waits;
      if (!wait) break;
      visited.push(party);
      path.push(wait);
      // Of those that hold a semaphore’s permits, another one: its own wait explains more than that of the party itself.
      const awaited = this.#awaited(wait);
      party = awaited.find((one) => one !== party) ?? awaited[0];
    }
    return null;
  }

  #sentence(wait: Wait): string {
    const sentence = waitWords(wait);
    if (wait.missed && !this.#woke.has(wait.missed.id))
      return `${sentence} (lost wake-up: ${jobOrMain(wait.missed)} notified it before)`;
    if (wait.for !== 'lock' && wait.for !== 'semaphore') return sentence;
    const holders = this.#holdersOf(wait);
    if (holders.length === 0) return sentence;
    const here = this.#awaited(wait);
    const named = here.length > 0 ? here : holders;
    return `${sentence}, ${here.length > 0 ? 'held by' : 'never released by'} ${partyNames(named)}`;
  }
}
