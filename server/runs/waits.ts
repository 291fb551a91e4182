/**
 * Who waits for whom in a pass, from its events: finds a deadlock, and a pass in which nobody is left who could let
 * anybody go on. Events of several processes can arrive a little out of order, so what is found must have lasted.
 */
import type { LaneFact, WaitKind } from './events.ts';

/** A job on a lane, or main (`job` null), and what it waits for. */
export type Waiter = { lane: number; job: number | null; for: WaitKind; on: string };

/** Why a pass cannot go on; `circle` where each waits for the next, and the last for the first. */
export type Stuck = { text: string; circle: Waiter[] | null };

/** How long nobody must have moved, in ms. */
const QUIET_MS = 750;

type Party = { lane: number; job: number | null; waits: (Waiter & { since: number })[] };

export class Waits {
  #parties = new Map<string, Party>();
  /** Lanes that have started and have no job yet. */
  #starting = new Set<number>();
  #holders = new Map<string, { lane: number; job: number | null }>();
  #movedAt = 0;

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
        const { lane, job, on } = fact;
        // A job that waits for a lane is nobody yet.
        if (fact.for !== 'worker')
          this.#party(lane, job).waits.push({ lane, job, for: fact.for, on, since: atMs });
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
      const steps = circle.map((one) => `waits for ${wanted(one)}`);
      const holders = [...circle.slice(1), ...circle.slice(0, 1)].map(nameOf);
      const chain = steps.map(
        (step, n) => `${step}, ${circle[n]?.for === 'lock' ? 'held by' : 'which is'} ${holders[n]}`,
      );
      return { text: `Deadlock: ${circle.map(nameOf)[0]} ${chain.join(', which ')}.`, circle };
    }
    const parties = [...this.#parties.values()];
    const waits = parties.map(({ waits }) => waits[0]);
    const isQuiet = nowMs - this.#movedAt >= QUIET_MS && this.#starting.size === 0;
    const isHopeless = waits.some((wait) => wait?.for === 'lock' || wait?.for === 'queue');
    if (!isQuiet || !isHopeless || !waits.every((wait) => wait && wait.for !== 'sleep')) return null;
    const sentences = waits.flatMap((wait) => (wait ? [this.#sentence(wait)] : []));
    return { text: `Nobody can go on: ${sentences.slice(0, 10).join('; ')}.`, circle: null };
  }

  #party(lane: number, job: number | null): Party {
    const key = `${lane} ${job}`;
    const party = this.#parties.get(key) ?? { lane, job, waits: [] };
    this.#parties.set(key, party);
    return party;
  }

  /** Who must move before `wait` can end; undefined where it is nobody in particular, or nobody any more. */
  #awaited(wait: Waiter): Party | undefined {
    if (wait.for === 'lock') {
      const holder = this.#holders.get(wait.on);
      return holder && this.#parties.get(`${holder.lane} ${holder.job}`);
    }
    if (wait.for !== 'join') return undefined;
    return [...this.#parties.values()].find(({ job }) => job !== null && wait.on === `job ${job}`);
  }

  /** A circle whose waits all began before `latest`. */
  #circle(latest: number): Waiter[] | null {
    for (const start of this.#parties.values()) {
      const path: (Waiter & { since: number })[] = [];
      const seen = new Set<Party>();
      for (let party: Party | undefined = start; party; ) {
        const wait: Party['waits'][number] | undefined = party.waits[0];
        if (!wait || seen.has(party)) break;
        seen.add(party);
        path.push(wait);
        party = this.#awaited(wait);
        if (party !== start) continue;
        return path.every(({ since }) => since <= latest)
          ? path.map(({ since: _, ...waiter }) => waiter)
          : null;
      }
    }
    return null;
  }

  #sentence(wait: Waiter): string {
    const sentence = `${nameOf(wait)} waits for ${wanted(wait)}`;
    const holder = wait.for === 'lock' ? this.#holders.get(wait.on) : undefined;
    if (!holder) return sentence;
    const isHere = this.#parties.has(`${holder.lane} ${holder.job}`);
    return `${sentence}, ${isHere ? 'held by' : 'never released by'} ${nameOf(holder)}`;
  }
}

function nameOf({ job }: { job: number | null }): string {
  return job === null ? 'main' : `job ${job}`;
}

function wanted(wait: Waiter): string {
  return wait.for === 'lock' ? `lock ${wait.on}` : wait.on;
}
