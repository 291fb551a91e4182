/**
 * Removes runs that are older than they are kept. A clock may be wrong, so a run goes only if it was too old at two
 * looks, at least a day apart: a server that is started once with a clock that is far ahead removes nothing.
 */
import type { Clock, Store } from '../store/store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Longest time between two looks that count as two, in ms: a clock that jumps further is not believed at once. */
const LONGEST_MS = 30 * DAY_MS;
/** How long a clock must be behind before it is believed, and the later time that was seen before is not, in ms. */
const BEHIND_MS = 7 * DAY_MS;

/** Looks at the age of runs. */
export class Retention {
  #store: Pick<Store, 'clock' | 'setClock' | 'forgetBefore'>;
  #keptMs: number;
  #now: () => number;
  #timer: NodeJS.Timeout;
  #sureMs: number | null = null;
  #listeners: ((sureMs: number) => Promise<void>)[] = [];

  /** Runs are kept for `days`. `now` returns the time, in ms since 1970. */
  constructor(store: Pick<Store, 'clock' | 'setClock' | 'forgetBefore'>, days: number, now = Date.now) {
    this.#store = store;
    this.#keptMs = days * DAY_MS;
    this.#now = now;
    const logError = (error: unknown) => console.error('runs: old ones could not be removed', error);
    this.#timer = setInterval(() => void this.look().catch(logError), HOUR_MS);
    this.#timer.unref();
  }

  /** Removes what two looks have found too old. */
  async look(): Promise<void> {
    const { clock, sureMs } = advance(await this.#store.clock(), this.#now());
    await this.#store.setClock(clock);
    if (sureMs === null) return;
    this.#sureMs = sureMs;
    await this.#store.forgetBefore(sureMs - this.#keptMs);
    for (const listener of this.#listeners) await listener(sureMs);
  }

  /** Calls `listener` with the latest time that two looks agree about, now and whenever there is another. */
  async onSure(listener: (sureMs: number) => Promise<void>): Promise<void> {
    this.#listeners.push(listener);
    if (this.#sureMs !== null) await listener(this.#sureMs);
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

/**
 * Returns the clock after a look at `now`, and the time of an earlier look, about which the two agree; null if there is
 * none. `last` is the clock after the last look. Times are in ms since 1970.
 */
export function advance(last: Clock | null, now: number): { clock: Clock; sureMs: number | null } {
  if (last === null) return { clock: { seenAt: now, latest: now, behindSince: null }, sureMs: null };
  const elapsedMs = now - last.seenAt;
  const isEarly = elapsedMs >= 0 && elapsedMs < DAY_MS;
  const seenAt = isEarly ? last.seenAt : now;
  const sureMs = elapsedMs >= DAY_MS && elapsedMs <= LONGEST_MS ? last.seenAt : null;
  return { clock: { seenAt, ...latestTime(last, now) }, sureMs };
}

function latestTime({ seenAt, latest, behindSince }: Clock, now: number): Omit<Clock, 'seenAt'> {
  if (now > latest - DAY_MS) return { latest: Math.max(latest, now), behindSince: null };
  // From the last jump on.
  const since = now < seenAt || now - seenAt > LONGEST_MS ? now : (behindSince ?? now);
  return now - since > BEHIND_MS ? { latest: now, behindSince: null } : { latest, behindSince: since };
}
