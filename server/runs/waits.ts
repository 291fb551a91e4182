/**
 * The wait-for graph of a pass, from its events. Detects deadlocks, and passes in which nothing is left that could end
 * a wait. Events of several processes can arrive slightly out of order, so a state must last before it is reported.
 */
import type { LaneFact, WaitKind } from '../protocol/facts.ts';
import { wanted } from '../protocol/wanted.ts';
import { MODE_TRAITS, type Mode } from '../spec/modes.ts';
import { capital, jobOrMain } from '../words/english.ts';

/** A job on a lane, or main (`job` null), and what it waits for. */
export type Waiter = { lane: number; job: number | null; for: WaitKind; on: string };
/** A wait in progress: when it began, and at which line of the program. */
type Wait = Waiter & {
  since: number;
  line: number | undefined;
  /** The last notification of its condition, if that came before the wait began. */
  missed: Notification | undefined;
};

/** A notification of a condition: its id, and the job that made it, null for main. */
type Notification = { id: string; job: number | null };

/** Why a pass cannot continue. In `circle`, each waits for the next, and the last for the first; null without one. */
export type Stuck = { text: string; circle: Waiter[] | null };

/** How long a circle must last, or a pass must be without a fact, before it is reported, in ms. */
const QUIET_MS = 750;

/**
 * How long a lane has to report that its wait has ended, after the answer that ended it, in ms. On a machine that is
 * short of cores, a process may not run for a second or two.
 */
const ANSWERED_MS = 5000;

/** Kinds of waits that only another party can end. */
const NEEDS_RELEASE: ReadonlySet<WaitKind> = new Set(['lock', 'semaphore', 'condition', 'queue']);

/** A job on a lane, or main, that has not ended. */
type Party = { lane: number; job: number | null; waits: Wait[] };

/** The waits of a pass that are in progress. */
export class Waits {
  #mode: Mode;
  #parties = new Map<string, Party>();
  /** Lanes that have started and have no job yet. */
  #starting = new Set<number>();
  /** Who holds each lock, and each permit of a semaphore, by `lock A`, `semaphore S`. */
  #holders = new Map<string, { lane: number; job: number | null }[]>();
  /** The last notification of each condition, and the ids of all that ended a wait. */
  #notified = new Map<string, Notification>();
  #woke = new Set<string>();
  #lastFactAt = 0;
  /** When each lane was sent an answer that ends a wait, if it has reported nothing since. */
  #answeredAt = new Map<number, number>();
  #restartedAt = 0;

  constructor(mode: Mode) {
    this.#mode = mode;
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
        // A job that waits for a worker has not started yet.
        if (fact.for !== 'worker')
          this.#party(lane, job).waits.push({
            ...{ lane, job, for: fact.for, on, since: atMs, line },
            missed: fact.for === 'condition' ? this.#notified.get(on) : undefined,
          });
        return;
      }
      case 'wait-ended': {
        const { lane, job, on } = fact;
        if (fact.for === 'lock') this.#holders.set(wanted(fact), [{ lane, job }]);
        if (fact.for === 'semaphore') this.#holdersOf(fact).push({ lane, job });
        if (fact.by !== undefined) this.#woke.add(fact.by);
        const waits = this.#parties.get(`${lane} ${job}`)?.waits ?? [];
        const index = waits.findIndex((wait) => wait.for === fact.for && wait.on === on);
        if (index >= 0) waits.splice(index, 1);
        return;
      }
      case 'lock-released':
      case 'permit-released': {
        const kind = fact.type === 'lock-released' ? 'lock' : 'semaphore';
        const holders = this.#holdersOf({ for: kind, on: fact.on });
        const index = holders.findIndex(({ lane, job }) => lane === fact.lane && job === fact.job);
        if (index >= 0) holders.splice(index, 1);
        return;
      }
      case 'condition-notified':
        this.#notified.set(fact.on, { id: fact.id, job: fact.job });
        return;
      default:
        return;
    }
  }

  /** Notes that a lane was sent an answer that ends one of its waits: until it says so, it is about to continue. */
  answered(lane: number, atMs: number): void {
    this.#answeredAt.set(lane, atMs);
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
      const steps = circle.map((wait, n) => {
        const next = circle[n + 1];
        const isHeld = wait.for === 'lock' || wait.for === 'semaphore';
        const holder = isHeld ? `, held by ${jobOrMain(next ?? circle[0] ?? wait)}` : '';
        // The last step returns to the first party, which the sentence has already named with its line.
        return `waits for ${wanted(wait)}${holder}${next ? atLine(next) : ''}`;
      });
      const waiters = circle.map(({ since: _since, line: _line, missed: _missed, ...waiter }) => waiter);
      return { text: `Deadlock: ${circle.map(asSubject)[0]} ${steps.join(', which ')}.`, circle: waiters };
    }
    const isQuiet = nowMs - this.#lastFactAt >= QUIET_MS && this.#starting.size === 0;
    const parties = [...this.#parties.values()].filter((party) => !this.#isInStart(party));
    const waits = parties.flatMap((party) => party.waits);
    const needsRelease = waits.some((wait) => NEEDS_RELEASE.has(wait.for));
    // A party with several waits continues when the first of them ends, as with a timeout. A lock without a holder is
    // on its way to a party that waits for it: on a busy machine that may take longer than QUIET_MS.
    const mayContinue =
      parties.some(({ lane, waits }) => waits.length === 0 || this.#isAnswered(lane, nowMs)) ||
      waits.some(
        (wait) => wait.for === 'sleep' || (wait.for === 'lock' && this.#holdersOf(wait).length === 0),
      );
    if (!isQuiet || !needsRelease || mayContinue) return null;
    const sentences = parties.flatMap(({ waits: [wait] }) => (wait ? [this.#sentence(wait)] : []));
    return { text: `Nothing can continue: ${enumerated(sentences)}.`, circle: null };
  }

  /** Returns a sentence on what has not ended and what each of them waits for; null if everything has ended. */
  unended(): string | null {
    const parties = [...this.#parties.values()].filter((party) => !this.#isInStart(party));
    if (parties.length === 0) return null;
    const sentences = parties.map((party) =>
      party.waits[0] ? this.#sentence(party.waits[0]) : `${jobOrMain(party)} has not ended`,
    );
    return `${capital(enumerated(sentences))}.`;
  }

  /** Returns what main is waiting for. */
  ofMain(): { on: string; line: number | undefined }[] {
    const { waits } = this.#party(0, null);
    return waits.map((wait) => ({ on: wanted(wait), line: wait.line }));
  }

  #isAnswered(lane: number, nowMs: number): boolean {
    return nowMs - (this.#answeredAt.get(lane) ?? Number.NEGATIVE_INFINITY) < ANSWERED_MS;
  }

  /** Reports whether a party is main in `start`, in a mode without overlap: no event reports that wait for the job. */
  #isInStart({ job, waits }: Party): boolean {
    return !MODE_TRAITS[this.#mode].overlaps && job === null && waits.length === 0 && this.#parties.size > 1;
  }

  #party(lane: number, job: number | null): Party {
    const key = `${lane} ${job}`;
    const party = this.#parties.get(key) ?? { lane, job, waits: [] };
    this.#parties.set(key, party);
    return party;
  }

  /** Returns the parties of which each can end `wait`; none if any party could, or if they have ended. */
  #awaited(wait: Wait): Party[] {
    if (wait.for === 'lock' || wait.for === 'semaphore')
      return this.#holdersOf(wait).flatMap(({ lane, job }) => this.#parties.get(`${lane} ${job}`) ?? []);
    if (wait.for !== 'join') return [];
    const joined = [...this.#parties.values()].find(({ job }) => job !== null && wait.on === `job ${job}`);
    return joined ? [joined] : [];
  }

  /** Returns who holds the lock, or permits of the semaphore: a list that may be changed. */
  #holdersOf(wait: { for: WaitKind; on: string }): { lane: number; job: number | null }[] {
    const key = wanted(wait);
    const holders = this.#holders.get(key) ?? [];
    this.#holders.set(key, holders);
    return holders;
  }

  /**
   * Returns a circle of waits that all began by `latest`. A party that also waits for something that may still happen,
   * such as the end of a sleep, is not in a circle.
   */
  #circle(latest: number): Wait[] | null {
    const isBlocked = ({ waits }: Party) => waits.length > 0 && waits.every(({ since }) => since <= latest);
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
    // The parties left wait only for each other, so following their waits leads into a circle.
    const path: Wait[] = [];
    const visited: Party[] = [];
    for (let [party] = blocked; party; ) {
      const at = visited.indexOf(party);
      if (at >= 0) return path.slice(at);
      const [wait]: Party['waits'] = party.waits;
      if (!wait) break;
      visited.push(party);
      path.push(wait);
      [party] = this.#awaited(wait);
    }
    return null;
  }

  #sentence(wait: Wait): string {
    const sentence = `${asSubject(wait)} waits for ${wanted(wait)}`;
    if (wait.missed && !this.#woke.has(wait.missed.id))
      return `${sentence} (lost wake-up: ${jobOrMain(wait.missed)} notified it before)`;
    if (wait.for !== 'lock' && wait.for !== 'semaphore') return sentence;
    const holders = this.#holdersOf(wait);
    if (holders.length === 0) return sentence;
    const here = this.#awaited(wait);
    const named = here.length > 0 ? here : holders;
    const names = [...new Set(named.map(jobOrMain))].slice(0, MAX_NAMED).join(' and ');
    return `${sentence}, ${here.length > 0 ? 'held by' : 'never released by'} ${names}`;
  }
}

/** Most parties that a sentence names. */
const MAX_NAMED = 10;

function enumerated(sentences: string[]): string {
  const more = sentences.length - MAX_NAMED;
  return [...sentences.slice(0, MAX_NAMED), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** Returns `, line 14` to follow a name; empty if the line is unknown. */
function atLine({ line }: Wait): string {
  return line === undefined ? '' : `, line ${line}`;
}

/** Returns `job 2, line 14,` or `job 2`, as the subject of a sentence. */
function asSubject(wait: Wait): string {
  return wait.line === undefined ? jobOrMain(wait) : `${jobOrMain(wait)}${atLine(wait)},`;
}
