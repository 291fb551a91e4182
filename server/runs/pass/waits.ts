/**
 * Detects deadlocks, and passes in which nothing is left that could end a wait. Events of several processes can arrive
 * slightly out of order, so a state must last before it is reported.
 */
import type { LaneFact } from '../../protocol/facts.ts';
import type { WaitKind } from '../../protocol/wait-kinds.ts';
import { wanted } from '../../protocol/wanted.ts';
import { MODE_TRAITS, type Mode } from '../../spec/modes.ts';
import { capital, jobOrMain } from '../../words/english.ts';
import { circleSentence, enumerated, partyNames, waitWords } from '../../words/stuck-words.ts';
import { type Party, type Wait, type Waiter, WaitGraph } from './wait-graph.ts';

/** Why a pass cannot continue. In `circle`, each waits for the next, and the last for the first; null without one. */
export type Stuck = { text: string; circle: Waiter[] | null };

/** How long a circle must last, or a pass must be without a fact, before it is reported, in ms. */
const QUIET_MS = 750;

/**
 * How long a party has to report that its wait has ended, after it was given what it waits for, in ms. On a machine
 * that is short of cores, a thread or a process may not run for a second or two.
 */
const GIVEN_MS = 5000;

/** Kinds of waits that only another party can end. */
const NEEDS_RELEASE: ReadonlySet<WaitKind> = new Set(['lock', 'semaphore', 'condition', 'queue']);

/** The waits of a pass that are in progress. */
export class Waits {
  #mode: Mode;
  #isScript: boolean;
  #graph: WaitGraph;
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
    this.#graph = new WaitGraph(isScript);
  }

  /** Applies a fact that arrived at `atMs`, on the clock that `stuck` is called with. */
  apply(fact: LaneFact, atMs: number): void {
    this.#lastFactAt = atMs;
    if ('lane' in fact) this.#answeredAt.delete(fact.lane);
    if (fact.type === 'lane-ended') this.#timersUntil.delete(fact.lane);
    this.#graph.apply(fact, atMs);
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
    const isQuiet = nowMs - this.#lastFactAt >= QUIET_MS && !this.#graph.isStarting;
    const parties = this.#parties();
    const waits = parties.flatMap((party) => party.waits);
    const needsRelease = waits.some((wait) => NEEDS_RELEASE.has(wait.for));
    const isRecent = nowMs - Math.max(this.#lastFactAt, this.#restartedAt) < GIVEN_MS;
    // A party with several waits continues when the first of them ends, as with a timeout.
    const mayContinue =
      parties.some(({ lane, waits }) => waits.length === 0 || this.#isAnswered(lane, nowMs)) ||
      [...this.#timersUntil.values()].some((untilMs) => untilMs > nowMs - QUIET_MS) ||
      waits.some((wait) => wait.for === 'sleep' || (isRecent && this.#graph.isGiven(wait)));
    if (!isQuiet || !needsRelease || mayContinue) return null;
    const sentences = parties.flatMap(({ waits: [wait] }) => (wait ? [this.#sentence(wait)] : []));
    return { text: `Nothing can continue: ${enumerated(sentences)}.`, circle: null };
  }

  /** Returns a sentence on what has not ended and what each of them waits for; null if everything has ended. */
  unended(): string | null {
    const parties = this.#parties();
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
    const { waits } = this.#graph.party(0, null);
    return waits.map((wait) => ({ on: wanted(wait), line: wait.line }));
  }

  #isAnswered(lane: number, nowMs: number): boolean {
    return nowMs - (this.#answeredAt.get(lane) ?? Number.NEGATIVE_INFINITY) < GIVEN_MS;
  }

  /** Returns those that have not ended, but for main in `start` of a mode without overlap: no event reports that wait. */
  #parties(): Party[] {
    const all = this.#graph.parties;
    if (MODE_TRAITS[this.#mode].overlaps || all.length === 1) return all;
    return all.filter(({ job, waits }) => job !== null || waits.length > 0);
  }

  /**
   * Returns a circle of waits that all began by `latest`. A party that also waits for something that may still happen,
   * such as the end of a sleep, is not in a circle; nor is one that has gone on since, as one that waits many times at
   * once does.
   */
  #circle(latest: number): Wait[] | null {
    const isBlocked = ({ waits, movedAt }: Party) =>
      movedAt <= latest && waits.length > 0 && waits.every(({ since }) => since <= latest);
    const blocked = new Set(this.#graph.parties.filter(isBlocked));
    const mayContinue = ({ waits }: Party) =>
      waits.some((wait) => {
        const awaited = this.#graph.awaited(wait);
        return awaited.length === 0 || awaited.some((party) => !blocked.has(party));
      });
    for (let before = -1; before !== blocked.size; ) {
      before = blocked.size;
      for (const party of blocked) if (mayContinue(party)) blocked.delete(party);
    }
    const isAll = blocked.size === this.#graph.parties.length && !this.#graph.isStarting;
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
      const awaited = this.#graph.awaited(wait);
      party = awaited.find((one) => one !== party) ?? awaited[0];
    }
    return null;
  }

  #sentence(wait: Wait): string {
    const sentence = waitWords(wait);
    if (wait.missed && this.#graph.isLate(wait))
      return `${sentence} (lost wake-up: ${jobOrMain(wait.missed)} notified it before)`;
    if (wait.for !== 'lock' && wait.for !== 'semaphore') return sentence;
    const holders = this.#graph.holdersOf(wait);
    if (holders.length === 0) return sentence;
    const here = this.#graph.awaited(wait);
    const named = here.length > 0 ? here : holders;
    return `${sentence}, ${here.length > 0 ? 'held by' : 'never released by'} ${partyNames(named)}`;
  }
}
