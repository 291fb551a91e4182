/**
 * Fair use: how many runs one person may have at once and start in a minute, and how much computing time their runs may
 * use in an hour. In memory, for one server. The places in the queue have rules of their own: see places.ts.
 *
 * A network address is no person, because a class shares one. As a second limit it may use as much as many people
 * together, so that one with many cookies does not get as much as they like.
 */
import { roughly } from '../words/family-time.ts';
import { count } from '../words/units.ts';
import { BoundedMap } from './bounded-map.ts';
import { BusyError } from './places.ts';

/** What one person may use. */
export type FairUseLimits = {
  /** Most runs at once, waiting or under way. */
  runsAtOnce: number;
  /** Most runs started in a minute. */
  runsPerMinute: number;
  /** Most computing time of their runs in an hour, in CPU seconds. */
  cpuSecondsPerHour: number;
  /** How many times as much the people at one network address may use together. */
  peoplePerAddress: number;
  /**
   * Whether the address of a person with a cookie counts, too: only a trusted proxy tells those of many people apart.
   */
  countsAddresses: boolean;
};

/** Someone who uses the server. */
export type User = {
  /** The person, or that of a network address for clients without a cookie: see `personAt`. */
  person: string;
  /** The network of the address; null if unknown. */
  network: string | null;
};

/** A run that counts towards its owner's limits. */
export type Use = {
  /** Adds computing time, in CPU ms. */
  compute(cpuMs: number): void;
  /** The run has ended. */
  leave(): void;
};

/** Returns the person that all clients of a network count as if they send no cookie. */
export function personAt(network: string | null): string {
  return `at ${network ?? 'unknown'}`;
}

/** Most accounts that are kept. */
const MAX_ACCOUNTS = 20_000;
/** What compiling a program counts as, in runs: for each second that it takes, and at least. */
const COMPILING = { perSecond: 40, least: 0.25 };
/** Most reports in an hour. */
const REPORTS_PER_HOUR = 10;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What has been used of a limit, which comes back evenly over `periodMs`: a leaky bucket. */
class Allowance {
  readonly most: number;
  #perMs: number;
  #used = 0;
  #at = 0;

  constructor(most: number, periodMs: number) {
    this.most = most;
    this.#perMs = most / periodMs;
  }

  /** Returns after how many ms `amount` can be used; 0 if it can be now. */
  waitMs(amount: number, nowMs: number): number {
    return Math.max(0, (this.#left(nowMs) + amount - this.most) / this.#perMs);
  }

  /** Uses `amount`, even if there is not as much: the rest is owed. */
  use(amount: number, nowMs: number): void {
    this.#used = this.#left(nowMs) + amount;
    this.#at = nowMs;
  }

  /** Reports whether all of it can be used. */
  isWhole(nowMs: number): boolean {
    return this.#left(nowMs) === 0;
  }

  /** Returns what has been used and has not come back. */
  #left(nowMs: number): number {
    return Math.max(0, this.#used - (nowMs - this.#at) * this.#perMs);
  }
}

/** What a person, or the people at an address, have used. */
class Account {
  readonly isAddress: boolean;
  /** Most runs at once, and those that have not ended. */
  readonly most: number;
  runs = 0;
  readonly started: Allowance;
  readonly cpuSeconds: Allowance;
  readonly reports: Allowance;

  constructor(limits: FairUseLimits, isAddress: boolean) {
    const people = isAddress ? limits.peoplePerAddress : 1;
    this.isAddress = isAddress;
    this.most = people * limits.runsAtOnce;
    this.started = new Allowance(people * limits.runsPerMinute, MINUTE_MS);
    this.cpuSeconds = new Allowance(people * limits.cpuSecondsPerHour, HOUR_MS);
    this.reports = new Allowance(people * REPORTS_PER_HOUR, HOUR_MS);
  }

  /** Reports whether it is as good as new. */
  isIdle(nowMs: number): boolean {
    return (
      this.runs === 0 && [this.started, this.cpuSeconds, this.reports].every((one) => one.isWhole(nowMs))
    );
  }
}

/** Counts what people use, and refuses what is too much. */
export class FairUse {
  #limits: FairUseLimits;
  #now: () => number;
  #accounts = new BoundedMap<string, Account>(MAX_ACCOUNTS);
  #forgotAt = 0;

  /** `now` returns the time in ms, of a clock that is never set back. */
  constructor(limits: FairUseLimits, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Number of people and addresses that are remembered. */
  get size(): number {
    return this.#accounts.size;
  }

  /** Counts a run that starts or waits. Throws `BusyError` if its owner has too many, or has used too much. */
  enter(user: User): Use {
    const accounts = this.#accountsOf(user);
    const now = this.#now();
    for (const account of accounts) {
      const { runs, most, started, cpuSeconds } = account;
      if (runs >= most)
        throw refusal(account, `already have ${count(runs, 'run')} waiting or under way`, 5000);
      refuseAfter(account, started.waitMs(1, now), `may start ${count(started.most, 'run')} a minute`);
      const time = roughly(cpuSeconds.most * 1000);
      refuseAfter(account, cpuSeconds.waitMs(1, now), `may use ${time} of computing time an hour`);
    }
    for (const account of accounts) {
      account.runs++;
      account.started.use(1, now);
    }
    let isOver = false;
    return {
      compute: (cpuMs) => {
        for (const { cpuSeconds } of accounts) cpuSeconds.use(Math.max(0, cpuMs) / 1000, this.#now());
      },
      leave: () => {
        if (!isOver) for (const account of accounts) account.runs--;
        isOver = true;
      },
    };
  }

  /**
   * Lets a user have a program compiled, whether or not it can be. Throws `BusyError` if that was too often. Returns a
   * function to call with how long it took, in ms: it counts as a small part of a run, or as many if it takes long. So
   * no person can keep the compiler busy.
   */
  compile(user: User): (tookMs: number) => void {
    const accounts = this.#accountsOf(user);
    const now = this.#now();
    for (const account of accounts) {
      const words = 'have sent too many programs within a minute';
      refuseAfter(account, account.started.waitMs(COMPILING.least, now), words);
    }
    return (tookMs) => {
      const runs = Math.max(COMPILING.least, (COMPILING.perSecond * tookMs) / 1000);
      for (const { started } of accounts) started.use(runs, this.#now());
    };
  }

  /** Counts a report of a run. Throws `BusyError` after too many. */
  report(user: User): void {
    const accounts = this.#accountsOf(user);
    const now = this.#now();
    for (const account of accounts)
      refuseAfter(account, account.reports.waitMs(1, now), 'have sent many reports');
    for (const { reports } of accounts) reports.use(1, now);
  }

  /** Returns the accounts that something of a user counts towards. */
  #accountsOf({ person, network }: User): Account[] {
    this.#forget();
    const address = personAt(network);
    if (person === address) return [this.#account(address, true)];
    const own = this.#account(person, false);
    const isCounted = this.#limits.countsAddresses && network !== null;
    return isCounted ? [own, this.#account(address, true)] : [own];
  }

  /** Forgets everyone who has used nothing for so long that it makes no difference. Once a minute is enough. */
  #forget(): void {
    const now = this.#now();
    if (now - this.#forgotAt < MINUTE_MS) return;
    this.#forgotAt = now;
    for (const [key, account] of this.#accounts) if (account.isIdle(now)) this.#accounts.delete(key);
  }

  #account(key: string, isAddress: boolean): Account {
    const account = this.#accounts.get(key) ?? new Account(this.#limits, isAddress);
    // Makes it the newest, so that those not used for longest are forgotten first.
    this.#accounts.set(key, account);
    return account;
  }
}

function refuseAfter(account: Account, waitMs: number, words: string): void {
  if (waitMs > 0) throw refusal(account, words, waitMs);
}

function refusal({ isAddress }: Account, words: string, waitMs: number): BusyError {
  const people = isAddress ? 'You and others at your network address' : 'You';
  return new BusyError(`${people} ${words}.`, Math.ceil(waitMs / 1000), true);
}
