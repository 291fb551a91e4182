/** Allowances in memory. */
import { expect, it } from 'vitest';
import { LocalAllowances } from '../../../server/runs/admission/local-allowances.ts';
import { allowancesContract, draw } from '../../store/allowances-contract.ts';

allowancesContract('LocalAllowances', async () => {
  let nowMs = 1000;
  const allowances = new LocalAllowances(() => nowMs);
  return {
    allowances,
    others: allowances,
    async pass(ms) {
      nowMs += ms;
    },
  };
});

it('LocalAllowances: forgets what has come back, once a minute, and no longer what is owed', async () => {
  let nowMs = 1000;
  const allowances = new LocalAllowances(() => nowMs);
  const minute = { periodMs: 60_000 };
  for (const person of ['ann', 'bob', 'cleo']) await allowances.take([draw(person, 1, minute)]);
  allowances.use(draw('cleo', 1, minute).from, 10);
  expect(allowances.size).toBe(3);
  nowMs += 61_000;
  await allowances.take([draw('dan', 1, minute)]);
  expect(allowances.size).toBe(2);
  nowMs += 4 * 61_000;
  await allowances.take([draw('dan', 1, minute)]);
  expect(allowances.size).toBe(1);
});
