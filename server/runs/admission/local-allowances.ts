/** Allowances in memory, for a single server. */
import type { Allowance, Allowances, Draw, Shortage } from '../../store/allowances.ts';
import { BoundedMap } from '../bounded-map.ts';

/** Most allowances of a kind that are kept. */
const MAX_OF_KIND = 20_000;
/** Pause between looks for those of which all has come back, in ms. */
const FORGET_MS = 60_000;

/** What was used of an allowance at a time. */
type Used = { amount: number; atMs: number; of: Allowance };

export class LocalAllowances implements Allowances {
  #now: () => number;
  #kinds = new Map<string, BoundedMap<string, Used>>();
  #forgotAt = 0;

  /** `now` returns the time in ms, of a clock that is never set back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Number of allowances of which something is used. */
  get size(): number {
    return [...this.#kinds.values()].reduce((sum, { size }) => sum + size, 0);
  }

  async take(draws: readonly Draw[]): Promise<Shortage | null> {
    this.#forget();
    const waits = draws.map(({ from, amount }) => this.#waitMs(from, amount));
    const index = waits.findIndex((waitMs) => waitMs > 0);
    if (index >= 0) return { index, waitMs: waits[index] ?? 0 };
    for (const { from, amount, isOnlyChecked } of draws) if (!isOnlyChecked) this.use(from, amount);
    return null;
  }

  use(from: Allowance, amount: number): void {
    const used = Math.max(0, this.#used(from) + amount);
    const ofKind = this.#kinds.get(from.kind) ?? new BoundedMap(MAX_OF_KIND);
    this.#kinds.set(from.kind, ofKind);
    // Makes it the newest, so that those not used for longest are forgotten first.
    ofKind.set(from.key, { amount: used, atMs: this.#now(), of: from });
  }

  async close(): Promise<void> {}

  /** Returns after how many ms `amount` can be used; 0 if it can be now. */
  #waitMs(from: Allowance, amount: number): number {
    return Math.max(0, ((this.#used(from) + amount - from.most) / from.most) * from.periodMs);
  }

  /** Returns what has been used and has not come back. */
  #used({ kind, key, most, periodMs }: Allowance): number {
    const used = this.#kinds.get(kind)?.get(key);
    return used ? Math.max(0, used.amount - ((this.#now() - used.atMs) / periodMs) * most) : 0;
  }

  /** Forgets what makes no difference. */
  #forget(): void {
    const now = this.#now();
    if (now - this.#forgotAt < FORGET_MS) return;
    this.#forgotAt = now;
    for (const ofKind of this.#kinds.values())
      for (const [key, { of }] of ofKind) if (this.#used(of) === 0) ofKind.delete(key);
  }
}
