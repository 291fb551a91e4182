/** The search: executes a program in one order after another, and reports what they lead to. */
import type { Ordered } from '../../protocol/orders.ts';
import { MAX_ENUMERATED, MAX_OUTCOMES, type SearchFact, type SearchLimit } from '../../protocol/search.ts';
import { enumerateBounded } from './bounded.ts';
import { enumerate } from './enumerate.ts';
import type { Execution, Executor } from './execution.ts';
import { Findings } from './findings.ts';
import { DEPTH, drawOrder, probabilityOf } from './random.ts';
import { reduce } from './reduce.ts';
import { shorten } from './shorten.ts';

/** Least time between two reports of progress, in ms. */
const PROGRESS_MS = 250;
/** Every so many schedules, the search judges from how much it has seen whether it can enumerate all. */
const JUDGED_EACH = 1000;
/** It does not try if there seem to be more orders than this. */
const HOPELESS = 5 * MAX_ENUMERATED;
/** Most schedules in which a lane does not come to its next step in time: each takes several seconds. */
const MAX_LATE = 5;
/** Most examples that are made shorter, and most schedules for each. */
const MAX_SHORTENED = 10;
const SHORTENING = 60;

/**
 * How much of the schedules, and of the time, has been used up when a kind of search has to be done: the search for
 * what the reduction, or the bound of preemptions, leaves; random orders; shorter examples have the rest. Enumerating
 * has the number of orders for a bound, and half of the time. While no order fails, no example has to be made shorter.
 */
const SHARES = { enumerate: { schedules: 1, time: 0.5 }, systematic: 0.75, random: 0.95 } as const;

type SearchEnded = SearchFact & { type: 'search-ended' };

/** What a search is given. `seed`: of what is drawn at random. */
type SearchOrder = Omit<Ordered & { kind: 'search' }, 'kind' | 'reloads'> & { random: () => number };

/**
 * Searches within `bounds`, for at most `limitMs`, and reports to `report`. `breathe` lets the process hear what else
 * there is to do.
 *
 * Without a bound of preemptions, all orders are enumerated if there are at most MAX_ENUMERATED. If there are more, the
 * search is reduced (reduce.ts). With a bound, the orders with no preemption are enumerated, then those with one, and
 * so on (bounded.ts); so are those of a program that spins, whose orders do not end. If without a bound that does not
 * come to its end either, orders are drawn at random (random.ts).
 */
export async function search(
  executor: Executor,
  order: SearchOrder,
  report: (fact: SearchFact) => void,
  breathe: () => Promise<void>,
): Promise<void> {
  const one = new Search(executor, order, report, breathe);
  await one.run();
}

class Search {
  readonly #executor: Executor;
  readonly #order: SearchOrder;
  readonly #report: (fact: SearchFact) => void;
  readonly #breathe: () => Promise<void>;
  readonly #findings = new Findings();
  readonly #beganAt = performance.now();
  #reportedAt = this.#beganAt;
  /** Schedules that were given up, because what they would have come to is known. */
  #givenUp = 0;
  #method: SearchEnded['method'] = 'every';
  #isComplete = false;
  /** Whether the time for enumerating all orders ran out. */
  #ranOut = false;
  /** What ended the latest part of the search; null if that ended by itself, or left the rest to another. */
  #endedBy: SearchLimit | null = null;
  #probability: SearchEnded['probability'] = null;

  constructor(
    executor: Executor,
    order: SearchOrder,
    report: (fact: SearchFact) => void,
    breathe: () => Promise<void>,
  ) {
    this.#executor = executor;
    this.#order = order;
    this.#report = report;
    this.#breathe = breathe;
  }

  async run(): Promise<void> {
    const { preemptions } = this.#order.bounds;
    const findings = this.#findings;
    let isDone = false;
    if (preemptions === null) isDone = await this.#enumerate();
    if (!isDone && (findings.isCut || preemptions !== null)) isDone = await this.#bounded(preemptions);
    else if (!isDone && this.#isWithin(SHARES.systematic)) {
      this.#method = 'reduced';
      isDone = await reduce(this.#executor, (execution) => this.#goesOn(execution, SHARES.systematic));
    }
    this.#isComplete = isDone && !findings.isCut && findings.late === 0;
    // What is drawn keeps to no bound of preemptions.
    const hasChoices = findings.longest > 0;
    if (!isDone && preemptions === null && hasChoices && this.#isWithin(this.#shareOfRandom))
      await this.#draw();
    this.#endedBy = isDone ? null : (this.#endedBy ?? this.#limitAt(this.#shareOfRandom));
    if (this.#method !== 'every') await this.#shorten();
    this.#reportAll();
  }

  /** Returns whether it executed all orders. */
  #enumerate(): Promise<boolean> {
    const { enumerate: share } = SHARES;
    let seen = 0;
    return enumerate(this.#executor, async (execution) => {
      if (!(await this.#goesOn(execution, share.schedules, share.time))) {
        this.#ranOut = this.#endedBy === 'time';
        return false;
      }
      if (this.#findings.isCut) return false;
      // The part of the tree of choices below this one order, if all of a choice's options lead to as many.
      seen += execution.taken.reduce((part, { options }) => part / options.length, 1);
      const { schedules, orders } = this.#findings;
      if (schedules % JUDGED_EACH === 0 && schedules / seen > HOPELESS) return false;
      return orders.orders <= MAX_ENUMERATED;
    });
  }

  /** Executes the orders with more and more preemptions, up to `most`. Returns whether that came to an end. */
  async #bounded(most: number | null): Promise<boolean> {
    // What spins is found out on the way.
    for (let isFair = this.#findings.isCut; ; isFair = true) {
      const end = await this.#rounds(most ?? Number.POSITIVE_INFINITY, isFair);
      if (end !== 'spins') return end === 'done';
    }
  }

  async #rounds(most: number, isFair: boolean): Promise<'done' | 'spins' | 'stopped'> {
    const share = this.#order.bounds.preemptions === null ? SHARES.systematic : 1;
    for (let preemptions = 0; preemptions <= most; preemptions++) {
      const end = await enumerateBounded(this.#executor, { preemptions, isFair }, async (execution) => {
        const goesOn = await this.#goesOn(execution, share);
        return goesOn && (isFair || !this.#findings.isCut);
      });
      if (!isFair && this.#findings.isCut) return 'spins';
      if (end === 'all') return 'done';
      if (end === 'stopped' || (preemptions < most && this.#endedBy !== null)) return 'stopped';
    }
    return 'done';
  }

  /** Draws orders at random. */
  async #draw(): Promise<void> {
    const findings = this.#findings;
    const isFair = findings.isCut;
    // Some more, since other orders may have more.
    const steps = Math.ceil(1.25 * findings.longest);
    this.#method = 'random';
    for (let goesOn = true; goesOn; ) {
      const drawn = drawOrder({ random: this.#order.random, steps, isFair });
      goesOn = await this.#goesOn(
        await this.#executor.execute(drawn.choose, drawn.goesOn),
        this.#shareOfRandom,
      );
    }
    // What is proven is about lanes that each have one next step, in orders that end within these steps.
    const isProven = !findings.isCut && findings.late === 0 && !findings.isContested && findings.lanes > 1;
    if (isProven && findings.longest <= steps)
      this.#probability = { perSchedule: probabilityOf(findings.lanes, steps), depth: DEPTH };
  }

  /** Looks for examples of what went wrong with fewer switches. */
  async #shorten(): Promise<void> {
    const wrong = this.#findings.outcomes.filter(({ isFailing }) => isFailing).slice(0, MAX_SHORTENED);
    for (const { key, example } of wrong) {
      if (!this.#isWithin(1)) return;
      const most = Math.min(SHORTENING, this.#order.bounds.schedules - this.#schedules);
      await shorten(this.#executor, example, most, (execution) => {
        const better = this.#findings.add(execution);
        return better?.key === key ? better.example : null;
      });
      await this.#progress();
    }
  }

  get #schedules(): number {
    return this.#findings.schedules + this.#givenUp;
  }

  /** Adds an execution, null if it was given up. Returns whether to go on within a share of the bounds. */
  async #goesOn(execution: Execution | null, share: number, shareOfTime = share): Promise<boolean> {
    if (execution) this.#findings.add(execution);
    else this.#givenUp++;
    await this.#progress();
    this.#endedBy = this.#limitAt(share, shareOfTime);
    return this.#endedBy === null;
  }

  #isWithin(share: number): boolean {
    return this.#limitAt(share) === null;
  }

  /** Returns which share of the bounds is used up; null if none is. */
  #limitAt(share: number, shareOfTime = share): SearchLimit | null {
    const { bounds, limitMs = Number.POSITIVE_INFINITY } = this.#order;
    if (this.#schedules >= share * bounds.schedules) return 'schedules';
    if (performance.now() - this.#beganAt >= shareOfTime * limitMs) return 'time';
    return this.#findings.late >= MAX_LATE ? 'late' : null;
  }

  get #shareOfRandom(): number {
    return this.#findings.failing.orders > 0 ? SHARES.random : 1;
  }

  async #progress(): Promise<void> {
    if (performance.now() - this.#reportedAt < PROGRESS_MS) return;
    const { orders, failing } = this.#findings;
    const unit = this.#unit;
    const counts = { orders: orders[unit], failing: failing[unit], schedules: this.#schedules };
    this.#report({ type: 'search-progress', ...counts });
    await this.#breathe();
    this.#reportedAt = performance.now();
  }

  /** What is counted: orders, or those that matter. */
  get #unit(): 'orders' | 'classes' {
    return this.#method === 'every' ? 'orders' : 'classes';
  }

  #reportAll(): void {
    const { outcomes, orders, failing, count } = this.#findings;
    const unit = this.#unit;
    for (const [number, found] of outcomes.slice(0, MAX_OUTCOMES).entries()) {
      const { isFailing, outcome, schedule, steps, switches } = found;
      const counted = { isFailing, orders: found[unit] };
      this.#report({ type: 'outcome', number, ...counted, schedule, steps, switches, ...outcome });
    }
    this.#report({
      type: 'search-ended',
      orders: orders[unit],
      failing: failing[unit],
      schedules: this.#schedules,
      outcomes: count,
      method: this.#method,
      isComplete: this.#isComplete,
      preemptions: this.#order.bounds.preemptions,
      probability: this.#probability,
      module: this.#executor.reloads ? 'loaded-again' : 'kept',
      ...(this.#ranOut && { ranOut: true }),
      ...(this.#endedBy && { endedBy: this.#endedBy }),
      ...(this.#method === 'every' && { overlap: this.#findings.overlap }),
    });
  }
}
