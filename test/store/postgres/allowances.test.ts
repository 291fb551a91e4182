/** Allowances that servers share, on a real PostgreSQL. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AllGuesses } from '../../../server/rooms/guesses.ts';
import { FairUse } from '../../../server/runs/admission/fair-use.ts';
import { BusyError } from '../../../server/runs/admission/places.ts';
import { PostgresAllowances } from '../../../server/store/postgres/allowances.ts';
import { PostgresStore } from '../../../server/store/postgres/postgres-store.ts';
import { hasPostgres, newTestDatabase } from '../../postgres.ts';
import { allowancesContract, draw } from '../allowances-contract.ts';

describe.skipIf(!hasPostgres)('PostgresAllowances', () => {
  let stores: PostgresStore[];
  beforeAll(async () => {
    const url = await newTestDatabase();
    stores = [await PostgresStore.open(url), await PostgresStore.open(url)];
  });
  afterAll(() => Promise.all(stores.map((store) => store.close())));

  const open = async () => {
    const [database, other] = stores.map((store) => store.database);
    if (!database || !other) throw new Error('There is no database.');
    await database.rows('truncate allowances');
    return {
      allowances: new PostgresAllowances(database),
      others: new PostgresAllowances(other),
      // The clock is the database’s.
      async pass(ms: number) {
        await database.rows(`update allowances set at = at - $1 * interval '1 ms'`, [ms]);
      },
      async rows() {
        const rows = await database.rows('select key from allowances order by key');
        return rows.map((row) => JSON.stringify(row));
      },
    };
  };
  allowancesContract('PostgresAllowances', open);

  it('use: is saved about a second later, for all at once, and again after what was refused', async () => {
    const { allowances, others } = await open();
    for (const person of ['bob', 'ann', 'bob']) allowances.use(draw(person).from, 2);
    await expect.poll(() => others.take([draw('ann', 2, { isOnlyChecked: true })])).not.toBe(null);
    expect(await others.take([draw('bob', 0.01)])).not.toBe(null);
    expect(await others.take([draw('ann', 1)])).toBe(null);
  });

  it('use: two servers save the same rows in opposite order, and neither fails', async () => {
    const { allowances, others } = await open();
    const people = Array.from({ length: 200 }, (_, n) => `person ${n}`);
    for (let n = 0; n < 10; n++) {
      for (const person of people) allowances.use(draw(person).from, 0.1);
      for (const person of people.toReversed()) others.use(draw(person).from, 0.1);
      await Promise.all([allowances.close(), others.close()]);
    }
    for (const person of ['person 0', 'person 100', 'person 199']) {
      expect(await allowances.take([draw(person, 1.5)])).not.toBe(null);
      expect(await allowances.take([draw(person, 0.9)])).toBe(null);
    }
  });

  it('forget: removes what has come back, and no longer what is owed', async () => {
    const { allowances, pass, rows } = await open();
    for (const person of ['ann', 'bob']) await allowances.take([draw(person, 1)]);
    allowances.use(draw('cleo').from, 10);
    await allowances.close();
    await pass(86_400_000);
    await allowances.take([draw('bob', 1)]);
    await allowances.forget();
    expect(await rows()).toEqual(['{"key":"bob"}', '{"key":"cleo"}']);
  });

  it('FairUse: who asks two servers gets no more than from one', async () => {
    const { allowances, others } = await open();
    const limits = { runsAtOnce: 3, runsPerMinute: 2, cpuSecondsPerHour: 60, peoplePerAddress: 4 };
    const [one, two] = [allowances, others].map(
      (shared) => new FairUse({ ...limits, countsAddresses: false }, shared, false),
    );
    const ann = { person: 'ann', network: '192.0.2.1' };
    const asked = Array.from({ length: 20 }, (_, n) => (n % 2 ? one : two)?.enter(ann));
    const answers = await Promise.allSettled(asked);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    const refusals = answers.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    for (const refusal of refusals) {
      expect(refusal).toBeInstanceOf(BusyError);
      expect(refusal.message).toBe('You may start 2 runs a minute.');
      expect(refusal.retryAfterSeconds).toBeGreaterThan(0);
      expect(refusal.retryAfterSeconds).toBeLessThanOrEqual(30);
    }
    // What a runner measured counts on the server that took the run, and on the other.
    const bob = { ...ann, person: 'bob' };
    two?.executing(bob).compute(3_600_000);
    await others.close();
    await expect(one?.enter(bob)).rejects.toThrow('You may use 1 min of computing time an hour.');
  });

  it('Guesses: wrong codes count on all servers together', async () => {
    const { allowances, others } = await open();
    const [one, two] = [allowances, others].map((shared) => new AllGuesses(shared).rooms);
    const asked = Array.from({ length: 60 }, (_, n) => (n % 2 ? one : two)?.failed('a'));
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(30);
    expect(await one?.mayTry('a')).toBe(false);
    expect(await two?.mayTry('b')).toBe(true);
  });
});
