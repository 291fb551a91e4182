/** Wrong codes: how many may be tried. */
import { expect, it } from 'vitest';
import { Guesses } from '../../server/rooms/guesses.ts';

const MINUTE_MS = 60_000;

it('guesses: one address may fail thirty times in ten minutes, and others go on', () => {
  const guesses = new Guesses();
  for (let i = 0; i < 30; i++) {
    expect(guesses.mayTry('a', 0)).toBe(true);
    guesses.failed('a', 0);
  }
  expect(guesses.mayTry('a', 0)).toBe(false);
  expect(guesses.mayTry('b', 0)).toBe(true);
  expect(guesses.mayTry('a', MINUTE_MS)).toBe(true);
});

it('guesses: many addresses together find no more than a few rooms', () => {
  const guesses = new Guesses();
  let tried = 0;
  for (let i = 0; i < 1000; i++) {
    if (!guesses.mayTry(`address ${i}`, 0)) continue;
    guesses.failed(`address ${i}`, 0);
    tried++;
  }
  expect(tried).toBe(300);
  expect(guesses.mayTry('another', 0)).toBe(false);
  expect(guesses.mayTry('another', 10 * MINUTE_MS)).toBe(true);
});

it('guesses: failures without a known address count together', () => {
  const guesses = new Guesses();
  for (let i = 0; i < 30; i++) guesses.failed(null, 0);
  expect(guesses.mayTry(null, 0)).toBe(false);
});
