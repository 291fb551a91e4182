/** Wrong codes: how many may be tried. */
import { beforeEach, expect, it } from 'vitest';
import { AllGuesses, type Guesses } from '../../server/rooms/guesses.ts';
import { LocalAllowances } from '../../server/runs/admission/local-allowances.ts';

const MINUTE_MS = 60_000;

let nowMs = 0;
let all: AllGuesses;
let guesses: Guesses;
beforeEach(() => {
  nowMs = 0;
  all = new AllGuesses(new LocalAllowances(() => nowMs));
  guesses = all.rooms;
});

it('guesses: one address may fail thirty times in ten minutes, and others go on', async () => {
  for (let i = 0; i < 30; i++) {
    expect(await guesses.mayTry('a')).toBe(true);
    expect(await guesses.failed('a')).toBe(true);
  }
  expect(await guesses.mayTry('a')).toBe(false);
  expect(await guesses.failed('a')).toBe(false);
  expect(await guesses.mayTry('b')).toBe(true);
  expect(await all.devices.mayTry('a')).toBe(true);
  nowMs = MINUTE_MS;
  expect(await guesses.mayTry('a')).toBe(true);
});

it('guesses: many addresses together find no more than a few rooms', async () => {
  let tried = 0;
  for (let i = 0; i < 1000; i++) if (await guesses.failed(`address ${i}`)) tried++;
  expect(tried).toBe(300);
  expect(await guesses.mayTry('another')).toBe(false);
  nowMs = 10 * MINUTE_MS;
  expect(await guesses.mayTry('another')).toBe(true);
});

it('guesses: failures without a known address count together', async () => {
  for (let i = 0; i < 30; i++) await guesses.failed(null);
  expect(await guesses.mayTry(null)).toBe(false);
});

it('guesses: one that was counted before it was tried, and was right, counts nothing', async () => {
  for (let i = 0; i < 100; i++) {
    expect(await guesses.failed('a')).toBe(true);
    guesses.succeeded('a');
  }
});
