/** The contract of allowances: how much is left, for all who use them together. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Allowance, Allowances, Draw } from '../../server/store/allowances.ts';

/** Allowances with their own clock. */
export type Kept = {
  allowances: Allowances;
  /** The same, as another server sees them. */
  others: Allowances;
  /** Lets so much time pass, in ms. */
  pass(ms: number): Promise<void>;
};

const DAY_MS = 86_400_000;

/** Returns what is used of an allowance that comes back in a day, so that no slow test notices. */
export const draw = (key: string, amount = 1, rest: Partial<Allowance & Draw> = {}): Draw => {
  const { isOnlyChecked = false, ...from } = rest;
  return { from: { kind: 'runs', key, most: 3, periodMs: DAY_MS, ...from }, amount, isOnlyChecked };
};

/** Tests the contract of `Allowances`. */
export function allowancesContract(name: string, open: () => Promise<Kept>): void {
  describe(`${name}: allowances`, () => {
    let kept: Kept;
    let allowances: Allowances;
    let others: Allowances;
    beforeEach(async () => {
      kept = await open();
      ({ allowances, others } = kept);
    });
    afterEach(async () => {
      await allowances.close();
      await others.close();
    });
    const take = (...draws: Draw[]) => allowances.take(draws);
    /** Uses something of an allowance, and saves it. */
    const use = async ({ from, amount }: Draw) => {
      allowances.use(from, amount);
      await allowances.close();
    };

    it('take: until nothing is left, then says when there is, and there is then', async () => {
      for (let n = 0; n < 3; n++) expect(await take(draw('ann'))).toBe(null);
      const short = await take(draw('ann'));
      expect(short?.index).toBe(0);
      const { waitMs } = short ?? { waitMs: 0 };
      expect(waitMs).toBeGreaterThan(0);
      expect(waitMs).toBeLessThanOrEqual(DAY_MS / 3);
      await kept.pass(waitMs / 2);
      expect(await take(draw('ann'))).not.toBe(null);
      await kept.pass(waitMs / 2 + 1);
      expect(await take(draw('ann'))).toBe(null);
      expect(await take(draw('ann'))).not.toBe(null);
    });

    it('take: of one kind and key alone', async () => {
      expect(await take(draw('ann', 3))).toBe(null);
      expect(await take(draw('bob', 3))).toBe(null);
      expect(await take(draw('ann', 3, { kind: 'reports' }))).toBe(null);
      expect(await take(draw('ann', 0.01))).not.toBe(null);
    });

    it('take: all or nothing', async () => {
      expect(await take(draw('school', 3))).toBe(null);
      expect(await take(draw('ann'), draw('school'))).toMatchObject({ index: 1 });
      expect(await take(draw('school'), draw('ann'))).toMatchObject({ index: 0 });
      expect(await take(draw('ann', 3))).toBe(null);
      // More than there ever is.
      expect(await take(draw('bob', 4), draw('bob', 1, { kind: 'reports' }))).toMatchObject({ index: 0 });
      expect(await take(draw('bob', 3, { kind: 'reports' }))).toBe(null);
    });

    it('take: what is only checked is not used, and nothing is taken if it is not left', async () => {
      const checked = draw('ann', 3, { isOnlyChecked: true });
      for (let n = 0; n < 3; n++) expect(await take(checked)).toBe(null);
      expect(await take(checked, draw('bob'))).toBe(null);
      expect(await take(draw('ann', 1))).toBe(null);
      expect(await take(checked)).toMatchObject({ index: 0 });
      expect(await take(draw('bob'), checked)).toMatchObject({ index: 1 });
      expect(await take(draw('bob', 2))).toBe(null);
    });

    it('take: two servers at once never take more than there is', async () => {
      const all = Array.from({ length: 24 }, (_, n) =>
        (n % 2 ? allowances : others).take([draw(`person ${n}`), draw('school')]),
      );
      const taken = (await Promise.all(all)).map((short) => short === null);
      expect(taken.filter(Boolean)).toHaveLength(3);
      // Those who came too late have used nothing.
      for (const [n, isTaken] of taken.entries())
        expect((await others.take([draw(`person ${n}`, 3)])) === null, `person ${n}`).toBe(!isTaken);
    });

    it('use: owes what is not left, gives back at most all, and counts at once for all', async () => {
      await use(draw('ann', 5));
      expect(await others.take([draw('ann')])).not.toBe(null);
      await kept.pass(DAY_MS * 0.9);
      expect(await others.take([draw('ann')])).not.toBe(null);
      await kept.pass(DAY_MS * 0.11);
      expect(await others.take([draw('ann')])).toBe(null);
      await use(draw('ann', -100));
      expect(await others.take([draw('ann', 3)])).toBe(null);
      expect(await others.take([draw('ann', 1)])).not.toBe(null);
      await use(draw('bob', -1));
      expect(await others.take([draw('bob', 3)])).toBe(null);
      expect(await others.take([draw('bob', 0.01)])).not.toBe(null);
    });

    it('take: a limit that is set to something else holds at once', async () => {
      expect(await take(draw('ann', 3))).toBe(null);
      expect(await take(draw('ann', 3, { most: 7 }))).toBe(null);
      expect(await take(draw('ann', 3, { most: 7 }))).not.toBe(null);
    });
  });
}
