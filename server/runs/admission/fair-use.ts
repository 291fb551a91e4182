/**
 * Fair use: how many runs one person may have at once and start in a minute, and how much computing time their runs may
 * use in an hour. It counts for all servers that share a database together. The places in the queue have rules of their
 * own: see places.ts.
 *
 * A network address is no person, because a class shares one. As a second limit it may use as much as many people
 * together, so that one with many cookies does not get as much as they like.
 */
import type { Allowance, Allowances, Draw } from '../../store/allowances.ts';
import { roughly } from '../../words/family-time.ts';
import { count } from '../../words/units.ts';
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
  /**
   * Throws `BusyError` if the owner has too many runs at once beside it: `others` are all that wait or are under way on
   * any server. It is then given back by `leave`. Not for a server alone, which has counted them.
   */
  check(others: readonly User[]): void;
  /** With fewer runs at once of the owner and of its network than these, `check` does not throw. */
  mostAtOnce: { person: number; network: number };
  /** Adds computing time, in CPU ms. */
  compute(cpuMs: number): void;
  /** The run has ended. */
  leave(): void;
};

/** Returns the person that all clients of a network count as if they send no cookie. */
export function personAt(network: string | null): string {
  return `at ${network ?? 'unknown'}`;
}

/** What compiling a program counts as, in runs: for each second that it takes, and at least. */
const COMPILING = { perSecond: 40, least: 0.25 };
/** Most reports in an hour. */
const REPORTS_PER_HOUR = 10;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What a person, or the people at an address, may use. */
type Account = {
  key: string;
  isAddress: boolean;
  /** Most runs at once. */
  most: number;
  started: Allowance;
  cpuSeconds: Allowance;
  reports: Allowance;
};

/** Counts what people use, and refuses what is too much. Its promises reject with `StoreError` if it cannot count now. */
export class FairUse {
  #limits: FairUseLimits;
  #allowances: Allowances;
  #countsRuns: boolean;
  /** How many runs each account has at once. */
  #runs = new Map<string, number>();

  /** `countsRuns`: whether it counts the runs at once; else `Use.check` is to be called with those of all servers. */
  constructor(limits: FairUseLimits, allowances: Allowances, countsRuns = true) {
    this.#limits = limits;
    this.#allowances = allowances;
    this.#countsRuns = countsRuns;
  }

  /** Counts a run that starts or waits. Rejects with `BusyError` if its owner has too many, or has used too much. */
  async enter(user: User): Promise<Use> {
    const accounts = this.#accountsOf(user);
    const leave = this.#countsRuns ? this.#enterAll(accounts) : () => {};
    const draws = accounts.flatMap((account) => [
      {
        account,
        from: account.started,
        amount: 1,
        words: `may start ${count(account.started.most, 'run')} a minute`,
      },
      { account, from: account.cpuSeconds, amount: 1, isOnlyChecked: true, words: cpuWords(account) },
    ]);
    try {
      await this.#take(draws);
    } catch (error) {
      leave();
      throw error;
    }
    let isRefused = false;
    let isOver = false;
    return {
      mostAtOnce: this.#mostAtOnce(accounts, user),
      check: (others) => {
        const busy = this.#countsRuns ? null : tooManyAtOnce(accounts, others, this.#limits);
        isRefused = busy !== null;
        if (busy) throw busy;
      },
      compute: (cpuMs) => this.#compute(accounts, cpuMs),
      leave: () => {
        if (isOver) return;
        isOver = true;
        leave();
        if (isRefused) for (const { started } of accounts) this.#allowances.use(started, -1);
      },
    };
  }

  /** Returns the use by a run that is executed here, but was submitted to another server, which has counted it. */
  executing(user: User): Use {
    const accounts = this.#accountsOf(user);
    const mostAtOnce = this.#mostAtOnce(accounts, user);
    return { check() {}, mostAtOnce, compute: (cpuMs) => this.#compute(accounts, cpuMs), leave() {} };
  }

  /**
   * Lets a user have a program compiled by `work`, whether or not it can be. Rejects with `BusyError` if that was too
   * often. `work` calls `took` with how long it took, in ms, if it had to be done: it counts as a small part of a run,
   * or as many if it takes long. So no person can keep the compiler busy.
   */
  async compile<T>(user: User, work: (took: (ms: number) => void) => Promise<T>): Promise<T> {
    const accounts = this.#accountsOf(user);
    const words = 'have sent too many programs within a minute';
    await this.#take(
      accounts.map((account) => ({ account, from: account.started, amount: COMPILING.least, words })),
    );
    let runs = 0;
    try {
      return await work((ms) => {
        runs = Math.max(COMPILING.least, (COMPILING.perSecond * ms) / 1000);
      });
    } finally {
      for (const { started } of accounts) this.#allowances.use(started, runs - COMPILING.least);
    }
  }

  /** Counts a report of a run. Rejects with `BusyError` after too many. */
  report(user: User): Promise<void> {
    const words = 'have sent many reports';
    return this.#take(
      this.#accountsOf(user).map((account) => ({ account, from: account.reports, amount: 1, words })),
    );
  }

  /** Takes all draws, or rejects with a `BusyError` in the words of one for which not enough is left. */
  async #take(draws: (Draw & { account: Account; words: string })[]): Promise<void> {
    const short = await this.#allowances.take(draws);
    const draw = short && draws[short.index];
    if (draw) throw refusal(draw.account, draw.words, short.waitMs);
  }

  #compute(accounts: readonly Account[], cpuMs: number): void {
    for (const { cpuSeconds } of accounts) this.#allowances.use(cpuSeconds, Math.max(0, cpuMs) / 1000);
  }

  /** Counts a run at once. Throws `BusyError` if there are too many. Returns a function that ends it. */
  #enterAll(accounts: readonly Account[]): () => void {
    for (const account of accounts)
      if ((this.#runs.get(account.key) ?? 0) >= account.most) throw atOnceRefusal(account);
    for (const { key } of accounts) this.#runs.set(key, (this.#runs.get(key) ?? 0) + 1);
    return () => {
      for (const { key } of accounts) {
        const runs = (this.#runs.get(key) ?? 0) - 1;
        if (runs > 0) this.#runs.set(key, runs);
        else this.#runs.delete(key);
      }
    };
  }

  #mostAtOnce(accounts: readonly Account[], { person, network }: User): Use['mostAtOnce'] {
    const most = { person: Number.POSITIVE_INFINITY, network: Number.POSITIVE_INFINITY };
    for (const account of accounts) {
      if (account.key === person) most.person = account.most;
      // Nobody knows how many there are without an address.
      if (account.isAddress && this.#limits.countsAddresses)
        most.network = network === null ? 0 : account.most;
    }
    return most;
  }

  /** Returns the accounts that something of a user counts towards. */
  #accountsOf({ person, network }: User): Account[] {
    const address = personAt(network);
    if (person === address) return [this.#account(address, true)];
    const own = this.#account(person, false);
    const isCounted = this.#limits.countsAddresses && network !== null;
    return isCounted ? [own, this.#account(address, true)] : [own];
  }

  #account(key: string, isAddress: boolean): Account {
    const { peoplePerAddress, runsAtOnce, runsPerMinute, cpuSecondsPerHour } = this.#limits;
    const people = isAddress ? peoplePerAddress : 1;
    const allowance = (kind: string, most: number, periodMs: number) => ({
      ...{ kind, key, most: people * most, periodMs },
    });
    return {
      key,
      isAddress,
      most: people * runsAtOnce,
      started: allowance('runs', runsPerMinute, MINUTE_MS),
      cpuSeconds: allowance('cpu seconds', cpuSecondsPerHour, HOUR_MS),
      reports: allowance('reports', REPORTS_PER_HOUR, HOUR_MS),
    };
  }
}

/** Returns the refusal if one of the accounts has too many of `runs`; null if none has. */
function tooManyAtOnce(
  accounts: readonly Account[],
  runs: readonly User[],
  { countsAddresses }: FairUseLimits,
): BusyError | null {
  for (const account of accounts) {
    const isNear = ({ network }: User) =>
      account.isAddress && countsAddresses && personAt(network) === account.key;
    const own = runs.filter((run) => run.person === account.key || isNear(run));
    if (own.length >= account.most) return atOnceRefusal(account);
  }
  return null;
}

function cpuWords({ cpuSeconds }: Account): string {
  return `may use ${roughly(cpuSeconds.most * 1000)} of computing time an hour`;
}

function atOnceRefusal(account: Account): BusyError {
  return refusal(account, `already have ${count(account.most, 'run')} waiting or under way`, 5000);
}

function refusal({ isAddress }: Account, words: string, waitMs: number): BusyError {
  const people = isAddress ? 'You and others at your network address' : 'You';
  return new BusyError(`${people} ${words}.`, Math.ceil(waitMs / 1000), true);
}
