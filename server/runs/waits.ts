/**
 * Who waits for whom in a pass, from its events: finds a deadlock, and a pass in which nobody is left who could let
 * anybody go on. Events of several processes can arrive a little out of order, so what is found must have lasted.
 */
import type { LaneFact, WaitKind } from '../protocol/facts.ts';
import { MODE_TRAITS, type Mode } from '../spec/modes.ts';
import { capital } from '../words/english.ts';

/** A job on a lane, or main (`job` null), and what it waits for. */
export type Waiter = { lane: number; job: number | null; for: WaitKind; on: string };
/** A wait that goes on, since when, and at which line of the program. */
type Wait = Waiter & { since: number; line: number | undefined };

/** Why a pass cannot go on; `circle` where each waits for the next, and the last for the first. */
export type Stuck = { text: string; circle: Waiter[] | null };

/** How long nobody must have moved, in ms. */
const QUIET_MS = 750;

type Party = { lane: number; job: number | null; waits: Wait[] };

export class Waits {
  #mode: Mode;
  #parties = new Map<string, Party>();
  /** Lanes that have started and have no job yet. */
  #starting = new Set<number>();
  #holders = new Map<string, { lane: number; job: number | null }>();
  #movedAt = 0;

  constructor(mode: Mode) {
    this.#mode = mode;
  }

  /** Takes a fact that arrived at `atMs`, on any clock that `stuck` is asked by. */
  apply(fact: LaneFact, atMs: number): void {
    this.#movedAt = atMs;
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
        // A job that waits for a lane is nobody yet.
        if (fact.for !== 'worker')
          this.#party(lane, job).waits.push({ lane, job, for: fact.for, on, since: atMs, line });
        return;
      }
      case 'wait-ended': {
        const { lane, job, on } = fact;
        if (fact.for === 'lock') this.#holders.set(on, { lane, job });
        const waits = this.#parties.get(`${lane} ${job}`)?.waits ?? [];
        const at = waits.findIndex((wait) => wait.for === fact.for && wait.on === on);
        if (at >= 0) waits.splice(at, 1);
        return;
      }
      case 'lock-released': {
        const holder = this.#holders.get(fact.on);
        if (holder?.lane === fact.lane && holder.job === fact.job) this.#holders.delete(fact.on);
        return;
      }
      default:
        return;
    }
  }

  /** What is stuck at `nowMs`, if anything is. */
  stuck(nowMs: number): Stuck | null {
    const circle = this.#circle(nowMs - QUIET_MS);
    if (circle) {
      const steps = circle.map((one, n) => {
        const next = circle[n + 1];
        const holder = one.for === 'lock' ? `, held by ${nameOf(next ?? circle[0] ?? one)}` : '';
        // The first, which comes again at the end, has been named with its line.
        return `waits for ${wanted(one)}${holder}${next ? atLine(next) : ''}`;
      });
      const waiters = circle.map(({ since: _since, line: _line, ...waiter }) => waiter);
      return { text: `Deadlock: ${circle.map(asSubject)[0]} ${steps.join(', which ')}.`, circle: waiters };
    }
    const isQuiet = nowMs - this.#movedAt >= QUIET_MS && this.#starting.size === 0;
    const parties = [...this.#parties.values()].filter((party) => !this.#isInStart(party));
    const waits = parties.flatMap((party) => party.waits);
    const isHopeless = waits.some((wait) => wait.for === 'lock' || wait.for === 'queue');
    // Who waits for several things at once goes on when the first of them comes, as with a timeout.
    const mayGoOn =
      parties.some((party) => party.waits.length === 0) || waits.some(({ for: f }) => f === 'sleep');
    if (!isQuiet || !isHopeless || mayGoOn) return null;
    const sentences = parties.flatMap(({ waits: [wait] }) => (wait ? [this.#sentence(wait)] : []));
    return { text: `Nobody can go on: ${enumerated(sentences)}.`, circle: null };
  }

  /** Who has not ended, and what each of them waits for, in a sentence; null where nobody is. */
  unended(): string | null {
    const parties = [...this.#parties.values()].filter((party) => !this.#isInStart(party));
    if (parties.length === 0) return null;
    const sentences = parties.map((party) =>
      party.waits[0] ? this.#sentence(party.waits[0]) : `${nameOf(party)} has not ended`,
    );
    return `${capital(enumerated(sentences))}.`;
  }

  /** What main still waits for. */
  ofMain(): { on: string; line: number | undefined }[] {
    const { waits } = this.#party(0, null);
    return waits.map((wait) => ({ on: wanted(wait), line: wait.line }));
  }

  /** One by one, main's `start` is a wait that no event tells: it returns when the job has ended. */
  #isInStart({ job, waits }: Party): boolean {
    return !MODE_TRAITS[this.#mode].overlaps && job === null && waits.length === 0 && this.#parties.size > 1;
  }

  #party(lane: number, job: number | null): Party {
    const key = `${lane} ${job}`;
    const party = this.#parties.get(key) ?? { lane, job, waits: [] };
    this.#parties.set(key, party);
    return party;
  }

  /** Who must move before `wait` can end; undefined where it is nobody in particular, or nobody any more. */
  #awaited(wait: Wait): Party | undefined {
    if (wait.for === 'lock') {
      const holder = this.#holders.get(wait.on);
      return holder && this.#parties.get(`${holder.lane} ${holder.job}`);
    }
    if (wait.for !== 'join') return undefined;
    return [...this.#parties.values()].find(({ job }) => job !== null && wait.on === `job ${job}`);
  }

  /**
   * A circle whose waits all began by `latest`. Nobody is in one who waits for something else too that may still come,
   * such as the end of a sleep.
   */
  #circle(latest: number): Wait[] | null {
    const isLong = ({ waits }: Party) => waits.length > 0 && waits.every(({ since }) => since <= latest);
    const dead = new Set([...this.#parties.values()].filter(isLong));
    const mayGoOn = ({ waits }: Party) =>
      waits.some((wait) => {
        const awaited = this.#awaited(wait);
        return !awaited || !dead.has(awaited);
      });
    for (let before = -1; before !== dead.size; ) {
      before = dead.size;
      for (const party of dead) if (mayGoOn(party)) dead.delete(party);
    }
    // Whoever is left waits for others who are left: followed far enough, somebody comes again.
    const path: Wait[] = [];
    const seen: Party[] = [];
    for (let [party] = dead; party; ) {
      const at = seen.indexOf(party);
      if (at >= 0) return path.slice(at);
      const [wait]: Party['waits'] = party.waits;
      if (!wait) break;
      seen.push(party);
      path.push(wait);
      party = this.#awaited(wait);
    }
    return null;
  }

  #sentence(wait: Wait): string {
    const sentence = `${asSubject(wait)} waits for ${wanted(wait)}`;
    const holder = wait.for === 'lock' ? this.#holders.get(wait.on) : undefined;
    if (!holder) return sentence;
    const isHere = this.#parties.has(`${holder.lane} ${holder.job}`);
    return `${sentence}, ${isHere ? 'held by' : 'never released by'} ${nameOf(holder)}`;
  }
}

/** Most that are named in a sentence. */
const MOST = 10;

function enumerated(sentences: string[]): string {
  const more = sentences.length - MOST;
  return [...sentences.slice(0, MOST), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

function nameOf({ job }: { job: number | null }): string {
  return job === null ? 'main' : `job ${job}`;
}

/** `, line 14` as it follows a name; nothing where there is no line. */
function atLine({ line }: Wait): string {
  return line === undefined ? '' : `, line ${line}`;
}

/** `job 2, line 14,` or `job 2`, as a sentence begins with it. */
function asSubject(wait: Wait): string {
  return wait.line === undefined ? nameOf(wait) : `${nameOf(wait)}${atLine(wait)},`;
}

function wanted(wait: Waiter): string {
  return wait.for === 'lock' ? `lock ${wait.on}` : wait.on;
}
