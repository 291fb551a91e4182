/** How people share the checker. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Share } from '../../../server/programs/hints/share.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A check that takes a time, in ms. */
const taking = (ms: number) => () =>
  new Promise<string>((resolve) => {
    setTimeout(() => resolve('checked'), ms);
  });

it('share: whoever has used up their time waits until some of it has come back, and others do not', async () => {
  const share = new Share();
  const first = share.turn('a', taking(20_000));
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await first).toBe('checked');
  expect(await share.turn('a', taking(1))).toBeNull();
  const other = share.turn('b', taking(1));
  await vi.advanceTimersByTimeAsync(1);
  expect(await other).toBe('checked');
  await vi.advanceTimersByTimeAsync(60_000);
  const again = share.turn('a', taking(1));
  await vi.advanceTimersByTimeAsync(1);
  expect(await again).toBe('checked');
});

it('share: checks run one at a time, in the order of people, and only so many wait', async () => {
  const share = new Share();
  let running = 0;
  let most = 0;
  const check = async () => {
    most = Math.max(most, ++running);
    await taking(1)();
    running--;
  };
  const turns = Array.from({ length: 60 }, (_, n) => share.turn(String(n), check));
  await vi.advanceTimersByTimeAsync(100);
  const refused = (await Promise.all(turns)).map((result) => result === null);
  expect(most).toBe(1);
  // One under way, and 50 that wait.
  expect(refused.indexOf(true)).toBe(51);
});

it('share: a check that fails does not keep others from their turn', async () => {
  const share = new Share();
  await expect(share.turn('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  const next = share.turn('a', taking(1));
  await vi.advanceTimersByTimeAsync(1);
  expect(await next).toBe('checked');
});
