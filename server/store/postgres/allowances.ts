/** Allowances that servers share, by the database's clock. */
import { z } from 'zod';
import type { Allowance, Allowances, Draw, Shortage } from '../allowances.ts';
import { StoreError } from '../store-error.ts';
import type { Database, Value } from './connect.ts';
import { stateOf } from './errors.ts';
import { QUICKLY } from './quickly.ts';

/** Pause between two times that what was used is saved, in ms. */
const SAVE_MS = 1000;
/** Most allowances for which that is kept while it cannot be saved. */
const MAX_UNSAVED = 20_000;
/** Pause between looks for those of which all has come back, in ms. */
const FORGET_MS = 60_000;

/** What is used of the row `kept` once what has come back is subtracted. `most` may have been set to something else. */
const left = (kept: string, given: string) =>
  `greatest(0, ${kept}.used - greatest(0, extract(epoch from clock_timestamp() - ${kept}.at)) * 1000
    * ${given}.most / ${given}.period_ms)`;

const DRAWS = `unnest($1::text[], $2::text[], $3::float8[], $4::float8[], $5::float8[], $6::boolean[])
  with ordinality as draw (kind, key, amount, most, period_ms, is_only_checked, place)`;

/** Returns how long each of the draws has to wait. */
const WAITS = `select greatest(0,
    (coalesce(${left('kept', 'draw')}, 0) + amount - draw.most) / draw.most * draw.period_ms) as "waitMs"
  from ${DRAWS} left join allowances as kept using (kind, key) order by place`;

/** In this order, so that no two statements wait for each other. */
const IN_ORDER = 'order by kind, key';

/** Writes those of the draws for which enough is left. The row is locked when that is looked at. */
const TAKE = `insert into allowances as kept (kind, key, used, most, period_ms, at)
  select kind, key, amount, most, period_ms, clock_timestamp() from ${DRAWS}
  where ${QUICKLY} and not is_only_checked and amount <= most and not exists (
    select from ${DRAWS} join allowances as kept using (kind, key)
    where is_only_checked and ${left('kept', 'draw')} + amount > draw.most)
  ${IN_ORDER}
  on conflict (kind, key) do update set used = ${left('kept', 'excluded')} + excluded.used,
    most = excluded.most, period_ms = excluded.period_ms, at = clock_timestamp()
  where ${left('kept', 'excluded')} + excluded.used <= excluded.most`;

/**
 * Writes all of them, or none: fails if fewer than `$7` were written, and a statement that fails has done nothing. A
 * transaction of several would take three ways to the database.
 */
const TAKE_ALL = `with taken as (${TAKE} returning 1) select 1 / (count(*) = $7)::int from taken`;
/** What that fails with: a division by zero. */
const SHORT = '22012';

const USE = `insert into allowances as kept (kind, key, used, most, period_ms, at)
  select kind, key, amount, most, period_ms, clock_timestamp() from ${DRAWS} where ${QUICKLY} ${IN_ORDER}
  on conflict (kind, key) do update set used = greatest(0, ${left('kept', 'excluded')} + excluded.used),
    most = excluded.most, period_ms = excluded.period_ms, at = clock_timestamp()`;

/** Removes those of which all has come back. It waits for no lock, so that it is in nobody's way. */
const FORGET = `delete from allowances where (kind, key) in (
  select kind, key from allowances as kept where ${left('kept', 'kept')} = 0 for update skip locked)`;

const waitRow = z.object({ waitMs: z.number() });

export class PostgresAllowances implements Allowances {
  #database: Database;
  #unsaved = new Map<string, Draw>();
  #saving: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #forgetting: NodeJS.Timeout;
  #isAway = false;

  constructor(database: Database) {
    this.#database = database;
    this.#forgetting = setInterval(() => this.forget().catch(() => {}), FORGET_MS).unref();
  }

  async take(draws: readonly Draw[]): Promise<Shortage | null> {
    const values = valuesOf(draws);
    const taken = draws.filter(({ isOnlyChecked }) => !isOnlyChecked).length;
    if (taken > 0 && (await this.#takeAll(taken, values))) return null;
    const waits = (await this.#database.read(WAITS, values)).map((row) => waitRow.parse(row).waitMs);
    const index = waits.findIndex((waitMs) => waitMs > 0);
    if (index >= 0) return { index, waitMs: waits[index] ?? 0 };
    // It has come back since.
    return taken > 0 ? { index: 0, waitMs: 1 } : null;
  }

  /** Takes all of the draws, of which `count` are not only checked, or none. */
  async #takeAll(count: number, values: Value[]): Promise<boolean> {
    try {
      await this.#database.rows(TAKE_ALL, [...values, count]);
      return true;
    } catch (error) {
      if (stateOf(error) === SHORT) return false;
      throw error;
    }
  }

  use(from: Allowance, amount: number): void {
    this.#note({ from, amount });
    this.#timer ??= setTimeout(() => this.#save(), SAVE_MS).unref();
  }

  /** Removes rows that make no difference. Called now and then. */
  async forget(): Promise<void> {
    await this.#database.rows(FORGET);
  }

  /** What cannot be saved because the database is away is lost. */
  async close(): Promise<void> {
    clearInterval(this.#forgetting);
    await this.#saving;
    if (!this.#isAway) await this.#save();
    if (this.#timer) clearTimeout(this.#timer);
  }

  #note({ from, amount }: Draw): void {
    const id = `${from.kind}\n${from.key}`;
    const before = this.#unsaved.get(id);
    if (before === undefined && this.#unsaved.size >= MAX_UNSAVED) return;
    this.#unsaved.set(id, { from, amount: (before?.amount ?? 0) + amount });
  }

  #save(): Promise<void> {
    this.#saving ??= this.#saveAll().finally(() => {
      this.#saving = null;
    });
    return this.#saving;
  }

  /**
   * Saves what was used, in one statement. If its answer does not come, it is tried again a second later: what was saved
   * although the answer was lost counts twice.
   */
  async #saveAll(): Promise<void> {
    this.#timer = null;
    const draws = [...this.#unsaved.values()];
    if (draws.length === 0) return;
    this.#unsaved.clear();
    try {
      await this.#database.rows(USE, valuesOf(draws));
      this.#isAway = false;
    } catch (error) {
      this.#isAway = true;
      if (!(error instanceof StoreError)) {
        console.error('use: what was used could not be saved', error);
        return;
      }
      for (const draw of draws) this.#note(draw);
      this.#timer ??= setTimeout(() => this.#save(), SAVE_MS).unref();
    }
  }
}

function valuesOf(draws: readonly Draw[]): Value[] {
  return [
    draws.map(({ from }) => from.kind),
    draws.map(({ from }) => from.key),
    draws.map(({ amount }) => amount),
    draws.map(({ from }) => from.most),
    draws.map(({ from }) => from.periodMs),
    draws.map(({ isOnlyChecked = false }) => isOnlyChecked),
  ];
}
